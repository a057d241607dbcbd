// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/otelconnect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// stackV1 is Connect v1.
type stackV1 struct{}

func (stackV1) name() string { return "connect v1" }

func (stackV1) start(t *testing.T, o *observed, policy *mapping.Policy, answer answerer) string {
	return serve(t, muxV1(answer, connect.WithInterceptors(otelV1(t, o), interceptor.New(interceptor.WithPolicy(policy)))))
}

func otelV1(t *testing.T, o *observed) connect.Interceptor {
	t.Helper()
	i, err := otelconnect.NewInterceptor(otelconnect.WithTracerProvider(o.traces), otelconnect.WithMeterProvider(o.metrics))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// muxV1 has the four procedures.
func muxV1(answer answerer, options ...connect.HandlerOption) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle(unary, connect.NewUnaryHandlerSimple(unary, func(ctx context.Context, _ *text) (*text, error) {
		return wrapperspb.String("done"), answer(ctx)
	}, options...))
	mux.Handle(clientStream, connect.NewClientStreamHandlerSimple(clientStream, func(ctx context.Context, stream *connect.ClientStream[text]) (*text, error) {
		for stream.Receive() {
		}
		return wrapperspb.String("done"), answer(ctx)
	}, options...))
	mux.Handle(serverStream, connect.NewServerStreamHandlerSimple(serverStream, func(ctx context.Context, _ *text, stream *connect.ServerStream[text]) error {
		_ = stream.Send(wrapperspb.String("first"))
		return answer(ctx)
	}, options...))
	mux.Handle(bidiStream, connect.NewBidiStreamHandler(bidiStream, func(ctx context.Context, stream *connect.BidiStream[text, text]) error {
		for {
			message, err := stream.Receive()
			if err != nil {
				return answer(ctx)
			}
			_ = stream.Send(message)
		}
	}, options...))
	return mux
}

func (stackV1) call(ctx context.Context, client *http.Client, base, procedure, protocol string) error {
	var options []connect.ClientOption
	switch protocol {
	case "grpc":
		options = append(options, connect.WithGRPC())
	case "grpcweb":
		options = append(options, connect.WithGRPCWeb())
	}
	return callV1(ctx, connect.NewClient[text, text](client, base+procedure, options...), procedure)
}

func callV1(ctx context.Context, client *connect.Client[text, text], procedure string) error {
	switch procedure {
	case clientStream:
		stream := client.CallClientStream(ctx)
		_ = stream.Send(wrapperspb.String("request"))
		_, err := stream.CloseAndReceive()
		return err
	case serverStream:
		stream, err := client.CallServerStream(ctx, connect.NewRequest(wrapperspb.String("request")))
		if err != nil {
			return err
		}
		defer stream.Close()
		for stream.Receive() {
		}
		return stream.Err()
	case bidiStream:
		stream := client.CallBidiStream(ctx)
		defer func() { _ = stream.CloseResponse() }()
		_ = stream.Send(wrapperspb.String("request"))
		_ = stream.CloseRequest()
		for {
			if _, err := stream.Receive(); err != nil {
				return notEnd(err)
			}
		}
	}
	_, err := client.CallUnary(ctx, connect.NewRequest(wrapperspb.String("request")))
	return err
}

func notEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
