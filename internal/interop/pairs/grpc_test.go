// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/grpcgo"
	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
)

// stackGRPC is grpc-go.
var stackGRPC = goStack{grpcGo, []way{{protocol: "gRPC"}}, dialGRPC, readGRPC}

func dialGRPC(t *testing.T, s server, _ way, sd side) caller {
	t.Helper()
	own := []grpcgo.Option{grpcgo.WithPolicy(newPolicy(t))}
	if sd == relaying {
		own = append(own, grpcgo.WithRelay())
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	if sd != plain {
		options = append(options, grpcgo.New(own...).DialOptions()...)
	}
	conn, err := grpc.NewClient("passthrough:///"+s.address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return callerGRPC{interopv1.NewTroubleServiceClient(conn)}.call
}

func readGRPC(err error) outcome {
	s, ok := status.FromError(err)
	if !ok {
		return outcome{Message: err.Error()}
	}
	got := outcome{Code: uint32(s.Code()), Message: s.Message()}
	for _, d := range s.Proto().GetDetails() {
		got.Details = append(got.Details, detail{string(d.MessageName()), string(d.GetValue())})
	}
	return got
}

type callerGRPC struct {
	interopv1.TroubleServiceClient
}

func (c callerGRPC) call(ctx context.Context, m method, name string) (int, error) {
	ctx = metadata.AppendToOutgoingContext(ctx, "x-request-id", requestID)
	switch m.name {
	case "unary":
		_, err := c.Unary(ctx, &interopv1.UnaryRequest{Name: name})
		return 0, err
	case "clientStream":
		stream, err := c.ClientStream(ctx)
		if err != nil {
			return 0, err
		}
		if err := stream.Send(&interopv1.ClientStreamRequest{Name: name}); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		_, err = stream.CloseAndRecv()
		return 0, err
	case "serverStream":
		return c.serverStream(ctx, m, name)
	}
	return c.bidiStream(ctx, m, name)
}

func (c callerGRPC) serverStream(ctx context.Context, m method, name string) (messages int, err error) {
	stream, err := c.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: name, Messages: int32(m.messages)})
	if err != nil {
		return 0, err
	}
	for {
		if _, err := stream.Recv(); err != nil {
			return messages, err
		}
		messages++
	}
}

func (c callerGRPC) bidiStream(ctx context.Context, m method, name string) (messages int, err error) {
	stream, err := c.BidiStream(ctx)
	if err != nil {
		return 0, err
	}
	for range m.messages {
		if err := stream.Send(new(interopv1.BidiStreamRequest)); err != nil {
			return messages, err
		}
		if _, err := stream.Recv(); err != nil {
			return messages, err
		}
		messages++
	}
	if err := stream.Send(&interopv1.BidiStreamRequest{Name: name}); err != nil && !errors.Is(err, io.EOF) {
		return messages, err
	}
	if err := stream.CloseSend(); err != nil {
		return messages, err
	}
	_, err = stream.Recv()
	return messages, err
}
