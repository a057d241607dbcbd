// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpacttest_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/errpacttest"
)

// received returns what a client gets of err, from a server whose policy adds what policies add.
func received(t *testing.T, err error, options ...connect.ClientOption) error {
	t.Helper()
	const procedure = "/errpacttest.v1.Folders/Free"
	policy, made := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithHelp(func(mapping.Code) string { return "https://errors.example/x" }))
	if made != nil {
		t.Fatal(made)
	}
	handler := connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
		return nil, err
	}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
	client := connect.NewClient[emptypb.Empty, emptypb.Empty](http.DefaultClient, loopback.Serve(t, handler).URL+procedure, options...)
	_, got := client.CallUnary(t.Context(), connect.NewRequest(new(emptypb.Empty)))
	return got
}

// TestDiffLeavesOutWhatAPolicyAdds: what a handler returns is what its client receives.
func TestDiffLeavesOutWhatAPolicyAdds(t *testing.T) {
	decoding := connect.WithInterceptors(interceptor.New())
	for name, err := range map[string]error{
		"a code":                      errpactv1err.NotExist,
		"a reason":                    errpactv1err.ContainerUnpackingFailedInvalidHash,
		"a message":                   errpactv1err.NotExist.New("no folder f1"),
		"a cause":                     errpactv1err.NotExist.Wrap(errors.New("private")),
		"metadata":                    errpactv1err.NotExist.WithMetadata("id", "1"),
		"fields":                      errpactv1err.InvalidValue.WithField("name", "is taken"),
		"a retry delay":               errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(time.Second),
		"a payload":                   errpactv1err.NotExist.WithPayload(map[string]int{"n": 1}),
		"an id":                       errpactv1err.Database,
		"a detail of the user's":      errpactv1err.NotExist.WithDetail(new(errdetails.QuotaFailure)),
		"a detail between a policy's": errpactv1err.Database.WithDetail(&errdetails.LocalizedMessage{Locale: "de", Message: "x"}, new(errdetails.QuotaFailure)),
	} {
		got := received(t, err, decoding)
		if help, ok := mapping.Detail[*errdetails.Help](got); !ok || len(help.GetLinks()) != 1 {
			t.Errorf("%s: the policy has added no help: %+v", name, got)
		}
		if diff := errpacttest.Diff(err, got); diff != "" {
			t.Errorf("%s: differs:\n%s", name, diff)
		}
	}
}

// TestFailuresSayHowToSeeMore, each with what is of use for that error.
func TestFailuresSayHowToSeeMore(t *testing.T) {
	unmapped := received(t, errors.New("private"), connect.WithInterceptors(interceptor.New()))
	undecoded := received(t, errpactv1err.NotExist)
	const report = "(the server's report has the cause: give its policy mapping.WithReport("
	for _, test := range []struct {
		name string
		fail func(testing.TB)
		want []string
	}{
		{"another code, received", func(tb testing.TB) { errpacttest.RequireCode(tb, unmapped, errpactv1err.NotExist) }, []string{"ERROR_CODE_UNKNOWN", "request_id=", report}},
		{"another code, of this process", func(tb testing.TB) {
			errpacttest.RequireCode(tb, errpactv1err.Database.Wrap(errors.New("locked")), errpactv1err.NotExist)
		}, []string{"cause=locked"}},
		{"no code", func(tb testing.TB) { errpacttest.RequireCode(tb, undecoded, errpactv1err.NotExist) }, []string{"not_found: Resource does not exist", "errpact's interceptor: wiringtest.CheckClient"}},
		{"a difference", func(tb testing.TB) {
			tb.Errorf("%s", errpacttest.Diff(errpactv1err.NotExist, errpactv1err.NotExist.New("x")))
		}, []string{"%+v prints the first two, and mapping.Detail returns the others"}},
		{"an undeclared error", func(tb testing.TB) { declares(tb, errpactv1err.Database.Wrap(errors.New("locked"))) }, []string{"which it does not declare", "cause=locked", "allow it: give the code to errpacttest.OnlyDeclared"}},
		{"an undeclared error that a rule made", func(tb testing.TB) { declares(tb, errors.Join(context.Canceled, errors.New("locked"))) }, []string{"locked"}},
		{"an undeclared reason", func(tb testing.TB) { declares(tb, errpactv1err.NotExist.WithReason("NONE").Wrap(errors.New("locked"))) }, []string{"declares no reasons", "cause=locked"}},
	} {
		said := strings.Join(failures(t, test.fail), "\n")
		for _, want := range test.want {
			if !strings.Contains(said, want) {
				t.Errorf("%s: it says\n%s\nwant %q", test.name, said, want)
			}
		}
	}
	if said := strings.Join(failures(t, func(tb testing.TB) { errpacttest.RequireCode(tb, errpactv1err.Database, errpactv1err.NotExist) }), ""); strings.Contains(said, report) {
		t.Errorf("an error of this process has a server: %s", said)
	}
	if said := strings.Join(failures(t, func(tb testing.TB) { panics(tb) }), ""); !strings.Contains(said, "panic: locked") {
		t.Errorf("a panic: it says %s", said)
	}
}

// onlyDeclared returns a policy that allows nothing.
func onlyDeclared(tb testing.TB) *mapping.Policy {
	policy, err := mapping.NewPolicy(errpacttest.OnlyDeclared(tb))
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return policy
}

var call = &mapping.Call{Procedure: "/errpacttest.v1.Folders/Get"}

func declares(tb testing.TB, err error) {
	answer := onlyDeclared(tb).Translate(call, err)
	answer.Report(call)
}

func panics(tb testing.TB) {
	answer := onlyDeclared(tb).Panicked(call, "locked", []byte("stack"))
	answer.Report(call)
}
