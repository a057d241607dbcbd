// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/validate"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// protocols are those that a stack speaks.
type protocol string

const (
	overConnect protocol = "Connect"
	overGRPC    protocol = "gRPC"
	overGRPCWeb protocol = "gRPC-Web"
)

var protocols = []protocol{overConnect, overGRPC, overGRPCWeb}

// A stack is a version of Connect, or grpc-go. Its handlers accept whatever comes to them, so that all
// errors are those of validation.
type stack struct {
	name string
	// handler is nil for grpc-go.
	handler func(*mapping.Policy) http.Handler
	// call makes a call of a kind, and gives what it failed with: with errpact's client, or without.
	call func(ctx context.Context, to remote, kind string, orders []*dynamicpb.Message) error
}

// remote is a server, and how it is to be asked.
type remote struct {
	server
	protocol
	plain bool
}

// A server is where it is, and who can ask it.
type server struct {
	url    string
	client *http.Client
	// grpcGo says that it speaks nothing but gRPC, without TLS.
	grpcGo bool
}

var (
	connectStacks = []stack{{"Connect v1", newHandler, callV1}, {"Connect v2", newHandlerV2, callV2}}
	stacks        = append(slices.Clone(connectStacks), stack{"grpc-go", nil, callGRPC})
)

// start starts the stack's server.
func (s stack) start(t *testing.T, policy *mapping.Policy) server {
	t.Helper()
	if s.handler == nil {
		return serveGRPC(t, errpactOutside(policy))
	}
	started := serve(t, s.handler(policy))
	return server{url: started.URL, client: started.Client()}
}

// protocols are those that a stack's client and a server share.
func (s stack) protocols(to server) []protocol {
	if to.grpcGo || s.handler == nil {
		return []protocol{overGRPC}
	}
	return protocols
}

// newHandler has errpact outside the validation.
func newHandler(policy *mapping.Policy) http.Handler {
	return newHandlerOf(interceptor.New(interceptor.WithPolicy(policy)), validate.NewInterceptor())
}

func newHandlerOf(interceptors ...connect.Interceptor) http.Handler {
	mux := http.NewServeMux()
	for _, kind := range kinds {
		path := procedure(kind)
		options := []connect.HandlerOption{
			connect.WithSchema(service().Methods().ByName(protoName(kind))),
			connect.WithRequestInitializer(func(_ connect.Spec, message any) error {
				if order, ok := message.(*dynamicpb.Message); ok {
					*order = *newMessage()
				}
				return nil
			}),
			connect.WithInterceptors(interceptors...),
		}
		mux.Handle(path, map[string]func() http.Handler{
			unary:        func() http.Handler { return connect.NewUnaryHandler(path, accept, options...) },
			clientStream: func() http.Handler { return connect.NewClientStreamHandler(path, acceptAll, options...) },
			serverStream: func() http.Handler { return connect.NewServerStreamHandler(path, acceptAndSend, options...) },
			bidiStream:   func() http.Handler { return connect.NewBidiStreamHandler(path, acceptEach, options...) },
		}[kind]())
	}
	return mux
}

func accept(context.Context, *connect.Request[dynamicpb.Message]) (*connect.Response[emptypb.Empty], error) {
	return connect.NewResponse(new(emptypb.Empty)), nil
}

func acceptAll(_ context.Context, stream *connect.ClientStream[dynamicpb.Message]) (*connect.Response[emptypb.Empty], error) {
	for stream.Receive() {
	}
	return connect.NewResponse(new(emptypb.Empty)), stream.Err()
}

func acceptAndSend(_ context.Context, _ *connect.Request[dynamicpb.Message], stream *connect.ServerStream[emptypb.Empty]) error {
	return stream.Send(new(emptypb.Empty))
}

func acceptEach(_ context.Context, stream *connect.BidiStream[dynamicpb.Message, emptypb.Empty]) error {
	for {
		if _, err := stream.Receive(); err != nil {
			return unlessEnd(err)
		}
		if err := stream.Send(new(emptypb.Empty)); err != nil {
			return err
		}
	}
}

// unlessEnd is nil for the clean end of a stream.
func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func callV1(ctx context.Context, to remote, kind string, orders []*dynamicpb.Message) error {
	var options []connect.ClientOption
	switch to.protocol {
	case overGRPC:
		options = append(options, connect.WithGRPC())
	case overGRPCWeb:
		options = append(options, connect.WithGRPCWeb())
	}
	if !to.plain {
		options = append(options, connect.WithInterceptors(interceptor.New()))
	}
	client := connect.NewClient[dynamicpb.Message, emptypb.Empty](to.client, to.url+procedure(kind), options...)
	last := orders[len(orders)-1]
	switch kind {
	case unary:
		_, err := client.CallUnary(ctx, connect.NewRequest(last))
		return err
	case serverStream:
		stream, err := client.CallServerStream(ctx, connect.NewRequest(last))
		if err != nil {
			return err
		}
		for stream.Receive() {
		}
		return errors.Join(stream.Err(), stream.Close())
	case clientStream:
		stream := client.CallClientStream(ctx)
		for _, order := range orders {
			if err := unlessEnd(stream.Send(order)); err != nil {
				return err
			}
		}
		_, err := stream.CloseAndReceive()
		return err
	}
	return talk(client.CallBidiStream(ctx), orders)
}

// talk sends everything, and reads to the end.
func talk(stream *connect.BidiStreamForClient[dynamicpb.Message, emptypb.Empty], orders []*dynamicpb.Message) error {
	for _, order := range orders {
		if err := unlessEnd(stream.Send(order)); err != nil {
			return err
		}
	}
	if err := stream.CloseRequest(); err != nil {
		return err
	}
	for {
		if _, err := stream.Receive(); err != nil {
			return errors.Join(unlessEnd(err), stream.CloseResponse())
		}
	}
}

// serve is a real server on loopback, on which gRPC is possible.
func serve(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func newPolicy(t testing.TB, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	p, err := mapping.NewPolicy(append(options, mapping.WithReport(nil))...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
