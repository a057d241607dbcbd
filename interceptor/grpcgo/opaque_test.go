// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"context"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// statusless has no status, and wrong says that it is a success.
type (
	statusless struct{ error }
	wrong      struct{ error }
	panicky    struct{ error }
)

func (statusless) GRPCStatus() *status.Status { return nil }
func (wrong) GRPCStatus() *status.Status      { return status.New(codes.OK, canary) }
func (panicky) GRPCStatus() *status.Status    { panic(canary) }

// errRule makes the rule of the test's policy panic.
var errRule = errors.New("rule")

func panickyRule(err error) (*mapping.Error, bool) {
	if errors.Is(err, errRule) {
		panic(canary)
	}
	return nil, false
}

// opaque are failures of which a caller must learn nothing.
var opaque = []struct {
	name    string
	fail    func() error
	panicks bool
}{
	{"plain", give(errPlain), false},
	{"wrapped", give(wrapped(errPlain)), false},
	{"joined", give(errors.Join(errPlain, errPlain)), false},
	{"typed", give(&secretError{canary}), false},
	{"uncomparable", give(uncomparable{canary}), false},
	{"typed nil", give((*secretError)(nil)), false},
	{"typed nil of errpact's", give((*mapping.Error)(nil)), false},
	{"typed nil of Connect's", give((*connect.Error)(nil)), false},
	{"wraps itself", give(newLoop()), false},
	{"no status", give(statusless{errPlain}), false},
	{"Error panics", give(panickyError{}), false},
	{"Unwrap panics", give(panickyUnwrap{}), true},
	{"GRPCStatus panics", give(panicky{errPlain}), true},
	{"panic", raise(canary), true},
	{"panic with an error", raise(errPlain), true},
	{"panic with an error that panics", raise(panickyError{}), true},
	{"panic with errpact's error", raise(errpactv1err.NotExist.New(canary)), true},
	{"panic with nil", raise(nil), true},
	{"panic with what aborts an answer of net/http", raise(http.ErrAbortHandler), true},
	{"nil pointer", func() error { var s *secretError; return errors.New(s.text) }, true},
	{"a rule panics", give(errRule), true},
}

func TestG1G9WhatNobodyMappedIsOpaqueAndTheProcessLives(t *testing.T) {
	fails := make([]func() error, len(opaque))
	for i, c := range opaque {
		fails[i] = c.fail
	}
	seen := new(reported.Reports)
	address := serveErrors(t, cases(fails...), mapping.WithRules(panickyRule), mapping.WithReport(seen.Add))
	conn := dial(t, address, decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i, c := range opaque {
			err := call(caseOf(t.Context(), i), conn, procedure)
			checkUnknown(t, c.name, err)
			checkReport(t, c.name, seen.Take(), procedure, c.panicks)
			raw := post(t, address, procedure, frame(), "Case", strconv.Itoa(i)).bytes()
			if seen.Take(); hasCanary(raw) {
				t.Errorf("%s: the canary is in the answer:\n%q", c.name, raw)
			}
		}
		if err := call(caseOf(t.Context(), -1), conn, procedure); err != nil {
			t.Errorf("after all that, a success is %v", err)
		}
	})
}

func checkUnknown(t *testing.T, name string, err error) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok || found.Code() != errpactv1err.Unknown || found.Inferred() || status.Code(err) != codes.Unknown {
		t.Errorf("%s: the caller got %v", name, err)
		return
	}
	if found.Message() != errpactv1err.Unknown.Message() || len(found.Details()) != 0 || found.RequestID() != "id-of-caller" {
		t.Errorf("%s: the caller got %q, %v, %q", name, found.Message(), found.Details(), found.RequestID())
	}
}

func checkReport(t *testing.T, name string, all []mapping.Report, procedure string, panicked bool) {
	t.Helper()
	if len(all) != 1 {
		t.Errorf("%s: %d reports", name, len(all))
		return
	}
	r := all[0]
	if (r.Panic != nil) != panicked || strings.Contains(string(r.Stack), "goroutine") != panicked {
		t.Errorf("%s: Panic = %v with %d bytes of stack", name, r.Panic != nil, len(r.Stack))
	}
	if r.Procedure != procedure || r.RequestID != "id-of-caller" || r.CallerGone || r.Sent == nil {
		t.Errorf("%s: report of %q, %q", name, r.Procedure, r.RequestID)
	}
}

func TestG1PrivatePartsStayInTheProcess(t *testing.T) {
	debug := &errdetails.DebugInfo{Detail: canary, StackEntries: []string{canary}}
	local, err := status.New(codes.NotFound, "public").WithDetails(debug)
	if err != nil {
		t.Fatal(err)
	}
	errs := []error{
		errpactv1err.NotExist.Wrap(errPlain), errpactv1err.NotExist.WithDetail(debug),
		errpactv1err.NotExist.Errorf("a: %w, %v, %s", errPlain, errPlain, panickyError{}),
		local.Err(), wrapped(status.Error(codes.NotFound, "public")), wrong{errPlain},
		connect.NewError(connect.CodeInternal, errPlain), wrapped(connectv2.NewError(connectv2.CodeNotFound, "public").WithCause(errPlain)),
	}
	for _, code := range []codes.Code{codes.Unknown, codes.Internal, codes.DataLoss, codes.Unavailable, codes.DeadlineExceeded, 17, 1<<32 - 1} {
		errs = append(errs, status.Error(code, canary))
	}
	address := serveErrors(t, errorCases(errs...))
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i := range errs {
			answer := post(t, address, procedure, frame(), "Case", strconv.Itoa(i))
			code, err := strconv.Atoi(answer.status("Grpc-Status"))
			if err != nil || code < 1 || code > 16 {
				t.Errorf("case %d: grpc-status = %q", i, answer.status("Grpc-Status"))
			}
			if hasCanary(answer.bytes()) {
				t.Errorf("case %d: the canary is in the answer:\n%q", i, answer.bytes())
			}
		}
	})
}

func TestG9AReportHookThatPanicksHarmsNobody(t *testing.T) {
	address := serveErrors(t, errorCases(errPlain, errpactv1err.NotExist),
		mapping.WithReport(func(context.Context, mapping.Report) { panic(canary) }))
	conn := dial(t, address, decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i, want := range []error{errpactv1err.Unknown, errpactv1err.NotExist} {
			if err := call(caseOf(t.Context(), i), conn, procedure); !errors.Is(err, want) {
				t.Errorf("the caller got %v, want %v", err, want)
			}
		}
	})
}
