// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpchealth "google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// recovering answers panics that errpact let pass.
func recovering() []grpc.ServerOption {
	answer := func(err *error) {
		if recover() != nil {
			*err = status.Error(codes.Aborted, "recovered outside")
		}
	}
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (_ any, err error) {
			defer answer(&err)
			return handler(ctx, req)
		}),
		grpc.ChainStreamInterceptor(func(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) (err error) {
			defer answer(&err)
			return handler(srv, stream)
		}),
	}
}

// serveSkipping fails with a plain error, a status and a panic.
func serveSkipping(t *testing.T, seen *reported.Reports, skip func(string) bool) string {
	t.Helper()
	i := grpcgo.New(grpcgo.WithPolicy(newPolicy(t, mapping.WithReport(seen.Add))), grpcgo.WithSkip(skip))
	return serve(t, skipCases(), append(recovering(), i.ServerOptions()...)...)
}

// skipCases are a plain error, a status and a panic.
func skipCases() suite.Service {
	fails := []func() error{
		func() error { return errors.New("the handler's own text") },
		func() error { return status.Error(codes.Unavailable, "not serving") },
		func() error { panic("x") },
	}
	return suite.Service{Answer: func(_ context.Context, header suite.Header) error {
		if i, err := strconv.Atoi(header.Get("Case")); err == nil {
			return fails[i]()
		}
		return nil
	}}
}

func TestSkippedProceduresAreLeftAlone(t *testing.T) {
	seen := new(reported.Reports)
	conn := dial(t, serveSkipping(t, seen, func(fullMethod string) bool { return strings.HasPrefix(fullMethod, "/errpact.test.v1.") }))
	everyProcedure(t, func(t *testing.T, procedure string) {
		for i, want := range []*status.Status{
			status.New(codes.Unknown, "the handler's own text"),
			status.New(codes.Unavailable, "not serving"),
			status.New(codes.Aborted, "recovered outside"),
		} {
			got := status.Convert(call(caseOf(t.Context(), i), conn, procedure))
			if got.Code() != want.Code() || got.Message() != want.Message() || len(got.Details()) != 0 {
				t.Errorf("case %d: the caller got %v, want %v", i, got, want)
			}
		}
		if all := seen.Take(); len(all) != 0 {
			t.Errorf("%d reports, want none", len(all))
		}
	})
}

// TestG1G9OnlyTheSkippedProcedureIsLeftAlone: what skip does not name, and all if it panics, is opaque.
func TestG1G9OnlyTheSkippedProcedureIsLeftAlone(t *testing.T) {
	for name, skip := range map[string]func(string) bool{
		"another": func(fullMethod string) bool { return fullMethod == healthpb.Health_Check_FullMethodName },
		"panic":   func(string) bool { panic("x") },
		"nil":     nil,
	} {
		t.Run(name, func(t *testing.T) {
			seen := new(reported.Reports)
			conn := dial(t, serveSkipping(t, seen, skip), decoding()...)
			everyProcedure(t, func(t *testing.T, procedure string) {
				for _, i := range []int{0, 2} {
					err := call(caseOf(t.Context(), i), conn, procedure)
					if !errors.Is(err, errpactv1err.Unknown) || status.Code(err) != codes.Unknown {
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

// TestSkippedHealth asks grpc-go's own health service, whose refusal has no detail of errpact's.
func TestSkippedHealth(t *testing.T) {
	seen := new(reported.Reports)
	policy := newPolicy(t, mapping.WithReport(seen.Add))
	skip := grpcgo.WithSkip(func(fullMethod string) bool { return strings.HasPrefix(fullMethod, "/grpc.") })
	conn := dial(t, serveHealth(t, grpcgo.New(grpcgo.WithPolicy(policy), skip).ServerOptions()...))
	client := healthpb.NewHealthClient(conn)
	if res, err := client.Check(t.Context(), new(healthpb.HealthCheckRequest)); err != nil || res.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("Check() = %v, %v", res, err)
	}
	_, err := client.Check(t.Context(), &healthpb.HealthCheckRequest{Service: "absent"})
	if st := status.Convert(err); st.Code() != codes.NotFound || st.Message() != "unknown service" || len(st.Details()) != 0 {
		t.Errorf("Check(absent) = %v", err)
	}
	if all := seen.Take(); len(all) != 0 {
		t.Errorf("%d reports, want none", len(all))
	}
}

// serveHealth starts grpc-go's health service, and gives the address.
func serveHealth(t *testing.T, options ...grpc.ServerOption) string {
	t.Helper()
	return serveServices(t, func(server *grpc.Server) { healthpb.RegisterHealthServer(server, grpchealth.NewServer()) }, options...)
}
