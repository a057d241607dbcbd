// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package stackv1 is Connect v1 with errpact on both sides, as a stack of the suite.
package stackv1

import (
	"context"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

// New returns the stack, to which a test can add its places. If own is not nil, its interceptor is used on both sides.
func New(own func() *interceptor.Interceptor) suite.Stack {
	s := suite.Stack{
		Serve: func(tb testing.TB, service suite.Service) suite.Server {
			return suite.Server{URL: loopback.Serve(tb, handler(tb, service, own)).URL}
		},
		Native: native, Local: localError, Received: wireError,
		NotModified: &suite.NotModified{
			New: func(h http.Header) error { return connect.NewNotModifiedError(h) },
			Is:  connect.IsNotModifiedError,
		},
		Traits: suite.Traits{Metadata: true, Aborts: true, MiscountsOutside: true},
	}
	for _, w := range Ways {
		s.Ways = append(s.Ways, w.suites(own))
	}
	return s
}

// Handler returns the procedures of a service behind its interceptor.
func Handler(tb testing.TB, service suite.Service) http.Handler {
	tb.Helper()
	return handler(tb, service, nil)
}

func handler(tb testing.TB, service suite.Service, own func() *interceptor.Interceptor) http.Handler {
	tb.Helper()
	options := []connect.HandlerOption{connect.WithReadMaxBytes(service.ReadMax), connect.WithSendMaxBytes(service.SendMax)}
	if service.Bare {
		return expiring(NewMux(service, options...))
	}
	i := interceptor.New(interceptor.WithPolicy(service.Policy(tb)))
	if own != nil {
		i = own()
	}
	options = append(options, connect.WithInterceptors(i))
	if service.Twice {
		options = append(options, connect.WithInterceptors(i))
	}
	return expiring(NewMux(service, options...))
}

// expiring has a request end by a deadline that its caller does not know, so that the server's answer is seen.
func expiring(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if timeout, err := time.ParseDuration(r.Header.Get(suite.TimeoutHeader)); err == nil {
			ctx, cancel := context.WithTimeout(r.Context(), timeout)
			defer cancel()
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	})
}

// NewMux returns the procedures of a service, without an interceptor.
func NewMux(service suite.Service, options ...connect.HandlerOption) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle(suite.Unary, connect.NewUnaryHandler(suite.Unary,
		func(ctx context.Context, req *connect.Request[text]) (*connect.Response[text], error) {
			if err := service.Answer(ctx, req.Header()); err != nil {
				return nil, err
			}
			return connect.NewResponse(wrapperspb.String("done")), nil
		}, append(options, connect.WithIdempotency(connect.IdempotencyNoSideEffects))...))
	mux.Handle(suite.ClientStream, connect.NewClientStreamHandler(suite.ClientStream,
		func(ctx context.Context, stream *connect.ClientStream[text]) (*connect.Response[text], error) {
			if err := service.Handle(ctx, suite.ClientStream, stream.RequestHeader(), clientStreamOf{stream}); err != nil {
				return nil, err
			}
			return connect.NewResponse(wrapperspb.String("done")), nil
		}, options...))
	mux.Handle(suite.ServerStream, connect.NewServerStreamHandler(suite.ServerStream,
		func(ctx context.Context, req *connect.Request[text], stream *connect.ServerStream[text]) error {
			return service.Handle(ctx, suite.ServerStream, req.Header(), &serverStreamOf{stream, req.Msg})
		}, options...))
	mux.Handle(suite.BidiStream, connect.NewBidiStreamHandler(suite.BidiStream,
		func(ctx context.Context, stream *connect.BidiStream[text, text]) error {
			return service.Handle(ctx, suite.BidiStream, stream.RequestHeader(), bidiStreamOf{stream})
		}, options...))
	return mux
}
