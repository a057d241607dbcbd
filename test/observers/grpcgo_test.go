// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package observers_test proves what OpenTelemetry's instrumentation of grpc-go sees of errpact's errors;
// of Connect's, interceptor/telemetry proves it.
package observers_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/trouble"
)

// canary is planted where it must not come out.
const canary = "CanaryThatNobodyMaySee"

// ends hands on spans, which may end after the caller has the answer.
type ends chan sdktrace.ReadOnlySpan

func (e ends) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (e ends) OnEnd(span sdktrace.ReadOnlySpan)                { e <- span }
func (e ends) Shutdown(context.Context) error                  { return nil }
func (e ends) ForceFlush(context.Context) error                { return nil }

// calls are the service's methods.
var calls = map[string]func(context.Context, interopv1.TroubleServiceClient) error{
	"Unary": func(ctx context.Context, client interopv1.TroubleServiceClient) error {
		_, err := client.Unary(ctx, &interopv1.UnaryRequest{Name: "trouble"})
		return err
	},
	"ClientStream": func(ctx context.Context, client interopv1.TroubleServiceClient) error {
		stream, err := client.ClientStream(ctx)
		if err != nil {
			return err
		}
		_ = stream.Send(&interopv1.ClientStreamRequest{Name: "trouble"})
		_, err = stream.CloseAndRecv()
		return err
	},
	"ServerStream": func(ctx context.Context, client interopv1.TroubleServiceClient) error {
		stream, err := client.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: "trouble", Messages: 1})
		for err == nil {
			_, err = stream.Recv()
		}
		return err
	},
	"BidiStream": func(ctx context.Context, client interopv1.TroubleServiceClient) error {
		stream, err := client.BidiStream(ctx)
		if err != nil {
			return err
		}
		_ = stream.Send(&interopv1.BidiStreamRequest{Name: "trouble"})
		for err == nil {
			_, err = stream.Recv()
		}
		return err
	},
}

// dial starts the service on a server with some options, and gives a client of it with some others.
func dial(t *testing.T, answer trouble.Answer, with []grpc.ServerOption, options ...grpc.DialOption) interopv1.TroubleServiceClient {
	t.Helper()
	server := grpc.NewServer(with...)
	interopv1.RegisterTroubleServiceServer(server, trouble.GRPC{Answer: answer})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient(listener.Addr().String(), append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return interopv1.NewTroubleServiceClient(conn)
}

// An outcome is what a handler fails with, and what observers have to see of it.
type outcome struct {
	answer trouble.Answer
	want   map[string]string
	origin mapping.Origin
	status sdktrace.Status
}

var outcomes = map[string]outcome{
	"a caller's error": {
		func(context.Context, string) error { return errpactv1err.NotExist.Wrap(errors.New(canary)) },
		map[string]string{
			"errpact.code": "ERROR_CODE_NOT_EXIST", "errpact.number": "10", "errpact.fault": "caller", "rpc.response.status_code": "NOT_FOUND",
		},
		mapping.OriginEntry, sdktrace.Status{},
	},
	"nobody's": {
		func(context.Context, string) error { return errors.New(canary) },
		map[string]string{
			"errpact.code": "ERROR_CODE_UNKNOWN", "errpact.number": "0", "errpact.fault": "server", "rpc.response.status_code": "UNKNOWN",
		},
		mapping.OriginUnmapped, sdktrace.Status{Code: codes.Error, Description: errpactv1err.Unknown.Message()},
	},
	"a panic": {
		func(context.Context, string) error { panic(canary) },
		map[string]string{
			"errpact.code": "ERROR_CODE_UNKNOWN", "errpact.number": "0", "errpact.fault": "server", "rpc.response.status_code": "UNKNOWN",
		},
		mapping.OriginPanic, sdktrace.Status{Code: codes.Error, Description: errpactv1err.Unknown.Message()},
	},
}

// TestOtelgrpcSeesTheFinalCode in whatever order the options stand: it is no interceptor.
func TestOtelgrpcSeesTheFinalCode(t *testing.T) {
	for name, o := range outcomes {
		for method, call := range calls {
			t.Run(name+"/"+method+"/observer first", func(t *testing.T) { o.check(t, method, call, true) })
			t.Run(name+"/"+method+"/errpact first", func(t *testing.T) { o.check(t, method, call, false) })
		}
	}
}

func (o outcome) check(t *testing.T, method string, call func(context.Context, interopv1.TroubleServiceClient) error, first bool) {
	spans, reader := make(ends, 1), metric.NewManualReader()
	provider := metric.NewMeterProvider(metric.WithReader(reader))
	reports := make(chan mapping.Report, 1)
	policy, err := mapping.NewPolicy(mapping.WithReport(telemetry.Reporter(
		func(_ context.Context, r mapping.Report) { reports <- r }, telemetry.WithMeterProvider(provider))))
	if err != nil {
		t.Fatal(err)
	}
	observer := grpc.StatsHandler(otelgrpc.NewServerHandler(otelgrpc.WithMeterProvider(provider),
		otelgrpc.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))))
	options := append(grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions(), observer)
	if first {
		slices.Reverse(options)
	}
	if err := call(t.Context(), dial(t, o.answer, options)); err == nil {
		t.Fatal("the call succeeds")
	}
	want := map[string]string{
		"errpact.catalogue": "errpact.v1.ErrorCode", "errpact.request_id": next(t, reports).RequestID, "errpact.origin": string(o.origin),
	}
	maps.Copy(want, o.want)
	span := next(t, spans)
	if diff := cmp.Diff(want, attributes(span)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(o.status, span.Status()); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
	set := series(want["errpact.code"], "", mapping.Fault(want["errpact.fault"]), o.origin, "errpact.interop.v1.TroubleService/"+method)
	points, all := collect(t, reader)
	if diff := cmp.Diff(map[string]int64{set: 1}, points); diff != "" {
		t.Errorf("counter (-want +got):\n%s", diff)
	}
	if strings.Contains(fmt.Sprintf("%+v", tracetest.SpanStubFromReadOnlySpan(span))+all, canary) {
		t.Errorf("what is private is observed")
	}
}

