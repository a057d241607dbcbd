// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
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

// A place is where Connect hands an error of a method of the connection to its caller.
type place struct {
	name, procedure, method string
	// ends says that Connect takes io.EOF there for the end, and says nothing of it.
	ends bool
	give func(context.Context, *connect.Client[text, text]) error
}

var message = wrapperspb.String("x")

var places = []place{
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

// everyPlace gives what surfaces at a place when the connection gives an error there.
func everyPlace(t *testing.T, test func(t *testing.T, p place, give func(error) error)) {
	t.Helper()
	server := serveErrors(t, answerCase(nil))
	for _, w := range ways {
		httpClient := &http.Client{Transport: newTransport(t, w.http2)}
		for _, p := range places {
			if p.procedure == bidiStream && !w.http2 {
				continue
			}
			t.Run(w.name+"/"+p.name, func(t *testing.T) {
				test(t, p, func(err error) error {
					inner := &planted{p.method, err}
					return p.give(t.Context(), newClient(httpClient, server.URL, p.procedure, w, connect.WithInterceptors(interceptor.New(), inner)))
				})
			})
		}
	}
}

// surfacing are errors as Connect, a transport or an interceptor gives them, and what they are.
func surfacing(t *testing.T) map[error]mapping.Code {
	typed := connect.NewWireError(connect.CodeNotFound, errors.New("words"))
	number := errpactv1.ErrorCode(10)
	typed.AddDetail(anyDetail(t, &errpactv1.ErrorDetail{Code: &number}))
	return map[error]mapping.Code{
		typed: errpactv1err.NotExist,
		connect.NewWireError(connect.CodeUnavailable, errors.New("words")):       errpactv1err.ExternalService,
		connect.NewError(connect.CodeResourceExhausted, errors.New("words")):     errpactv1err.Unknown,
		connect.NewError(connect.CodeCanceled, context.Canceled):                 errpactv1err.Unknown,
		connect.NewError(connect.CodeDeadlineExceeded, context.DeadlineExceeded): errpactv1err.Unknown,
	}
}

func TestG10AnErrorIsTypedAtEveryPlaceWhereConnectGivesOne(t *testing.T) {
	errs := surfacing(t)
	everyPlace(t, func(t *testing.T, p place, give func(error) error) {
		for err, want := range errs {
			got := give(err)
			found, ok := mapping.From(got)
			if !ok || !errors.Is(got, want) || found.Code() != want || found.Unwrap() != err || !found.Remote() {
				t.Errorf("%v became %v, want %v", err, got, want)
				continue
			}
			if wire, ok := errors.AsType[*connect.Error](got); !ok || error(wire) != err {
				t.Errorf("%v is not in %v", err, got)
			}
			if connect.CodeOf(got) != connect.CodeOf(err) || connect.IsWireError(got) != connect.IsWireError(err) {
				t.Errorf("%v: CodeOf = %v, IsWireError = %v", err, connect.CodeOf(got), connect.IsWireError(got))
			}
		}
	})
}

func TestG10ACleanEndIsTheSameAtEveryPlace(t *testing.T) {
	ends := []error{
		io.EOF, connect.NewError(connect.CodeUnknown, io.EOF), fmt.Errorf("wrapped: %w", io.EOF),
		errors.Join(errors.New("other"), io.EOF), connect.NewNotModifiedError(nil),
	}
	everyPlace(t, func(t *testing.T, p place, give func(error) error) {
		for _, end := range ends {
			got := give(end)
			if got == nil && p.ends && errors.Is(end, io.EOF) {
				continue
			}
			// Connect makes an error of its own of an answer that ends before its message.
			if p.ends && errors.Is(end, io.EOF) && p.method == "Receive" && connect.CodeOf(got) == connect.CodeUnimplemented {
				continue
			}
			if got != end {
				t.Errorf("%v went in, and %v came out", end, got)
			}
		}
	})
}

func TestG10SuccessesStayClean(t *testing.T) {
	everyPlace(t, func(t *testing.T, p place, give func(error) error) {
		if p.method == "Receive" {
			return // its success is a message, and the end is looked at above
		}
		if got := give(nil); got != nil {
			t.Errorf("got %v", got)
		}
	})
}

// TestG10SendAfterTheEndOfABidiStream: Send says only that the stream has ended, and Receive why.
func TestG10SendAfterTheEndOfABidiStream(t *testing.T) {
	handler := http.NewServeMux()
	handler.Handle(bidiStream, connect.NewBidiStreamHandler(bidiStream, func(context.Context, *connect.BidiStream[text, text]) error {
		return errpactv1err.AuthForbidden.WithMetadata("k", "v")
	}, intercepted(t)))
	ended := make(chan struct{}, 1)
	server := loopback.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
		ended <- struct{}{}
	}))
	for _, w := range ways {
		if !w.http2 {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			inner := new(witness)
			stream := newClient(&http.Client{Transport: newTransport(t, true)}, server.URL, bidiStream, w,
				connect.WithInterceptors(interceptor.New(), inner)).CallBidiStream(t.Context())
			// A flood of messages for a stream that has ended would have the server close the connection.
			sent := stream.Send(message)
			<-ended
			for sent == nil {
				runtime.Gosched()
				sent = stream.Send(message)
			}
			if !errors.Is(sent, io.EOF) || !inner.gave(sent) {
				t.Errorf("Send: %v", sent)
			}
			_, err := stream.Receive()
			if found, _ := mapping.From(err); !errors.Is(err, errpactv1err.AuthForbidden) || found.Metadata()["k"] != "v" || !connect.IsWireError(err) {
				t.Errorf("Receive: %v", err)
			}
			if err := errors.Join(stream.CloseRequest(), stream.CloseResponse()); err != nil {
				t.Errorf("closing: %v", err)
			}
		})
	}
}
