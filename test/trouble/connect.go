// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package trouble serves TroubleService: methods of every kind that fail as a request asks, the same
// on each stack. What a name stands for is each test's own.
package trouble

import (
	"context"
	"errors"
	"io"

	"connectrpc.com/connect"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// An Answer is what all methods end with: nil for a success. It is called for the empty name too.
type Answer func(ctx context.Context, name string) error

// Connect is the service on Connect v1.
type Connect struct{ Answer Answer }

var _ interopv1connect.TroubleServiceHandler = Connect{}

// Unary implements the service.
func (s Connect) Unary(ctx context.Context, req *connect.Request[interopv1.UnaryRequest]) (*connect.Response[interopv1.UnaryResponse], error) {
	if err := s.Answer(ctx, req.Msg.GetName()); err != nil {
		return nil, err
	}
	return connect.NewResponse(unaryResponse(req.Msg)), nil
}

// ClientStream implements the service.
func (s Connect) ClientStream(ctx context.Context, stream *connect.ClientStream[interopv1.ClientStreamRequest]) (*connect.Response[interopv1.ClientStreamResponse], error) {
	var received int32
	var name string
	for stream.Receive() {
		received++
		name = firstOf(name, stream.Msg().GetName())
	}
	if err := stream.Err(); err != nil {
		return nil, err
	}
	if err := s.Answer(ctx, name); err != nil {
		return nil, err
	}
	return connect.NewResponse(&interopv1.ClientStreamResponse{Received: received}), nil
}

// ServerStream implements the service.
func (s Connect) ServerStream(ctx context.Context, req *connect.Request[interopv1.ServerStreamRequest], stream *connect.ServerStream[interopv1.ServerStreamResponse]) error {
	for i := range req.Msg.GetMessages() {
		if err := stream.Send(&interopv1.ServerStreamResponse{Index: i}); err != nil {
			return err
		}
	}
	return s.Answer(ctx, req.Msg.GetName())
}

// BidiStream implements the service.
func (s Connect) BidiStream(ctx context.Context, stream *connect.BidiStream[interopv1.BidiStreamRequest, interopv1.BidiStreamResponse]) error {
	for i := int32(0); ; i++ {
		message, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			return s.Answer(ctx, "")
		}
		if err != nil {
			return err
		}
		if name := message.GetName(); name != "" {
			return s.Answer(ctx, name)
		}
		if err := stream.Send(&interopv1.BidiStreamResponse{Index: i}); err != nil {
			return err
		}
	}
}

// unaryResponse echoes what a success can show.
func unaryResponse(req *interopv1.UnaryRequest) *interopv1.UnaryResponse {
	return &interopv1.UnaryResponse{Text: req.GetInner().GetLabel(), Data: req.GetData()}
}

// firstOf is the first of two names that is not empty.
func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
