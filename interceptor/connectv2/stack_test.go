// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectinprocess"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// stack is Connect v2 with errpact on both sides, over networks and in process.
var stack = newStack()

func newStack() suite.Stack {
	s := suite.Stack{
		Serve: func(tb testing.TB, service suite.Service) suite.Server {
			server := newServer(service, serverInterceptors(tb, service)...)
			handler := mounted(server, connecthttp.WithReadMaxBytes(service.ReadMax), connecthttp.WithSendMaxBytes(service.SendMax))
			return suite.Server{URL: loopback.Serve(tb, handler).URL, Object: server}
		},
		Native: native, Local: localError,
		Received: func(code uint32, message string, details ...*anypb.Any) error {
			return localError(code, message, details...).(*connect.Error).WithRemote()
		},
		Places: placesOf,
		NotModified: &suite.NotModified{
			New: func(http.Header) error { return connecthttp.NewNotModifiedError() },
			Is:  connecthttp.IsNotModifiedError,
		},
		Traits: suite.Traits{PublicMessages: true, Aborts: true, MuteNotModified: true, BareContextErrors: true},
	}
	for _, w := range ways {
		s.Ways = append(s.Ways, suite.Way{
			Name: w.name, Protocol: w.protocol, JSON: w.json, HTTP2: !w.http1 && !w.inProcess,
			Dial: func(tb testing.TB, to suite.Server, c suite.Calling) suite.Client { return dial(tb, w, to, c) },
		})
	}
	return s
}

func serverInterceptors(tb testing.TB, service suite.Service) []connect.ServerInterceptor {
	all := []connect.ServerInterceptor{expiring}
	if service.Bare {
		return all
	}
	i := connectv2.NewServerInterceptor(connectv2.WithPolicy(service.Policy(tb)))
	all = append(all, i)
	if service.Twice {
		all = append(all, i)
	}
	return all
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

// newServer has the procedures of a service.
func newServer(service suite.Service, interceptors ...connect.ServerInterceptor) *connect.Server {
	server := connect.NewServer(interceptors...)
	for _, spec := range specs {
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

// native returns the facts of an error that Connect's users see.
func native(err error) (suite.Native, bool) {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok || e == nil {
		return suite.Native{}, false
	}
	n := suite.Native{Code: uint32(connect.CodeOf(err)), Message: e.Message(), Wire: e.IsRemote(), MayTell: true}
	for _, d := range e.Details() {
		if d != nil {
			n.Details = append(n.Details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type, Value: d.Value})
		}
	}
	return n, true
}

func localError(code uint32, message string, details ...*anypb.Any) error {
	e := connect.NewError(connect.Code(code), message)
	for _, each := range details {
		if each == nil {
			e = e.WithDetail(nil)
			continue
		}
		e = e.WithDetail(&connect.ErrorDetail{Type: string(each.MessageName()), Value: each.GetValue()})
	}
	return e
}

// client makes calls by one transport.
type client struct{ *connect.Client }

func dial(tb testing.TB, w way, to suite.Server, c suite.Calling) suite.Client {
	tb.Helper()
	var interceptors []connect.ClientInterceptor
	switch c.Side {
	case suite.Decoding:
		interceptors = append(interceptors, connectv2.NewClientInterceptor())
	case suite.Relaying:
		interceptors = append(interceptors, connectv2.NewClientInterceptor(connectv2.WithRelay()))
	}
	if c.Twice {
		interceptors = append(interceptors, interceptors...)
	}
	if w.inProcess {
		return client{connect.NewClient(connectinprocess.New(to.Object.(*connect.Server)), interceptors...)}
	}
	options := append([]connecthttp.Option{connecthttp.WithReadMaxBytes(c.ReadMax), connecthttp.WithSendMaxBytes(c.SendMax)}, w.options...)
	if c.Get {
		options = append(options, connecthttp.WithHTTPGet())
	}
	transport := newHTTPTransport(tb, w.http1)
	transport.DialContext = c.Dial
	return client{connect.NewClient(connecthttp.NewTransport(&http.Client{Transport: transport}, to.URL, options...), interceptors...)}
}

func withHeader(ctx context.Context, header http.Header) context.Context {
	ctx, info := connect.NewClientContext(ctx)
	for key, values := range header {
		info.RequestHeader().Set(key, values[0])
	}
	return ctx
}

func (c client) Unary(ctx context.Context, header http.Header) error {
	return c.CallUnary(withHeader(ctx, header), unary, wrapperspb.String("request"), new(text))
}

func (c client) Open(ctx context.Context, procedure string, header http.Header) (suite.Stream, error) {
	for _, spec := range specs {
		if spec.Procedure == procedure {
			stream, err := c.CallClientStream(withHeader(ctx, header), spec)
			if err != nil {
				return nil, err
			}
			return &clientStream{stream, spec, false}, nil
		}
	}
	return nil, errors.New("no such procedure")
}

// clientStream is a client's end of a stream.
type clientStream struct {
	connect.ClientStream
	spec     connect.Spec
	received bool
}

func (s *clientStream) Send(value string) error {
	return s.ClientStream.Send(wrapperspb.String(value))
}

func (s *clientStream) Receive() error {
	if s.received && s.spec.StreamType&connect.StreamTypeServer == 0 {
		return io.EOF
	}
	s.received = true
	return s.ClientStream.Receive(new(text))
}
