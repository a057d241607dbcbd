// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/internal/testkit/stackv1"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// skipping is an interceptor that reports to seen and skips what it is told to, inside of a recovery that
// answers aborted.
func skipping(t *testing.T, seen *reported.Reports, skip func(connect.Spec) bool) []connect.HandlerOption {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(seen.Add))
	if err != nil {
		t.Fatal(err)
	}
	return []connect.HandlerOption{
		connect.WithRecover(func(context.Context, connect.Spec, http.Header, any) error {
			return connect.NewError(connect.CodeAborted, errors.New("recovered outside"))
		}),
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy), interceptor.WithSkip(skip))),
	}
}

// skipCases are a plain error, a Connect error and a panic.
func skipCases() suite.Service {
	fails := []func() error{
		func() error { return errors.New("the handler's own text") },
		func() error { return connect.NewError(connect.CodeUnavailable, errors.New("not serving")) },
		func() error { panic("x") },
	}
	return suite.Service{Answer: func(_ context.Context, header suite.Header) error {
		if i, err := strconv.Atoi(header.Get(caseHeader)); err == nil {
			return fails[i]()
		}
		return nil
	}}
}

func TestSkippedProceduresAreLeftAlone(t *testing.T) {
	seen := new(reported.Reports)
	server := loopback.Serve(t, stackv1.NewMux(skipCases(), skipping(t, seen, func(spec connect.Spec) bool {
		return spec.Procedure != "/errpact.test.v1.Test/Other" && !spec.IsClient
	})...))
	wants := []struct {
		code    connect.Code
		message string
	}{
		{connect.CodeUnknown, "the handler's own text"},
		{connect.CodeUnavailable, "not serving"},
		{connect.CodeAborted, "recovered outside"},
	}
	everyWay(t, func(t *testing.T, procedure string, w way) {
		client := newClient(&http.Client{Transport: loopback.NewTransport(t, w.HTTP2)}, server.URL, procedure, w)
		for i, want := range wants {
			err := call(t.Context(), client, procedure, caseOf(i))
			e, ok := errors.AsType[*connect.Error](err)
			if !ok || e.Code() != want.code || e.Message() != want.message || len(e.Details()) != 0 {
				t.Errorf("case %d: the caller got %v, want %v: %s", i, err, want.code, want.message)
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
			server := loopback.Serve(t, stackv1.NewMux(skipCases(), skipping(t, seen, skip)...))
			everyWay(t, func(t *testing.T, procedure string, w way) {
				client := newClient(&http.Client{Transport: loopback.NewTransport(t, w.HTTP2)}, server.URL, procedure, w, decoding())
				for _, i := range []int{0, 2} {
					err := call(t.Context(), client, procedure, caseOf(i))
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
