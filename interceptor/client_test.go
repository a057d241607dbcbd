// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// client has a Connect client for each procedure.
type client struct {
	way         way
	toProcedure map[string]*connect.Client[text, text]
}

// dial is a client of the stack.
func dial(tb testing.TB, w way, to suite.Server, c suite.Calling, own func() *interceptor.Interceptor) suite.Client {
	tb.Helper()
	transport := newTransport(tb, w.http2)
	transport.DialContext = c.Dial
	options := append([]connect.ClientOption{
		connect.WithAcceptCompression("gzip", nil, nil), connect.WithReadMaxBytes(c.ReadMax), connect.WithSendMaxBytes(c.SendMax),
	}, w.options...)
	switch i := interceptorFor(c.Side); {
	case own != nil:
		options = append(options, connect.WithInterceptors(own()))
	case i != nil:
		options = append(options, connect.WithInterceptors(i))
	}
	if c.Twice {
		options = append(options, connect.WithInterceptors(interceptorFor(c.Side)))
	}
	if c.Get {
		options = append(options, connect.WithHTTPGet(), connect.WithIdempotency(connect.IdempotencyNoSideEffects))
	}
	made := client{w, map[string]*connect.Client[text, text]{}}
	for _, procedure := range procedures {
		made.toProcedure[procedure] = connect.NewClient[text, text](&http.Client{Transport: transport}, to.URL+procedure, options...)
	}
	return made
}

func interceptorFor(side suite.Side) *interceptor.Interceptor {
	switch side {
	case suite.Decoding:
		return interceptor.New()
	case suite.Relaying:
		return interceptor.New(interceptor.WithRelay())
	}
	return nil
}

// setHeader lets the server alone know a deadline.
func (c client) setHeader(to, from http.Header) {
	copyHeader(to, from)
	timeout, err := time.ParseDuration(from.Get(suite.TimeoutHeader))
	if err != nil {
		return
	}
	copyHeader(to, timeoutHeader(c.way, timeout))
}

func (c client) Unary(ctx context.Context, header http.Header) error {
	req := connect.NewRequest(wrapperspb.String("request"))
	c.setHeader(req.Header(), header)
	_, err := c.toProcedure[unary].CallUnary(ctx, req)
	return err
}

func (c client) Open(ctx context.Context, procedure string, header http.Header) (suite.Stream, error) {
	to := c.toProcedure[procedure]
	switch procedure {
	case clientStream:
		stream := to.CallClientStream(ctx)
		c.setHeader(stream.RequestHeader(), header)
		return &sending{stream, false}, nil
	case serverStream:
		req := connect.NewRequest(wrapperspb.String("request"))
		c.setHeader(req.Header(), header)
		stream, err := to.CallServerStream(ctx, req)
		if err != nil {
			return nil, err
		}
		return receiving{stream}, nil
	}
	stream := to.CallBidiStream(ctx)
	c.setHeader(stream.RequestHeader(), header)
	return exchanging{stream}, nil
}

// The client's ends of streams.
type (
	sending struct {
		*connect.ClientStreamForClient[text, text]
		received bool
	}
	receiving struct {
		*connect.ServerStreamForClient[text]
	}
	exchanging struct {
		*connect.BidiStreamForClient[text, text]
	}
)

func (s *sending) Send(value string) error {
	return s.ClientStreamForClient.Send(wrapperspb.String(value))
}
func (*sending) CloseSend() error { return nil }
func (*sending) Close() error     { return nil }

func (s *sending) Receive() error {
	if s.received {
		return io.EOF
	}
	s.received = true
	_, err := s.CloseAndReceive()
	return err
}

func (receiving) Send(string) error { return nil }
func (receiving) CloseSend() error  { return nil }

func (s receiving) Receive() error {
	switch {
	case s.ServerStreamForClient.Receive():
		return nil
	case s.Err() != nil:
		return s.Err()
	}
	return io.EOF
}

func (s exchanging) Send(value string) error {
	return s.BidiStreamForClient.Send(wrapperspb.String(value))
}
func (s exchanging) CloseSend() error { return s.CloseRequest() }
func (s exchanging) Receive() error   { _, err := s.BidiStreamForClient.Receive(); return err }
func (s exchanging) Close() error {
	return errors.Join(s.CloseRequest(), s.CloseResponse())
}
