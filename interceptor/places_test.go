// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/stackv1"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// planted is an interceptor inside errpact's on a client: one method of the real connection does its
// work, and then gives an error.
type planted struct {
	method string
	err    error
}

func (p *planted) at(method string, err error) error {
	if p.method == method {
		return p.err
	}
	return err
}

func (p *planted) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		res, err := next(ctx, req)
		return res, p.at("Unary", err)
	}
}

func (*planted) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

func (p *planted) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		return &plantedConn{next(ctx, spec), p}
	}
}

type plantedConn struct {
	connect.StreamingClientConn
	p *planted
}

func (c *plantedConn) Send(m any) error { return c.p.at("Send", c.StreamingClientConn.Send(m)) }
func (c *plantedConn) Receive(m any) error {
	return c.p.at("Receive", c.StreamingClientConn.Receive(m))
}
func (c *plantedConn) CloseRequest() error {
	return c.p.at("CloseRequest", c.StreamingClientConn.CloseRequest())
}
func (c *plantedConn) CloseResponse() error {
	return c.p.at("CloseResponse", c.StreamingClientConn.CloseResponse())
}

// A connectPlace is where Connect hands an error of a method of the connection to its caller.
type connectPlace struct {
	name, procedure, method string
	// ends says that Connect takes io.EOF there for the end, and says nothing of it.
	ends bool
	give func(context.Context, *connect.Client[text, text]) error
}

var message = wrapperspb.String("x")

var connectPlaces = []connectPlace{
	{"CallUnary", unary, "Unary", false, func(ctx context.Context, c *connect.Client[text, text]) error {
		_, err := c.CallUnary(ctx, connect.NewRequest(message))
		return err
	}},
	{"ClientStreamForClient.Send", clientStream, "Send", false, func(ctx context.Context, c *connect.Client[text, text]) error {
		stream := c.CallClientStream(ctx)
		defer func() { _, _ = stream.CloseAndReceive() }()
		return stream.Send(message)
	}},
	{"CloseAndReceive, closing", clientStream, "CloseRequest", false, closeAndReceive},
	{"CloseAndReceive, receiving", clientStream, "Receive", true, closeAndReceive},
	{"CallServerStream, sending", serverStream, "Send", true, serverStreamErr},
	{"CallServerStream, closing", serverStream, "CloseRequest", false, serverStreamErr},
	{"ServerStreamForClient.Err", serverStream, "Receive", true, serverStreamErr},
	{"ServerStreamForClient.Close", serverStream, "CloseResponse", false, func(ctx context.Context, c *connect.Client[text, text]) error {
		stream, err := c.CallServerStream(ctx, connect.NewRequest(message))
		if err != nil {
			return err
		}
		for stream.Receive() {
		}
		return stream.Close()
	}},
	{"BidiStreamForClient.Send", bidiStream, "Send", false, bidi((*bidiClient).send)},
	{"BidiStreamForClient.Receive", bidiStream, "Receive", false, bidi((*bidiClient).receive)},
	{"BidiStreamForClient.CloseRequest", bidiStream, "CloseRequest", false, bidi((*bidiClient).closeRequest)},
	{"BidiStreamForClient.CloseResponse", bidiStream, "CloseResponse", false, bidi((*bidiClient).closeResponse)},
}

func closeAndReceive(ctx context.Context, c *connect.Client[text, text]) error {
	stream := c.CallClientStream(ctx)
	if err := stream.Send(message); err != nil {
		return err
	}
	_, err := stream.CloseAndReceive()
	return err
}

func serverStreamErr(ctx context.Context, c *connect.Client[text, text]) error {
	stream, err := c.CallServerStream(ctx, connect.NewRequest(message))
	if err != nil {
		return err
	}
	defer stream.Close()
	for stream.Receive() {
	}
	return stream.Err()
}

// bidiClient is a whole call, of which one step is looked at.
type bidiClient struct{ sent, received, requestClosed, responseClosed error }

func (b *bidiClient) send() error          { return b.sent }
func (b *bidiClient) receive() error       { return b.received }
func (b *bidiClient) closeRequest() error  { return b.requestClosed }
func (b *bidiClient) closeResponse() error { return b.responseClosed }

func bidi(step func(*bidiClient) error) func(context.Context, *connect.Client[text, text]) error {
	return func(ctx context.Context, c *connect.Client[text, text]) error {
		stream := c.CallBidiStream(ctx)
		b := bidiClient{sent: stream.Send(message), requestClosed: stream.CloseRequest()}
		_, b.received = stream.Receive()
		b.responseClosed = stream.CloseResponse()
		return step(&b)
	}
}

// placesOf are those of every way, with an interceptor of a test's if it has one.
func placesOf(tb testing.TB, own func() *interceptor.Interceptor) (all []suite.Place) {
	tb.Helper()
	if own == nil {
		own = func() *interceptor.Interceptor { return interceptor.New() }
	}
	server := loopback.Serve(tb, stackv1.NewMux(suite.Service{Answer: func(context.Context, suite.Header) error { return nil }}))
	for _, w := range ways {
		httpClient := &http.Client{Transport: loopback.NewTransport(tb, w.HTTP2)}
		for _, p := range connectPlaces {
			if p.procedure == bidiStream && !w.HTTP2 {
				continue
			}
			all = append(all, suite.Place{
				Name: w.Name + "/" + p.name, Ends: p.ends, Receives: p.method == "Receive",
				Give: func(t *testing.T, err error) error {
					t.Helper()
					inner := connect.WithInterceptors(own(), &planted{p.method, err})
					return p.give(t.Context(), newClient(httpClient, server.URL, p.procedure, w, inner))
				},
			})
		}
	}
	return all
}
