// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package stackv2 is Connect v2 with errpact on both sides, over networks and in process, as a stack of the suite.
package stackv2

import (
	"context"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

// Specs lists the procedures of the test service.
var Specs = []connect.Spec{
	{Procedure: suite.Unary, StreamType: connect.StreamTypeUnary, IdempotencyLevel: connect.IdempotencyNoSideEffects},
	{Procedure: suite.ClientStream, StreamType: connect.StreamTypeClient},
	{Procedure: suite.ServerStream, StreamType: connect.StreamTypeServer},
	{Procedure: suite.BidiStream, StreamType: connect.StreamTypeBidi},
}

// New returns the stack. A test can add its places.
func New() suite.Stack {
	s := suite.Stack{
		Serve: func(tb testing.TB, service suite.Service) suite.Server {
			server := newServer(tb, service)
			return suite.Server{URL: loopback.Serve(tb, mounted(server, service)).URL, Object: server}
		},
		Native: native, Local: localError,
		Received: func(code uint32, message string, details ...*anypb.Any) error {
			return newError(code, message, details).WithRemote()
		},
		NotModified: &suite.NotModified{
			New: func(http.Header) error { return connecthttp.NewNotModifiedError() },
			Is:  connecthttp.IsNotModifiedError,
		},
		Traits: suite.Traits{PublicMessages: true, Aborts: true, MuteNotModified: true, BareContextErrors: true},
	}
	for _, w := range Ways {
		s.Ways = append(s.Ways, suite.Way{Name: w.Name, Protocol: w.protocol, JSON: w.json, HTTP2: w.HTTP2, Dial: w.dial})
	}
	return s
}

// Handler returns the procedures of a service behind its interceptor.
func Handler(tb testing.TB, service suite.Service) http.Handler {
	tb.Helper()
	return mounted(newServer(tb, service), service)
}

func mounted(server *connect.Server, service suite.Service) http.Handler {
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server, connecthttp.WithReadMaxBytes(service.ReadMax), connecthttp.WithSendMaxBytes(service.SendMax))
	return mux
}

func newServer(tb testing.TB, service suite.Service) *connect.Server {
	tb.Helper()
	if service.Bare {
		return NewServer(service, expiring)
	}
	i := connectv2.NewServerInterceptor(connectv2.WithPolicy(service.Policy(tb)))
	if service.Twice {
		return NewServer(service, expiring, i, i)
	}
	return NewServer(service, expiring, i)
}

// expiring has a request end by a deadline that its caller does not know, so that the server's answer is seen.
func expiring(next connect.ServerFunc) connect.ServerFunc {
	return func(ctx context.Context, spec connect.Spec, stream connect.ServerStream) error {
		if timeout, err := time.ParseDuration(header(ctx).Get(suite.TimeoutHeader)); err == nil {
			limited, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			ctx = limited
		}
		return next(ctx, spec, stream)
	}
}

// header is a request's.
func header(ctx context.Context) suite.Header {
	if info, ok := connect.CallInfoForServerContext(ctx); ok {
		return info.RequestHeader()
	}
	return http.Header{}
}

// NewServer returns a server with the procedures of a service.
func NewServer(service suite.Service, interceptors ...connect.ServerInterceptor) *connect.Server {
	server := connect.NewServer(interceptors...)
	for _, spec := range Specs {
		server.Register(connect.Method{Spec: spec, Handler: func(ctx context.Context, spec connect.Spec, stream connect.ServerStream) error {
			if spec.StreamType == connect.StreamTypeUnary {
				if err := stream.Receive(new(text)); err != nil {
					return err
				}
				if err := service.Answer(ctx, header(ctx)); err != nil {
					return err
				}
			} else if err := service.Handle(ctx, spec.Procedure, header(ctx), handlerStream{stream}); err != nil {
				return err
			}
			if spec.StreamType&connect.StreamTypeServer != 0 {
				return nil
			}
			return stream.Send(wrapperspb.String("done"))
		}})
	}
	return server
}

// handlerStream is a handler's end of a stream.
type handlerStream struct{ stream connect.ServerStream }

func (s handlerStream) Send(value string) error { return s.stream.Send(wrapperspb.String(value)) }

func (s handlerStream) Receive() (string, error) {
	message := new(text)
	err := s.stream.Receive(message)
	return message.GetValue(), err
}
