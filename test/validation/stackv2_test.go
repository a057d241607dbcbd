// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"context"
	"net/http"

	connect "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/validate"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/mapping"
)

// The code of the page for Connect v2.
var _ = connect.NewServer(connectv2.NewServerInterceptor(), validate.NewServerInterceptor())

func protoName(kind string) protoreflect.Name { return protoreflect.Name(kind) }

func specV2(kind string) connect.Spec {
	types := map[string]connect.StreamType{
		unary: connect.StreamTypeUnary, clientStream: connect.StreamTypeClient, serverStream: connect.StreamTypeServer, bidiStream: connect.StreamTypeBidi,
	}
	return connect.Spec{StreamType: types[kind], Schema: service().Methods().ByName(protoName(kind)), Procedure: procedure(kind)}
}

// newHandlerV2 has errpact outside the validation.
func newHandlerV2(policy *mapping.Policy) http.Handler {
	return newHandlerV2Of(connectv2.NewServerInterceptor(connectv2.WithPolicy(policy)), validate.NewServerInterceptor())
}

func newHandlerV2Of(interceptors ...connect.ServerInterceptor) http.Handler {
	server := connect.NewServer(interceptors...)
	for _, kind := range kinds {
		server.Register(connect.Method{Spec: specV2(kind), Handler: acceptV2})
	}
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return mux
}

// acceptV2 reads all that there is, and answers once.
func acceptV2(_ context.Context, spec connect.Spec, stream connect.ServerStream) error {
	for more := true; more; more = spec.StreamType&connect.StreamTypeClient != 0 {
		if err := stream.Receive(newMessage()); err != nil {
			if err = unlessEnd(err); err != nil {
				return err
			}
			break
		}
	}
	return stream.Send(new(emptypb.Empty))
}

func callV2(ctx context.Context, to remote, kind string, orders []*dynamicpb.Message) error {
	var options []connecthttp.Option
	switch to.protocol {
	case overGRPC:
		options = append(options, connecthttp.WithGRPC())
	case overGRPCWeb:
		options = append(options, connecthttp.WithGRPCWeb())
	}
	var interceptors []connect.ClientInterceptor
	if !to.plain {
		interceptors = append(interceptors, connectv2.NewClientInterceptor())
	}
	client := connect.NewClient(connecthttp.NewTransport(to.client, to.url, options...), interceptors...)
	switch kind {
	case unary:
		return client.CallUnary(ctx, specV2(kind), orders[len(orders)-1], new(emptypb.Empty))
	case serverStream:
		stream, err := client.CallServerStream(ctx, specV2(kind), orders[len(orders)-1])
		if err != nil {
			return err
		}
		return drainV2(stream)
	}
	stream, err := client.CallClientStream(ctx, specV2(kind))
	if err != nil {
		return err
	}
	for _, order := range orders {
		if err := unlessEnd(stream.Send(order)); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return drainV2(stream)
}

func drainV2(stream connect.ClientStream) error {
	for {
		if err := stream.Receive(new(emptypb.Empty)); err != nil {
			return unlessEnd(err)
		}
	}
}
