// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package trouble

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// GRPC is the service on grpc-go.
type GRPC struct {
	interopv1.UnimplementedTroubleServiceServer
	Answer Answer
}

var _ interopv1.TroubleServiceServer = GRPC{}

// Unary implements the service.
func (s GRPC) Unary(ctx context.Context, req *interopv1.UnaryRequest) (*interopv1.UnaryResponse, error) {
	if err := s.Answer(ctx, req.GetName()); err != nil {
		return nil, err
	}
	return unaryResponse(req), nil
}

// ClientStream implements the service.
func (s GRPC) ClientStream(stream grpc.ClientStreamingServer[interopv1.ClientStreamRequest, interopv1.ClientStreamResponse]) error {
	var received int32
	var name string
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		received++
		name = firstOf(name, message.GetName())
	}
	if err := s.Answer(stream.Context(), name); err != nil {
		return err
	}
	return stream.SendAndClose(&interopv1.ClientStreamResponse{Received: received})
}

// ServerStream implements the service.
func (s GRPC) ServerStream(req *interopv1.ServerStreamRequest, stream grpc.ServerStreamingServer[interopv1.ServerStreamResponse]) error {
	for i := range req.GetMessages() {
		if err := stream.Send(&interopv1.ServerStreamResponse{Index: i}); err != nil {
			return err
		}
	}
	return s.Answer(stream.Context(), req.GetName())
}

// BidiStream implements the service.
func (s GRPC) BidiStream(stream grpc.BidiStreamingServer[interopv1.BidiStreamRequest, interopv1.BidiStreamResponse]) error {
	for i := int32(0); ; i++ {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return s.Answer(stream.Context(), "")
		}
		if err != nil {
			return err
		}
		if name := message.GetName(); name != "" {
			return s.Answer(stream.Context(), name)
		}
		if err := stream.Send(&interopv1.BidiStreamResponse{Index: i}); err != nil {
			return err
		}
	}
}
