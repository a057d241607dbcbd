// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// stack is Connect v1 with errpact on both sides.
var stack = newStack(nil)

// newStack is the stack with an interceptor of a test's on both sides, if that gives one.
func newStack(own func() *interceptor.Interceptor) suite.Stack {
	s := suite.Stack{
		Serve: func(tb testing.TB, service suite.Service) suite.Server {
			return suite.Server{URL: loopback.Serve(tb, newMux(service, handlerOptions(tb, service, own)...)).URL}
		},
		Native: native, Local: localError, Received: wireError,
		Places: func(tb testing.TB) []suite.Place { return placesOf(tb, own) },
		NotModified: &suite.NotModified{
			New: func(h http.Header) error { return connect.NewNotModifiedError(h) },
			Is:  connect.IsNotModifiedError,
		},
		Traits: suite.Traits{Metadata: true, Aborts: true, MiscountsOutside: true},
	}
	for _, w := range ways {
		protocol, codec, _ := strings.Cut(w.name, "/")
		s.Ways = append(s.Ways, suite.Way{
			Name: w.name, Protocol: protocol, JSON: strings.HasPrefix(codec, "json"), HTTP2: w.http2,
			Dial: func(tb testing.TB, to suite.Server, c suite.Calling) suite.Client { return dial(tb, w, to, c, own) },
		})
	}
	return s
}

func handlerOptions(tb testing.TB, service suite.Service, own func() *interceptor.Interceptor) []connect.HandlerOption {
	options := []connect.HandlerOption{connect.WithReadMaxBytes(service.ReadMax), connect.WithSendMaxBytes(service.SendMax)}
	if service.Bare {
		return options
	}
	i := interceptor.New(interceptor.WithPolicy(service.Policy(tb)))
	if own != nil {
		i = own()
	}
	options = append(options, connect.WithInterceptors(i))
	if service.Twice {
		options = append(options, connect.WithInterceptors(i))
	}
	return options
}

// newMux has the procedures of a service.
func newMux(service suite.Service, options ...connect.HandlerOption) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle(unary, connect.NewUnaryHandler(unary,
		func(ctx context.Context, req *connect.Request[text]) (*connect.Response[text], error) {
			if err := service.Answer(ctx, req.Header()); err != nil {
				return nil, err
			}
			return connect.NewResponse(wrapperspb.String("done")), nil
		}, append(options, connect.WithIdempotency(connect.IdempotencyNoSideEffects))...))
	mux.Handle(clientStream, connect.NewClientStreamHandler(clientStream,
		func(ctx context.Context, stream *connect.ClientStream[text]) (*connect.Response[text], error) {
			if err := service.Handle(ctx, clientStream, stream.RequestHeader(), clientStreamOf{stream}); err != nil {
				return nil, err
			}
			return connect.NewResponse(wrapperspb.String("done")), nil
		}, options...))
	mux.Handle(serverStream, connect.NewServerStreamHandler(serverStream,
		func(ctx context.Context, req *connect.Request[text], stream *connect.ServerStream[text]) error {
			return service.Handle(ctx, serverStream, req.Header(), &serverStreamOf{stream, req.Msg})
		}, options...))
	mux.Handle(bidiStream, connect.NewBidiStreamHandler(bidiStream,
		func(ctx context.Context, stream *connect.BidiStream[text, text]) error {
			return service.Handle(ctx, bidiStream, stream.RequestHeader(), bidiStreamOf{stream})
		}, options...))
	return mux
}

// The handlers' ends of streams.
type (
	clientStreamOf struct{ *connect.ClientStream[text] }
	bidiStreamOf   struct {
		*connect.BidiStream[text, text]
	}
	serverStreamOf struct {
		*connect.ServerStream[text]
		request *text
	}
)

func (clientStreamOf) Send(string) error { return errors.New("a client stream has one response") }

func (s clientStreamOf) Receive() (string, error) {
	if !s.ClientStream.Receive() {
		if err := s.Err(); err != nil {
			return "", err
		}
		return "", io.EOF
	}
	return s.Msg().Value, nil
}

func (s bidiStreamOf) Send(value string) error {
	return s.BidiStream.Send(wrapperspb.String(value))
}

func (s bidiStreamOf) Receive() (string, error) {
	message, err := s.BidiStream.Receive()
	return message.GetValue(), err
}

func (s *serverStreamOf) Send(value string) error {
	return s.ServerStream.Send(wrapperspb.String(value))
}

func (s *serverStreamOf) Receive() (string, error) {
	if s.request == nil {
		return "", io.EOF
	}
	value := s.request.Value
	s.request = nil
	return value, nil
}

// native returns the facts of an error that Connect's users see.
func native(err error) (suite.Native, bool) {
	e, ok := errors.AsType[*connect.Error](err)
	if !ok || e == nil {
		return suite.Native{}, false
	}
	n := suite.Native{Code: uint32(connect.CodeOf(err)), Message: e.Message(), Header: e.Meta(), Wire: connect.IsWireError(err), MayTell: true}
	for _, d := range e.Details() {
		n.Details = append(n.Details, &anypb.Any{TypeUrl: "type.googleapis.com/" + d.Type(), Value: d.Bytes()})
	}
	return n, true
}

func localError(code uint32, message string, details ...*anypb.Any) error {
	return withDetails(connect.NewError(connect.Code(code), errors.New(message)), details)
}

func wireError(code uint32, message string, details ...*anypb.Any) error {
	return withDetails(connect.NewWireError(connect.Code(code), errors.New(message)), details)
}

func withDetails(e *connect.Error, details []*anypb.Any) error {
	for _, each := range details {
		if each == nil {
			e.AddDetail(nil)
			continue
		}
		detail, err := connect.NewErrorDetail(each)
		if err != nil {
			panic(err)
		}
		e.AddDetail(detail)
	}
	return e
}
