// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package trouble

import (
	"context"
	"errors"
	"io"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// ConnectV2 is the service on Connect v2.
type ConnectV2 struct{ Answer Answer }

var _ interopv1connectv2.TroubleServiceHandler = ConnectV2{}

// Unary implements the service.
func (s ConnectV2) Unary(ctx context.Context, req *interopv1.UnaryRequest) (*interopv1.UnaryResponse, error) {
	if err := s.Answer(ctx, req.GetName()); err != nil {
		return nil, err
	}
	return unaryResponse(req), nil
}

// ClientStream implements the service.
func (s ConnectV2) ClientStream(ctx context.Context, stream interopv1connectv2.TroubleServiceClientStreamServerStream) (*interopv1.ClientStreamResponse, error) {
	var received int32
	var name string
	for {
		message, err := stream.Receive()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		received++
		name = firstOf(name, message.GetName())
	}
	if err := s.Answer(ctx, name); err != nil {
		return nil, err
	}
	return &interopv1.ClientStreamResponse{Received: received}, nil
}

// ServerStream implements the service.
func (s ConnectV2) ServerStream(ctx context.Context, req *interopv1.ServerStreamRequest, stream interopv1connectv2.TroubleServiceServerStreamServerStream) error {
	for i := range req.GetMessages() {
		if err := stream.Send(&interopv1.ServerStreamResponse{Index: i}); err != nil {
			return err
		}
	}
	return s.Answer(ctx, req.GetName())
}

// BidiStream implements the service.
func (s ConnectV2) BidiStream(ctx context.Context, stream interopv1connectv2.TroubleServiceBidiStreamServerStream) error {
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
