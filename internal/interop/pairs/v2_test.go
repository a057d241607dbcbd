// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectinprocess"

	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	interopv1 "github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connectv2"
)

// stackV2 is Connect v2, which can do without a network, too.
var stackV2 = goStack{v2, append(slices.Clone(connectWays), way{protocol: inProcess}), dialV2, readV2}

func dialV2(t *testing.T, s server, w way, sd side) caller {
	t.Helper()
	own := []errpactv2.Option{errpactv2.WithPolicy(newPolicy(t))}
	if sd == relaying {
		own = append(own, errpactv2.WithRelay())
	}
	var interceptors []connect.ClientInterceptor
	if sd != plain {
		interceptors = append(interceptors, errpactv2.NewClient(own...))
	}
	return callerV2{interopv1connectv2.NewTroubleServiceClient(connect.NewClient(transportV2(t, s, w), interceptors...))}.call
}

func transportV2(t *testing.T, s server, w way) connect.Transport {
	t.Helper()
	if s.here != nil {
		return connectinprocess.New(s.here)
	}
	var options []connecthttp.Option
	switch w.protocol {
	case "gRPC":
		options = append(options, connecthttp.WithGRPC())
	case "gRPC-Web":
		options = append(options, connecthttp.WithGRPCWeb())
	}
	if w.json {
		options = append(options, connecthttp.WithProtoJSON())
	}
	if w.get {
		options = append(options, connecthttp.WithHTTPGet())
	}
	return connecthttp.NewTransport(newHTTPClient(t, w.http1, errpactv2.Transport), "http://"+s.address, options...)
}

func readV2(err error) outcome {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		return outcome{Message: err.Error()}
	}
	got := outcome{Code: uint32(e.Code()), Message: e.Message()}
	for _, d := range e.Details() {
		got.Details = append(got.Details, detail{d.Type, string(d.Value)})
	}
	return got
}

type callerV2 struct {
	interopv1connectv2.TroubleServiceClient
}

func (c callerV2) call(ctx context.Context, m method, name string) (int, error) {
	ctx, info := connect.NewClientContext(ctx)
	info.RequestHeader().Set("X-Request-Id", requestID)
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
		_, err = stream.CloseAndReceive()
		return 0, err
	case "serverStream":
		return c.serverStream(ctx, m, name)
	}
	return c.bidiStream(ctx, m, name)
}

func (c callerV2) serverStream(ctx context.Context, m method, name string) (messages int, err error) {
	stream, err := c.ServerStream(ctx, &interopv1.ServerStreamRequest{Name: name, Messages: int32(m.messages)})
	if err != nil {
		return 0, err
	}
	defer func() { _ = stream.Close() }()
	for {
		if _, err := stream.Receive(); err != nil {
			return messages, err
		}
		messages++
	}
}

func (c callerV2) bidiStream(ctx context.Context, m method, name string) (messages int, err error) {
	stream, err := c.BidiStream(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = stream.Close() }()
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
	if err := stream.CloseSend(); err != nil {
		return messages, err
	}
	_, err = stream.Receive()
	return messages, err
}
