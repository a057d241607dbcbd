// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package callers

import (
	"context"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// NewTransportV2 is how Connect v2 makes calls in a way.
func NewTransportV2(client connecthttp.HTTPClient, base string, w Way, options ...connecthttp.Option) connect.Transport {
	switch w.Protocol {
	case GRPC:
		options = append(options, connecthttp.WithGRPC())
	case GRPCWeb:
		options = append(options, connecthttp.WithGRPCWeb())
	}
	if w.JSON {
		options = append(options, connecthttp.WithProtoJSON())
	}
	if w.GET {
		options = append(options, connecthttp.WithHTTPGet())
	}
	return connecthttp.NewTransport(client, base, options...)
}

// NewConnectV2 calls by Connect v2.
func NewConnectV2(transport connect.Transport, interceptors ...connect.ClientInterceptor) Caller {
	return connectV2Caller{interopv1connectv2.NewTroubleServiceClient(connect.NewClient(transport, interceptors...))}.call
}

type connectV2Caller struct {
	interopv1connectv2.TroubleServiceClient
}

func (c connectV2Caller) call(ctx context.Context, m Method, name string) (messages int, err error) {
	switch m.Name {
	case Unary:
		_, err := c.Unary(ctx, &interopv1.UnaryRequest{Name: name})
		return 0, err
	case ClientStream:
		stream, err := c.ClientStream(ctx)
		if err != nil {
			return 0, err
		}
		if err := unlessEnd(stream.Send(&interopv1.ClientStreamRequest{Name: name})); err != nil {
			return 0, err
		}
		_, err = stream.CloseAndReceive()
		return 0, err
	case ServerStream:
		return c.serverStream(ctx, m, name)
	}
	return c.bidiStream(ctx, m, name)
}

func (c connectV2Caller) serverStream(ctx context.Context, m Method, name string) (messages int, err error) {
	stream, err := c.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: name, Messages: int32(m.Messages)})
	if err != nil {
		return 0, err
	}
	defer func() { _ = stream.Close() }()
	return drain(0, func() error {
		_, err := stream.Receive()
		return err
	})
}

func (c connectV2Caller) bidiStream(ctx context.Context, m Method, name string) (messages int, err error) {
	stream, err := c.BidiStream(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = stream.Close() }()
	return conversation{
		send:      func(name string) error { return stream.Send(&interopv1.BidiStreamRequest{Name: name}) },
		closeSend: stream.CloseSend,
		receive: func() error {
			_, err := stream.Receive()
			return err
		},
	}.hold(m, name)
}
