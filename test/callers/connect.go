// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package callers

import (
	"context"

	"connectrpc.com/connect"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// NewConnect calls by Connect v1.
func NewConnect(client connect.HTTPClient, base string, w Way, options ...connect.ClientOption) Caller {
	switch w.Protocol {
	case GRPC:
		options = append(options, connect.WithGRPC())
	case GRPCWeb:
		options = append(options, connect.WithGRPCWeb())
	}
	if w.JSON {
		options = append(options, connect.WithProtoJSON())
	}
	if w.GET {
		options = append(options, connect.WithHTTPGet())
	}
	return connectCaller{interopv1connect.NewTroubleServiceClient(client, base, options...)}.call
}

type connectCaller struct {
	interopv1connect.TroubleServiceClient
}

func (c connectCaller) call(ctx context.Context, m Method, name string) (messages int, err error) {
	switch m.Name {
	case Unary:
		_, err := c.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{Name: name}))
		return 0, err
	case ClientStream:
		stream := c.ClientStream(ctx)
		if err := unlessEnd(stream.Send(&interopv1.ClientStreamRequest{Name: name})); err != nil {
			return 0, err
		}
		_, err := stream.CloseAndReceive()
		return 0, err
	case ServerStream:
		return c.serverStream(ctx, m, name)
	}
	return c.bidiStream(ctx, m, name)
}

func (c connectCaller) serverStream(ctx context.Context, m Method, name string) (messages int, err error) {
	stream, err := c.ServerStream(ctx, connect.NewRequest(&interopv1.ServerStreamRequest{Name: name, Messages: int32(m.Messages)}))
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	for stream.Receive() {
		if messages++; messages == maxMessages {
			return messages, ErrEndless
		}
	}
	return messages, stream.Err()
}

func (c connectCaller) bidiStream(ctx context.Context, m Method, name string) (messages int, err error) {
	stream := c.BidiStream(ctx)
	// Both: when the response comes as ctx ends, nobody else closes what net/http reads the request from.
	defer func() { _, _ = stream.CloseRequest(), stream.CloseResponse() }()
	return conversation{
		send:      func(name string) error { return stream.Send(&interopv1.BidiStreamRequest{Name: name}) },
		closeSend: stream.CloseRequest,
		receive: func() error {
			_, err := stream.Receive()
			return err
		},
	}.hold(m, name)
}
