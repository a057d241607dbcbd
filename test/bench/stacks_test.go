// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"errors"
	"testing"

	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectproto"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// A stack is one of those whose errors are made and read by hand in another way than Connect v1's.
type stack struct {
	name      string
	translate func(failure) []errorRow
	decode    func(testing.TB, failure) []errorRow
}

var stacks = []stack{{"connectv2", translateV2Rows, decodeV2Rows}, {"grpc-go", translateGRPCRows, decodeGRPCRows}}

// byHandV2 is how a handler fails on Connect v2 without errpact.
func (f failure) byHandV2() error {
	err := connectv2.NewError(connectv2.CodeNotFound, message)
	for _, m := range []proto.Message{ownDetail(), f.info()} {
		if detail, wrong := connectproto.NewErrorDetail(m); wrong == nil {
			err = err.WithDetail(detail)
		}
	}
	return err
}

func translateV2Rows(f failure) []errorRow {
	fail := func(fail func() error) connectv2.ServerFunc {
		return func(context.Context, connectv2.Spec, connectv2.ServerStream) error { return fail() }
	}
	row := func(by string, serve connectv2.ServerFunc) errorRow {
		ctx := context.Background()
		return errorRow{by, func() error { return serve(ctx, connectv2.Spec{}, nil) }}
	}
	return []errorRow{row(hand, fail(f.byHandV2)), row("errpact", errpactv2.NewServerInterceptor()(fail(f.errpact)))}
}

func translateGRPCRows(f failure) []errorRow {
	info := &grpc.UnaryServerInfo{FullMethod: "/errpact.interop.v1.TroubleService/Unary"}
	ctx, server := context.Background(), grpcgo.New()
	return []errorRow{
		{hand, f.grpcStatus},
		{"errpact", func() error {
			_, err := server.UnaryServer(ctx, nil, info, func(context.Context, any) (any, error) { return nil, f.errpact() })
			return err
		}},
	}
}

func decodeV2Rows(tb testing.TB, f failure) []errorRow {
	tb.Helper()
	url := serve(tb, handlerOf(f.byHand)).URL
	transport := connecthttp.NewTransport(httpClient(tb, false), url)
	client := interopv1connectv2.NewTroubleServiceClient(connectv2.NewClient(transport))
	_, received := client.Unary(context.Background(), new(interopv1.UnaryRequest))
	call := errpactv2.NewClientInterceptor()(func(context.Context, connectv2.Spec) (connectv2.ClientStream, error) { return nil, received })
	ctx := context.Background()
	return []errorRow{
		{hand, func() error { return decodeV2ByHand(received) }},
		{"errpact", func() error {
			_, err := call(ctx, connectv2.Spec{})
			return err
		}},
	}
}

func decodeGRPCRows(tb testing.TB, f failure) []errorRow {
	tb.Helper()
	received := grpcCaller(tb, serve(tb, handlerOf(f.byHand)))()
	ctx, client := context.Background(), grpcgo.New()
	invoke := func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error { return received }
	return []errorRow{
		{hand, func() error { return lookStatus(status.Convert(received)) }},
		{"errpact", func() error { return client.UnaryClient(ctx, "/a.B/C", nil, nil, nil, invoke) }},
	}
}

// decodeV2ByHand is what a client on Connect v2 writes without errpact.
func decodeV2ByHand(err error) *seen {
	out := &seen{Code: uint32(connectv2.CodeOf(err)), cause: err}
	e, ok := errors.AsType[*connectv2.Error](err)
	if !ok {
		return out
	}
	out.Message = e.Message()
	for _, detail := range e.Details() {
		if m, wrong := connectproto.UnmarshalErrorDetail(detail); wrong == nil {
			out.add(m)
		}
	}
	return out
}
