// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package callers

import (
	"context"

	"google.golang.org/grpc"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// NewGRPC calls by grpc-go.
func NewGRPC(conn grpc.ClientConnInterface) Caller {
	return grpcCaller{interopv1.NewTroubleServiceClient(conn)}.call
}

type grpcCaller struct {
	interopv1.TroubleServiceClient
}

// call ends the call with its context, so that a stream with no end is let go.
func (c grpcCaller) call(ctx context.Context, m Method, name string) (messages int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
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
		_, err = stream.CloseAndRecv()
		return 0, err
	case ServerStream:
		return c.serverStream(ctx, m, name)
	}
	return c.bidiStream(ctx, m, name)
}

func (c grpcCaller) serverStream(ctx context.Context, m Method, name string) (messages int, err error) {
	stream, err := c.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: name, Messages: int32(m.Messages)})
	if err != nil {
		return 0, err
	}
	return drain(0, func() error {
		_, err := stream.Recv()
		return err
	})
}

func (c grpcCaller) bidiStream(ctx context.Context, m Method, name string) (messages int, err error) {
	stream, err := c.BidiStream(ctx)
	if err != nil {
		return 0, err
	}
	return conversation{
		send:      func(name string) error { return stream.Send(&interopv1.BidiStreamRequest{Name: name}) },
		closeSend: stream.CloseSend,
		receive: func() error {
			_, err := stream.Recv()
			return err
		},
	}.hold(m, name)
}
