// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/internal/testkit/stackv2"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// recovering answers a panic that errpact let pass.
func recovering(next connect.ServerFunc) connect.ServerFunc {
	return func(ctx context.Context, spec connect.Spec, stream connect.ServerStream) (err error) {
		defer func() {
			if recover() != nil {
				err = connect.NewError(connect.CodeAborted, "recovered outside")
			}
		}()
		return next(ctx, spec, stream)
	}
}

// skippingServer fails with a plain error, one of Connect's and a panic.
func skippingServer(t *testing.T, seen *reported.Reports, skip func(connect.Spec) bool) *connect.Server {
	t.Helper()
	policy := newPolicy(t, mapping.WithReport(seen.Add))
	return stackv2.NewServer(skipCases(), recovering, connectv2.NewServerInterceptor(connectv2.WithPolicy(policy), connectv2.WithSkip(skip)))
}

// skipCases are a plain error, a Connect error and a panic.
func skipCases() suite.Service {
	fails := []func() error{
		func() error { return errors.New("the handler's own text") },
		func() error { return connect.NewError(connect.CodeUnavailable, "not serving") },
		func() error { panic("x") },
	}
	return suite.Service{Answer: func(_ context.Context, header suite.Header) error {
		if i, err := strconv.Atoi(header.Get("Case")); err == nil {
			return fails[i]()
		}
		return nil
	}}
}

// caseOf asks for one of them.
func caseOf(i int) http.Header { return http.Header{"Case": {strconv.Itoa(i)}} }

func TestSkippedProceduresAreLeftAlone(t *testing.T) {
	seen := new(reported.Reports)
	failures := skippingServer(t, seen, func(spec connect.Spec) bool { return spec.Procedure != "/a.B/C" })
	everyWay(t, failures, func(t *testing.T, spec connect.Spec, transport connect.Transport, _ stackv2.Way) {
		client := connect.NewClient(transport)
		for i, want := range []*connect.Error{
			connect.NewError(connect.CodeUnknown, ""), // Connect v2 keeps the text of an error that is not its own
			connect.NewError(connect.CodeUnavailable, "not serving"),
			connect.NewError(connect.CodeAborted, "recovered outside"),
		} {
			err := call(t.Context(), client, spec, caseOf(i))
			e, ok := errors.AsType[*connect.Error](err)
			if !ok || e.Code() != want.Code() || e.Message() != want.Message() || len(e.Details()) != 0 {
				t.Errorf("case %d: the caller got %v, want %v", i, err, want)
			}
		}
		if all := seen.Take(); len(all) != 0 {
			t.Errorf("%d reports, want none", len(all))
		}
	})
}

// TestG1G9OnlyTheSkippedProcedureIsLeftAlone: what skip does not name, and all if it panics, is opaque.
func TestG1G9OnlyTheSkippedProcedureIsLeftAlone(t *testing.T) {
	for name, skip := range map[string]func(connect.Spec) bool{
		"another": func(spec connect.Spec) bool { return spec.Procedure == "/grpc.health.v1.Health/Check" },
		"panic":   func(connect.Spec) bool { panic(http.ErrAbortHandler) },
		"nil":     nil,
	} {
		t.Run(name, func(t *testing.T) {
			seen := new(reported.Reports)
			server := skippingServer(t, seen, skip)
			everyWay(t, server, func(t *testing.T, spec connect.Spec, transport connect.Transport, _ stackv2.Way) {
				client := connect.NewClient(transport, connectv2.NewClientInterceptor())
				for _, i := range []int{0, 2} {
					err := call(t.Context(), client, spec, caseOf(i))
					if !errors.Is(err, errpactv1err.Unknown) || connect.CodeOf(err) != connect.CodeUnknown {
						t.Errorf("case %d: the caller got %v", i, err)
					}
					if all := seen.Take(); len(all) != 1 || (all[0].Panic != nil) != (i == 2) {
						t.Errorf("case %d: reports %+v", i, all)
					}
				}
			})
		})
	}
}
