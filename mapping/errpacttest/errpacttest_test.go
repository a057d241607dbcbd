// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpacttest_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/errpacttest"
)

// recorder is a test that fails without failing this one.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// failures are what a test says that is run with a recorder.
func failures(t *testing.T, test func(testing.TB)) []string {
	t.Helper()
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r.said
}

func TestRequireCode(t *testing.T) {
	err := fmt.Errorf("load: %w", errpactv1err.ContainerUnpackingFailedInvalidHash.New("hash differs").Wrap(errors.New("sha256")))
	errpacttest.RequireCode(t, err, errpactv1err.ContainerUnpackingFailed)
	for want, given := range map[string]error{
		"want an error of errpact.v1.ERROR_CODE_NOT_EXIST (10), have none":                       nil,
		"want an error of errpact.v1.ERROR_CODE_NOT_EXIST (10), have one without a code: boom\n": errors.New("boom"),
		"have errpact.v1.ERROR_CODE_CONTAINER_UNPACKING_FAILED/INVALID_HASH (14)\n\t":            err,
		"have errpact.v1.ERROR_CODE_DATABASE (12)\n\tERROR_CODE_DATABASE: Critical database err": errpactv1err.Database,
	} {
		said := failures(t, func(tb testing.TB) { errpacttest.RequireCode(tb, given, errpactv1err.NotExist) })
		if len(said) != 1 || !strings.Contains(said[0], want) {
			t.Errorf("RequireCode(%v) says %q, want %q", given, said, want)
		}
	}
}

// TestRequireCodeRefusesReasonsThatNobodyDeclares, whatever the error is.
func TestRequireCodeRefusesReasonsThatNobodyDeclares(t *testing.T) {
	typo := errpactv1err.ContainerUnpackingFailed.WithReason("INVALID_HSAH")
	for _, test := range []struct {
		err  error
		code mapping.Code
		want string // empty passes
	}{
		{typo, typo, "want an error of errpact.v1.ERROR_CODE_CONTAINER_UNPACKING_FAILED/INVALID_HSAH (14): the entry declares the reasons INVALID_CONTAINER, "},
		{errpactv1err.ContainerUnpackingFailedInvalidHash, typo, "INVALID_HSAH (14): the entry declares"},
		{nil, typo, "INVALID_HSAH (14): the entry declares"},
		{errors.New("x"), typo, "INVALID_HSAH (14): the entry declares"},
		{errpactv1err.NotExist, errpactv1err.NotExist.WithReason("NO_FOLDER"), "NO_FOLDER (10): the entry declares no reasons"},
		{errpactv1err.Unknown, mapping.Code{}.WithReason("ANY_AT_ALL"), "ANY_AT_ALL (0): the entry declares no reasons"},
		{typo, errpactv1err.ContainerUnpackingFailed, ""},
		{errpactv1err.NotExist, errpactv1err.NotExist.WithReason("not a reason"), ""}, // which is the entry
		{errpactv1err.ContainerUnpackingFailedInvalidHash, errpactv1err.ContainerUnpackingFailedInvalidHash, ""},
		{errpactv1err.Catalogue.Code(4711).WithReason("NEWER"), errpactv1err.Catalogue.Code(4711).WithReason("NEWER"), ""},
	} {
		said := failures(t, func(tb testing.TB) { errpacttest.RequireCode(tb, test.err, test.code) })
		if (len(said) > 0) != (test.want != "") || len(said) > 0 && !strings.Contains(said[0], test.want) {
			t.Errorf("RequireCode(%v, %v) says %q, want %q", test.err, test.code, said, test.want)
		}
	}
}

func TestDiff(t *testing.T) {
	base := errpactv1err.NotExist.WithMetadata("id", "1").WithField("a", "b").WithRetryDelay(time.Second).WithPayload(map[string]int{"n": 1})
	if diff := errpacttest.Diff(base, fmt.Errorf("x: %w", base.Wrap(errors.New("private")))); diff != "" {
		t.Errorf("causes count: %s", diff)
	}
	got := errpacttest.Diff(base, errpactv1err.NotExist.New("gone").WithMetadata("id", "2").WithField("a", "c"))
	want := `- fields[0]: a: "b"
+ fields[0]: a: "c"
- message: "Resource does not exist"
+ message: "gone"
- metadata.id: "1"
+ metadata.id: "2"
- payload: {"n":1}
- retry_delay: 1s
(causes, log attributes, Help, RequestInfo and LocalizedMessage are left out: %+v prints the first two, and mapping.Detail returns the others)
`
	if got != want {
		t.Errorf("Diff() =\n%s\nwant\n%s", got, want)
	}
	if diff := errpacttest.Diff(nil, nil); diff != "" {
		t.Errorf("Diff(nil, nil) = %s", diff)
	}
	for _, other := range []error{nil, errors.New("x"), (*mapping.Error)(nil)} {
		if errpacttest.Diff(base, other) == "" || errpacttest.Diff(other, base) == "" {
			t.Errorf("Diff(%v) is empty", other)
		}
	}
}
