// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/mapping"
)

// failed returns the error of a call that was tried 4 times.
func failed(t *testing.T, err error) *retry.Error {
	t.Helper()
	r, _ := newRetrier()
	counted, ok := errors.AsType[*retry.Error](r.Do(t.Context(), &call{errs: []error{err}, idempotent: true}))
	if !ok {
		t.Fatal("the error has no count")
	}
	return counted
}

func TestErrorIsTheLastOneWithTheCount(t *testing.T) {
	err := failed(t, later)
	if typed, ok := mapping.From(err); err.Tries() != 4 || !ok || typed != later || !errors.Is(err, errpactv1err.DatabaseTemporarilyUnavailable) {
		t.Errorf("%v has %d tries and is %v", err, err.Tries(), typed)
	}
	for format, want := range map[string]string{
		"%v":  later.Error() + " (after 4 tries)",
		"%s":  later.Error() + " (after 4 tries)",
		"%q":  fmt.Sprintf("%q", later.Error()+" (after 4 tries)"),
		"%+v": fmt.Sprintf("%+v (after 4 tries)", later),
	} {
		if got := fmt.Sprintf(format, err); got != want {
			t.Errorf("%s: %s, want %s", format, got, want)
		}
	}
	wire := failed(t, connect.NewWireError(connect.CodeUnavailable, errors.New("down")))
	if connect.CodeOf(wire) != connect.CodeUnavailable || !connect.IsWireError(wire) || wire.Error() != "unavailable: down (after 4 tries)" {
		t.Errorf("%v: code %v, of the wire %t", wire, connect.CodeOf(wire), connect.IsWireError(wire))
	}
}

func TestOneTryLeavesTheErrorAlone(t *testing.T) {
	r, _ := newRetrier()
	if err := r.Do(t.Context(), &call{errs: []error{never}}); err != error(never) {
		t.Errorf("Do = %#v, want the error itself", err)
	}
}

func TestCancellationIsInTheText(t *testing.T) {
	r, clock := newRetrier()
	ctx, cancel := context.WithCancel(t.Context())
	clock.OnWait = cancel
	err := r.Do(ctx, &call{errs: []error{plainDown}, idempotent: true})
	if want := "unavailable: down (after 1 try: context canceled)"; err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestLogHasTheCount(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{later, `err.code=ERROR_CODE_DATABASE`}, {plainDown, `err.message="unavailable: down"`},
	} {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Error("x", "err", failed(t, test.err))
		if !strings.Contains(log.String(), test.want) || !strings.Contains(log.String(), "err.tries=4") {
			t.Errorf("the log has %s, want %s and err.tries=4", log.String(), test.want)
		}
	}
}