// TestOtelgrpcsClientSeesWhatTheServerAnswered, and so does whoever asks errpact for the attributes.
func TestOtelgrpcsClientSeesWhatTheServerAnswered(t *testing.T) {
	errpact := grpcgo.New()
	for name, o := range outcomes {
		for method, call := range calls {
			t.Run(name+"/"+method, func(t *testing.T) {
				spans := make(ends, 1)
				observer := grpc.WithStatsHandler(otelgrpc.NewClientHandler(
					otelgrpc.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))))
				policy, err := mapping.NewPolicy(mapping.WithReport(nil))
				if err != nil {
					t.Fatal(err)
				}
				client := dial(t, o.answer, grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions(), append(errpact.DialOptions(), observer)...)
				err = call(t.Context(), client)
				got := attributes(next(t, spans))
				for _, kv := range telemetry.Attributes(err) {
					if kv.Key == "errpact.code" || kv.Key == "errpact.number" || kv.Key == "errpact.fault" {
						got[string(kv.Key)] = kv.Value.String()
					}
				}
				if diff := cmp.Diff(o.want, got); diff != "" {
					t.Errorf("attributes (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestOtelgrpcsClientKeepsItsSpan from interceptors, so that these cannot add to it.
func TestOtelgrpcsClientKeepsItsSpan(t *testing.T) {
	spans, seen := make(ends, 1), make(chan bool, 1)
	succeed := func(context.Context, string) error { return nil }
	client := dial(t, succeed, nil, grpc.WithStatsHandler(otelgrpc.NewClientHandler(
		otelgrpc.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))))),
		grpc.WithChainUnaryInterceptor(func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
			seen <- trace.SpanFromContext(ctx).SpanContext().IsValid()
			return invoke(ctx, method, req, reply, conn, opts...)
		}))
	if err := calls["Unary"](t.Context(), client); err != nil {
		t.Fatal(err)
	}
	if next(t, seen) || !next(t, spans).SpanContext().IsValid() {
		t.Error("an interceptor has the span")
	}
}

// next is what comes, if anything does.
func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was observed")
	}
	panic("unreachable")
}

// attributes are those of the outcome, by errpact and by the observer.
func attributes(span sdktrace.ReadOnlySpan) map[string]string {
	all := make(map[string]string)
	for _, kv := range span.Attributes() {
		if key := string(kv.Key); strings.HasPrefix(key, "errpact.") || key == "error.type" || key == "rpc.response.status_code" {
			all[key] = kv.Value.String()
		}
	}
	return all
}

// collect gives the counter, by its attributes, and all that there is.
func collect(t *testing.T, reader metric.Reader) (points map[string]int64, all string) {
	t.Helper()
	var data metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &data); err != nil {
		t.Fatal(err)
	}
	points = make(map[string]int64)
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != "errpact.errors" {
				continue
			}
			for _, point := range m.Data.(metricdata.Sum[int64]).DataPoints {
				points[point.Attributes.Encoded(attribute.DefaultEncoder())] = point.Value
			}
		}
	}
	return points, fmt.Sprintf("%+v", data)
}
