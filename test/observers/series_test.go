// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package observers_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectproto"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/sdk/metric"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	interceptorv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

const (
	anyRPC   = "errpact.interop.v1.TroubleService/Unary"
	anyRoute = "GET /any"
)

// series returns the attributes of an error of the built-in catalogue, as collect has them.
func series(code, reason string, fault mapping.Fault, origin mapping.Origin, method string) string {
	if reason != "" {
		reason = ",errpact.reason=" + reason
	}
	return fmt.Sprintf("errpact.catalogue=errpact.v1.ErrorCode,errpact.code=%s,errpact.fault=%s,errpact.origin=%s%s,rpc.method=%s",
		code, fault, origin, reason, method)
}

// A counted is a stack, whose server fails once. invalid is what validation fails with there.
type counted struct {
	name, method string
	invalid      func(*testing.T) error
	call         func(*testing.T, *mapping.Policy, trouble.Answer) error
}

var stacks = []counted{
	{"Connect v1", anyRPC, invalidV1, func(t *testing.T, policy *mapping.Policy, answer trouble.Answer) error {
		_, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: answer},
			connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
		server := loopback.Serve(t, handler)
		_, err := interopv1connect.NewTroubleServiceClient(server.Client(), server.URL).Unary(t.Context(), connect.NewRequest(&interopv1.UnaryRequest{}))
		return err
	}},
	{"Connect v2", anyRPC, invalidV2, func(t *testing.T, policy *mapping.Policy, answer trouble.Answer) error {
		registrar := connectv2.NewServer(interceptorv2.NewServerInterceptor(interceptorv2.WithPolicy(policy)))
		interopv1connectv2.RegisterTroubleServiceHandler(registrar, trouble.ConnectV2{Answer: answer})
		mux := http.NewServeMux()
		connecthttp.Mount(mux, registrar)
		server := loopback.Serve(t, mux)
		client := interopv1connectv2.NewTroubleServiceClient(connectv2.NewClient(connecthttp.NewTransport(server.Client(), server.URL)))
		_, err := client.Unary(t.Context(), &interopv1.UnaryRequest{})
		return err
	}},
	{"grpc-go", anyRPC, invalidGRPC, func(t *testing.T, policy *mapping.Policy, answer trouble.Answer) error {
		_, err := dial(t, answer, grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()).Unary(t.Context(), &interopv1.UnaryRequest{})
		return err
	}},
	{"REST", anyRoute, invalidV1, func(t *testing.T, policy *mapping.Policy, answer trouble.Answer) error {
		mux := http.NewServeMux()
		mux.HandleFunc(anyRoute, func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, answer(r.Context(), "")) })
		server := loopback.Serve(t, rest.Handler(mux, rest.WithPolicy(policy)))
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/any", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return rest.CheckResponse(res)
	}},
}

// brokenRule is what protovalidate's interceptors put into an error.
func brokenRule() *validate.Violations {
	return &validate.Violations{Violations: []*validate.Violation{{RuleId: proto.String("string.min_len")}}}
}

func invalidV1(t *testing.T) error {
	detail, err := connect.NewErrorDetail(brokenRule())
	if err != nil {
		t.Fatal(err)
	}
	invalid := connect.NewError(connect.CodeInvalidArgument, errors.New(canary))
	invalid.AddDetail(detail)
	return invalid
}

func invalidV2(t *testing.T) error {
	detail, err := connectproto.NewErrorDetail(brokenRule())
	if err != nil {
		t.Fatal(err)
	}
	return connectv2.NewError(connectv2.CodeInvalidArgument, canary).WithDetail(detail)
}

func invalidGRPC(t *testing.T) error {
	invalid, err := status.New(codes.InvalidArgument, canary).WithDetails(brokenRule())
	if err != nil {
		t.Fatal(err)
	}
	return invalid.Err()
}

// unreachable is what a call of another service fails with, which is not there.
func unreachable(ctx context.Context, address string) error {
	client := interopv1connect.NewTroubleServiceClient(http.DefaultClient, "http://"+address, connect.WithInterceptors(interceptor.New()))
	_, err := client.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{}))
	return err
}

// TestEachFailureMovesItsOwnSeries and no other, so that an alert for one of them goes by it.
func TestEachFailureMovesItsOwnSeries(t *testing.T) {
	nowhere := loopback.ClosedAddress(t)
	for _, stack := range stacks {
		invalid := stack.invalid(t)
		for name, test := range map[string]struct {
			answer       trouble.Answer
			code, reason string
			fault        mapping.Fault
			origin       mapping.Origin
		}{
			"a panic": {
				func(context.Context, string) error { panic(canary) },
				"ERROR_CODE_UNKNOWN", "", mapping.FaultServer, mapping.OriginPanic,
			},
			"an error that nobody mapped": {
				func(context.Context, string) error { return errors.New(canary) },
				"ERROR_CODE_UNKNOWN", "", mapping.FaultServer, mapping.OriginUnmapped,
			},
			"another service's failure": {
				func(ctx context.Context, _ string) error { return unreachable(ctx, nowhere) },
				"ERROR_CODE_EXTERNAL_SERVICE", "UNREACHABLE", mapping.FaultUpstream, mapping.OriginUpstream,
			},
			"an invalid request": {
				func(context.Context, string) error { return invalid },
				"ERROR_CODE_INVALID_VALUE", "", mapping.FaultCaller, mapping.OriginValidation,
			},
			"an entry": {
				func(context.Context, string) error { return errpactv1err.Database.Wrap(errors.New(canary)) },
				"ERROR_CODE_DATABASE", "", mapping.FaultServer, mapping.OriginEntry,
			},
		} {
			t.Run(stack.name+"/"+name, func(t *testing.T) {
				reader := metric.NewManualReader()
				report := telemetry.Reporter(nil, telemetry.WithMeterProvider(metric.NewMeterProvider(metric.WithReader(reader))))
				policy, err := mapping.NewPolicy(mapping.WithReport(report))
				if err != nil {
					t.Fatal(err)
				}
				if err := stack.call(t, policy, test.answer); err == nil {
					t.Fatal("the call succeeds")
				}
				want := map[string]int64{series(test.code, test.reason, test.fault, test.origin, stack.method): 1}
				points, _ := collect(t, reader)
				if diff := cmp.Diff(want, points); diff != "" {
					t.Errorf("counter (-want +got):\n%s", diff)
				}
			})
		}
	}
}
