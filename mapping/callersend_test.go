// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// uncomparable is an error that == panics on.
type uncomparable struct{ words []string }

func (u uncomparable) Error() string { return fmt.Sprint(u.words) }

// TestG3TheCauseOfTheCallersEnd is that end to net/http's client, which returns it in place of context.Canceled.
func TestG3TheCauseOfTheCallersEnd(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(server.Close)
	errShutdown, errSlow := errors.New("shutting down"), errors.New("too slow")
	gone, cancel := context.WithCancelCause(t.Context())
	cancel(errShutdown)
	late, stop := context.WithDeadlineCause(t.Context(), time.Unix(1, 0), errSlow)
	defer stop()
	odd, cancel := context.WithCancelCause(t.Context())
	cancel(uncomparable{[]string{"a"}})
	call := func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
		}
		return err
	}
	timedOut, rejected, unknown := errpactv1err.ExternalServiceTimedOut, errpactv1err.ExternalServiceRejected, errpactv1err.Unknown
	for _, test := range []struct {
		name string
		ctx  context.Context
		err  error
		// ends is the code of the caller's end; 0 says that the error is want.
		ends mapping.ConnectCode
		want mapping.Code
	}{
		{"a client's, canceled", gone, call(gone), 1, unknown},
		{"a client's, expired", late, call(late), 4, unknown},
		{"the cause alone", gone, context.Cause(gone), 1, unknown},
		{"the cause alone, expired", late, context.Cause(late), 4, unknown},
		{"wrapped", gone, fmt.Errorf("price: %w", errShutdown), 1, unknown},
		{"joined", gone, errors.Join(errMine, errShutdown), 1, unknown},
		{"of an entry", gone, errpactv1err.NotExist.Wrap(errShutdown), 0, errpactv1err.NotExist},
		{"another's cause", gone, &url.Error{Op: "Get", Err: errSlow}, 0, rejected},
		{"another's end", t.Context(), &url.Error{Op: "Get", Err: context.Canceled}, 0, timedOut},
		{"a rule's, where the request lives", t.Context(), errShutdown, 0, errpactv1err.NotRealized},
		{"a client's, where the request lives", t.Context(), &url.Error{Op: "Get", Err: errSlow}, 0, rejected},
		{"no context", nil, errShutdown, 0, errpactv1err.NotRealized},
		{"a cause that is not comparable", odd, &url.Error{Op: "Get", Err: uncomparable{[]string{"a"}}}, 0, rejected},
		{"an error that is not comparable", gone, &url.Error{Op: "Get", Err: uncomparable{[]string{"a"}}}, 0, rejected},
		{"the same text", gone, errors.New(errShutdown.Error()), 0, unknown},
		{"something else", gone, &url.Error{Op: "Get", Err: io.EOF}, 0, errpactv1err.ExternalServiceBroken},
	} {
		t.Run(test.name, func(t *testing.T) {
			var told reported.Reports
			call := &mapping.Call{Context: test.ctx}
			answer := newPolicy(t, mapping.WithRules(mapping.MapIs(errShutdown, errpactv1err.NotRealized)), mapping.WithReport(told.Add)).Translate(call, test.err)
			answer.Report(call)
			got := answer.Error()
			if !errors.Is(got, test.want) || test.ends != 0 && got.ConnectCode() != test.ends {
				t.Errorf("%v became %v/%s with code %v", test.err, got, got.Reason(), got.ConnectCode())
			}
			if gone := told.One(t).CallerGone; gone != (test.ends != 0 || test.name == "of an entry") {
				t.Errorf("CallerGone = %t", gone)
			}
		})
	}
}

// TestG3AConnectionsDeadlineIsTheRequests: clients without a context of their own, such as Redis's, give the request's
// deadline to the connection. Where the request lives, or was canceled, it is the dependency's own time that ran out.
func TestG3AConnectionsDeadlineIsTheRequests(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	late, stop := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer stop()
	// A caller who leaves at its own deadline cancels the request shortly before the server's copy of it is over.
	left, stop := context.WithDeadline(canceled, time.Unix(1, 0))
	defer stop()
	dependency, silent := net.Pipe()
	t.Cleanup(func() { _, _ = dependency.Close(), silent.Close() })
	if err := dependency.SetDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	_, piped := dependency.Read(make([]byte, 1))
	address := loopback.Accept(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	_, read := conn.Read(make([]byte, 1))
	_, written := conn.Write(make([]byte, 1))
	timedOut, unreachable := errpactv1err.ExternalServiceTimedOut, errpactv1err.ExternalServiceUnreachable
	for name, test := range map[string]struct {
		err error
		// alive is what it is where the request has not reached its deadline.
		alive mapping.Code
		// ends says that it is the caller's deadline where that is over.
		ends bool
	}{
		"a pipe's":             {piped, timedOut, true},
		"a read":               {read, timedOut, true},
		"a write":              {fmt.Errorf("set: %w", written), timedOut, true},
		"alone":                {os.ErrDeadlineExceeded, timedOut, true},
		"of a call":            {&url.Error{Op: "Get", Err: read}, timedOut, true},
		"joined":               {errors.Join(errMine, read), timedOut, true},
		"by its Is":            {overdue{}, timedOut, true},
		"of connecting":        {&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, unreachable, true},
		"the dependency's":     {&net.OpError{Op: "read", Err: ownTimeout{}}, timedOut, false},
		"a timeout of its own": {ownTimeout{}, timedOut, false},
	} {
		for state, ctx := range map[string]context.Context{"alive": t.Context(), "canceled": canceled, "expired": late, "left at its deadline": left, "about to end": aboutToEnd{t.Context()}, "unknown": nil} {
			var told reported.Reports
			call := &mapping.Call{Context: ctx}
			answer := newPolicy(t, mapping.WithReport(told.Add)).Translate(call, test.err)
			answer.Report(call)
			end := map[string]mapping.ConnectCode{"expired": 4, "left at its deadline": 1, "about to end": 4}[state]
			ends := test.ends && end != 0
			switch got := answer.Error(); {
			case ends && (got.ConnectCode() != end || got.Code() != errpactv1err.Unknown), !ends && !errors.Is(got, test.alive):
				t.Errorf("%s, %s: %v became %v/%s with code %v", name, state, test.err, got, got.Reason(), got.ConnectCode())
			}
			if gone := told.One(t).CallerGone; gone != ends {
				t.Errorf("%s, %s: CallerGone = %t", name, state, gone)
			}
		}
	}
}

// overdue calls itself os.ErrDeadlineExceeded, as the error of a connection of another package may.
type overdue struct{ ownTimeout }

func (overdue) Is(target error) bool { return target == os.ErrDeadlineExceeded }

// ownTimeout is the error of a timer that a client has of its own.
type ownTimeout struct{}

func (ownTimeout) Error() string   { return "timed out" }
func (ownTimeout) Timeout() bool   { return true }
func (ownTimeout) Temporary() bool { return true }
