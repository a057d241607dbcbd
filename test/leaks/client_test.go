// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/grpc/metadata"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// A troubleClient calls each kind of method, by any stack, until it fails or ends.
type troubleClient interface {
	unary(ctx context.Context, name string, header http.Header) error
	serverStream(ctx context.Context, name string, header http.Header, messages int32) error
	clientStream(ctx context.Context, name string, header http.Header) error
	bidiStream(ctx context.Context, name string, header http.Header) error
}

// methods call each kind of method so that it fails at once, and the streams also after messages.
var methods = []struct {
	name string
	call func(context.Context, troubleClient, string, http.Header) error
}{
	{"unary", func(ctx context.Context, c troubleClient, name string, h http.Header) error {
		return c.unary(ctx, name, h)
	}},
	{"client", func(ctx context.Context, c troubleClient, name string, h http.Header) error {
		return c.clientStream(ctx, name, h)
	}},
	{"bidi", func(ctx context.Context, c troubleClient, name string, h http.Header) error {
		return c.bidiStream(ctx, name, h)
	}},
	{"server", func(ctx context.Context, c troubleClient, name string, h http.Header) error {
		return c.serverStream(ctx, name, h, 0)
	}},
	{"server later", func(ctx context.Context, c troubleClient, name string, h http.Header) error {
		return c.serverStream(ctx, name, h, 2)
	}},
}

// sendLast sends a name after two messages without one, of which the second is answered with a message
// that is not empty. The end is no failure: receiving tells why.
func sendLast(send func(name string) error, name string) error {
	for _, each := range []string{"", "", name} {
		if err := send(each); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
	}
	return nil
}

// receiveAll receives until the end, or until it fails.
func receiveAll[T any](receive func() (T, error)) error {
	for {
		if _, err := receive(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

type clientV1 struct {
	interopv1connect.TroubleServiceClient
}

func (c clientV1) unary(ctx context.Context, name string, header http.Header) error {
	req := connect.NewRequest(&interopv1.UnaryRequest{Name: name})
	maps.Copy(req.Header(), header)
	_, err := c.Unary(ctx, req)
	return err
}

func (c clientV1) clientStream(ctx context.Context, name string, header http.Header) error {
	stream := c.ClientStream(ctx)
	maps.Copy(stream.RequestHeader(), header)
	err := sendLast(func(name string) error { return stream.Send(&interopv1.ClientStreamRequest{Name: name}) }, name)
	if err != nil {
		return err
	}
	_, err = stream.CloseAndReceive()
	return err
}

func (c clientV1) serverStream(ctx context.Context, name string, header http.Header, messages int32) error {
	req := connect.NewRequest(&interopv1.ServerStreamRequest{Name: name, Messages: messages})
	maps.Copy(req.Header(), header)
	stream, err := c.ServerStream(ctx, req)
	if err != nil {
		return err
	}
	defer stream.Close()
	for stream.Receive() {
	}
	return stream.Err()
}

func (c clientV1) bidiStream(ctx context.Context, name string, header http.Header) error {
	stream := c.BidiStream(ctx)
	defer func() { _ = stream.CloseResponse() }()
	maps.Copy(stream.RequestHeader(), header)
	err := sendLast(func(name string) error { return stream.Send(&interopv1.BidiStreamRequest{Name: name}) }, name)
	if err == nil {
		err = stream.CloseRequest()
	}
	if err != nil {
		return err
	}
	return receiveAll(stream.Receive)
}

type clientV2 struct {
	interopv1connectv2.TroubleServiceClient
}

func withHeaderV2(ctx context.Context, header http.Header) context.Context {
	ctx, info := connectv2.NewClientContext(ctx)
	for key, values := range header {
		info.RequestHeader().Set(key, values[0])
	}
	return ctx
}

func (c clientV2) unary(ctx context.Context, name string, header http.Header) error {
	_, err := c.Unary(withHeaderV2(ctx, header), &interopv1.UnaryRequest{Name: name})
	return err
}

func (c clientV2) clientStream(ctx context.Context, name string, header http.Header) error {
	stream, err := c.ClientStream(withHeaderV2(ctx, header))
	if err != nil {
		return err
	}
	err = sendLast(func(name string) error { return stream.Send(&interopv1.ClientStreamRequest{Name: name}) }, name)
	if err != nil {
		return err
	}
	_, err = stream.CloseAndReceive()
	return err
}

func (c clientV2) serverStream(ctx context.Context, name string, header http.Header, messages int32) error {
	stream, err := c.ServerStream(withHeaderV2(ctx, header), &interopv1.ServerStreamRequest{Name: name, Messages: messages})
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	return receiveAll(stream.Receive)
}

func (c clientV2) bidiStream(ctx context.Context, name string, header http.Header) error {
	stream, err := c.BidiStream(withHeaderV2(ctx, header))
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	err = sendLast(func(name string) error { return stream.Send(&interopv1.BidiStreamRequest{Name: name}) }, name)
	if err == nil {
		err = stream.CloseSend()
	}
	if err != nil {
		return err
	}
	return receiveAll(stream.Receive)
}

type clientGRPC struct {
	interopv1.TroubleServiceClient
}

func withHeaderGRPC(ctx context.Context, header http.Header) context.Context {
	for key, values := range header {
		ctx = metadata.AppendToOutgoingContext(ctx, key, values[0])
	}
	return ctx
}

func (c clientGRPC) unary(ctx context.Context, name string, header http.Header) error {
	_, err := c.Unary(withHeaderGRPC(ctx, header), &interopv1.UnaryRequest{Name: name})
	return err
}

func (c clientGRPC) clientStream(ctx context.Context, name string, header http.Header) error {
	stream, err := c.ClientStream(withHeaderGRPC(ctx, header))
	if err != nil {
		return err
	}
	err = sendLast(func(name string) error { return stream.Send(&interopv1.ClientStreamRequest{Name: name}) }, name)
	if err != nil {
		return err
	}
	_, err = stream.CloseAndRecv()
	return err
}

func (c clientGRPC) serverStream(ctx context.Context, name string, header http.Header, messages int32) error {
	stream, err := c.ServerStream(withHeaderGRPC(ctx, header), &interopv1.ServerStreamRequest{Name: name, Messages: messages})
	if err != nil {
		return err
	}
	return receiveAll(stream.Recv)
}

func (c clientGRPC) bidiStream(ctx context.Context, name string, header http.Header) error {
	ctx, cancel := context.WithCancel(withHeaderGRPC(ctx, header))
	defer cancel()
	stream, err := c.BidiStream(ctx)
	if err != nil {
		return err
	}
	err = sendLast(func(name string) error { return stream.Send(&interopv1.BidiStreamRequest{Name: name}) }, name)
	if err == nil {
		err = stream.CloseSend()
	}
	if err != nil {
		return err
	}
	return receiveAll(stream.Recv)
}
