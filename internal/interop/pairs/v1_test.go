// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
)

// stackV1 is Connect v1.
var stackV1 = goStack{v1, connectWays, dialV1, readV1}

// connectWays are those of both versions of Connect.
var connectWays = []way{
	{protocol: "Connect"}, {protocol: "Connect", json: true}, {protocol: "Connect", get: true, http1: true},
	{protocol: "gRPC"}, {protocol: "gRPC", json: true}, {protocol: "gRPC-Web"}, {protocol: "gRPC-Web", json: true},
}

func dialV1(t *testing.T, s server, w way, sd side) caller {
	t.Helper()
	var options []connect.ClientOption
	switch w.protocol {
	case "gRPC":
		options = append(options, connect.WithGRPC())
	case "gRPC-Web":
		options = append(options, connect.WithGRPCWeb())
	}
	if w.json {
		options = append(options, connect.WithProtoJSON())
	}
	if w.get {
		options = append(options, connect.WithHTTPGet())
	}
	own := []interceptor.Option{interceptor.WithPolicy(newPolicy(t))}
	if sd == relaying {
		own = append(own, interceptor.WithRelay())
	}
	if sd != plain {
		options = append(options, connect.WithInterceptors(interceptor.New(own...)))
	}
	return callerV1{interopv1connect.NewTroubleServiceClient(
		newHTTPClient(t, w.http1, interceptor.Transport), "http://"+s.address, options...)}.call
}

func readV1(err error) outcome {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return outcome{Message: err.Error()}
	}
	got := outcome{Code: uint32(e.Code()), Message: e.Message()}
	for _, d := range e.Details() {
		got.Details = append(got.Details, detail{d.Type(), string(d.Bytes())})
	}
	return got
}

type callerV1 struct {
	interopv1connect.TroubleServiceClient
}

func (c callerV1) call(ctx context.Context, m method, name string) (int, error) {
	ctx, info := connect.NewClientContext(ctx)
	info.RequestHeader().Set("X-Request-Id", requestID)
	switch m.name {
	case "unary":
		_, err := c.Unary(ctx, connect.NewRequest(&interopv1.UnaryRequest{Name: name}))
		return 0, err
	case "clientStream":
		stream := c.ClientStream(ctx)
		if err := stream.Send(&interopv1.ClientStreamRequest{Name: name}); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		_, err := stream.CloseAndReceive()
		return 0, err
	case "serverStream":
		return c.serverStream(ctx, m, name)
	}
	return c.bidiStream(ctx, m, name)
}

func (c callerV1) serverStream(ctx context.Context, m method, name string) (messages int, err error) {
	stream, err := c.ServerStream(ctx, connect.NewRequest(&interopv1.ServerStreamRequest{Name: name, Messages: int32(m.messages)}))
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	for stream.Receive() {
		messages++
	}
	return messages, stream.Err()
}

func (c callerV1) bidiStream(ctx context.Context, m method, name string) (messages int, err error) {
	stream := c.BidiStream(ctx)
	defer func() { _ = stream.CloseResponse() }()
	for range m.messages {
		if err := stream.Send(new(interopv1.BidiStreamRequest)); err != nil {
			return messages, err
		}
		if _, err := stream.Receive(); err != nil {
			return messages, err
		}
		messages++
	}
	if err := stream.Send(&interopv1.BidiStreamRequest{Name: name}); err != nil && !errors.Is(err, io.EOF) {
		return messages, err
	}
	if err := stream.CloseRequest(); err != nil {
		return messages, err
	}
	_, err = stream.Receive()
	return messages, err
}
