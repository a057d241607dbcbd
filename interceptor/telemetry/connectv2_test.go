// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/otelconnect"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/mapping"
)

// stackV2 is Connect v2.
type stackV2 struct{}

func (stackV2) name() string { return "connect v2" }

func (stackV2) start(t *testing.T, o *observed, policy *mapping.Policy, answer answerer) string {
	return serve(t, muxV2(answer, otelV2(t, o), connectv2.NewServerInterceptor(connectv2.WithPolicy(policy))))
}

func otelV2(t *testing.T, o *observed) connect.ServerInterceptor {
	t.Helper()
	i, err := otelconnect.NewServerInterceptor(otelconnect.WithTracerProvider(o.traces), otelconnect.WithMeterProvider(o.metrics))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// muxV2 has the four procedures.
func muxV2(answer answerer, interceptors ...connect.ServerInterceptor) *http.ServeMux {
	server := connect.NewServer(interceptors...)
	for _, procedure := range procedures {
		server.Register(connect.Method{Spec: specV2(procedure), Handler: func(ctx context.Context, _ connect.Spec, stream connect.ServerStream) error {
			if err := stream.Receive(new(text)); err != nil {
				return err
			}
			if procedure == serverStream || procedure == bidiStream {
				_ = stream.Send(wrapperspb.String("first"))
			}
			return answer(ctx)
		}})
	}
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return mux
}

func specV2(procedure string) connect.Spec {
	types := map[string]connect.StreamType{
		unary: connect.StreamTypeUnary, clientStream: connect.StreamTypeClient,
		serverStream: connect.StreamTypeServer, bidiStream: connect.StreamTypeBidi,
	}
	method := procedure[strings.LastIndexByte(procedure, '/')+1:]
	return connect.Spec{
		Procedure: procedure, StreamType: types[procedure],
		Schema: schema.Services().Get(0).Methods().ByName(protoreflect.Name(method)),
	}
}

func (stackV2) call(ctx context.Context, client *http.Client, base, procedure, protocol string) error {
	var options []connecthttp.Option
	switch protocol {
	case "grpc":
		options = append(options, connecthttp.WithGRPC())
	case "grpcweb":
		options = append(options, connecthttp.WithGRPCWeb())
	}
	return callV2(ctx, connect.NewClient(connecthttp.NewTransport(client, base, options...)), procedure)
}

func callV2(ctx context.Context, client *connect.Client, procedure string) error {
	request := wrapperspb.String("request")
	var stream connect.ClientStream
	var err error
	switch procedure {
	case unary:
		return client.CallUnary(ctx, specV2(procedure), request, new(text))
	case serverStream:
		stream, err = client.CallServerStream(ctx, specV2(procedure), request)
	default:
		stream, err = client.CallClientStream(ctx, specV2(procedure))
	}
	if err != nil {
		return err
	}
	defer stream.Close()
	if procedure != serverStream {
		_ = stream.Send(request)
		_ = stream.CloseSend()
	}
	for {
		if err := stream.Receive(new(text)); err != nil {
			return notEnd(err)
		}
	}
}

func codeOfV2(err error) string { return connect.CodeOf(err).String() }
