// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// witness sits inside errpact's interceptor on a client, and keeps every error as Connect gave it.
type witness struct {
	mu   sync.Mutex
	seen []error
}

func (w *witness) keep(err error) error {
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.seen = append(w.seen, err)
	}
	return err
}

// gave says whether err is one of them, by identity.
func (w *witness) gave(err error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, seen := range w.seen {
		if seen == err {
			return true
		}
	}
	return false
}

func (w *witness) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		res, err := next(ctx, req)
		return res, w.keep(err)
	}
}

func (w *witness) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

func (w *witness) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		return &witnessedConn{next(ctx, spec), w}
	}
}

type witnessedConn struct {
	connect.StreamingClientConn
	w *witness
}

func (c *witnessedConn) Send(m any) error    { return c.w.keep(c.StreamingClientConn.Send(m)) }
func (c *witnessedConn) Receive(m any) error { return c.w.keep(c.StreamingClientConn.Receive(m)) }

// streamWays runs a test against a server that answers as the header asks: no case is a success.
func streamWays(t *testing.T, test func(t *testing.T, client func(procedure string) *connect.Client[text, text], inner *witness)) {
	t.Helper()
	server := serveErrors(t, answerCase([]error{errpactv1err.NotExist.WithMetadata("k", "v")}))
	for _, w := range ways {
		if !w.http2 {
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			inner := new(witness)
			httpClient := &http.Client{Transport: newTransport(t, w.http2)}
			test(t, func(procedure string) *connect.Client[text, text] {
				return newClient(httpClient, server.URL, procedure, w, connect.WithInterceptors(interceptor.New(), inner))
			}, inner)
		})
	}
}

func TestG10CleanEndsStayClean(t *testing.T) {
	streamWays(t, func(t *testing.T, client func(string) *connect.Client[text, text], inner *witness) {
		if err := call(t.Context(), client(unary), unary, nil); err != nil {
			t.Errorf("unary: %v", err)
		}
		if err := call(t.Context(), client(clientStream), clientStream, nil); err != nil {
			t.Errorf("client stream: %v", err)
		}
		stream, err := client(serverStream).CallServerStream(t.Context(), connect.NewRequest(wrapperspb.String("x")))
		if err != nil {
			t.Fatal(err)
		}
		if stream.Receive() || stream.Err() != nil || stream.Receive() || stream.Err() != nil || stream.Close() != nil {
			t.Errorf("server stream: %v", stream.Err())
		}
		bidi := client(bidiStream).CallBidiStream(t.Context())
		if err := errors.Join(bidi.Send(wrapperspb.String("x")), bidi.CloseRequest()); err != nil {
			t.Fatal(err)
		}
		if _, err := bidi.Receive(); err != nil {
			t.Errorf("bidi: %v", err)
		}
		_, end := bidi.Receive()
		if !errors.Is(end, io.EOF) || !inner.gave(end) {
			t.Errorf("bidi ends with %v, which Connect did not give", end)
		}
		if _, typed := mapping.From(end); typed {
			t.Errorf("the end became an error of a catalogue")
		}
		// A further Receive is an error to Connect. It stays one, and the code stays Connect's.
		if _, after := bidi.Receive(); after == nil || connect.IsWireError(after) {
			t.Errorf("after the end: %v", after)
		}
		if err := bidi.CloseResponse(); err != nil {
			t.Errorf("CloseResponse: %v", err)
		}
	})
}

func TestG10ErrorsAreTypedWhereverAStreamGivesThem(t *testing.T) {
	streamWays(t, func(t *testing.T, client func(string) *connect.Client[text, text], inner *witness) {
		stream, err := client(serverStream).CallServerStream(t.Context(), requestFor(0))
		if err != nil {
			t.Fatal(err)
		}
		for stream.Receive() {
		}
		checkTyped(t, "ServerStreamForClient.Err", stream.Err(), inner)
		checkTyped(t, "Err, again", stream.Err(), inner)
		_ = stream.Close()

		sending := client(clientStream).CallClientStream(t.Context())
		copyHeader(sending.RequestHeader(), caseOf(0))
		_ = sending.Send(wrapperspb.String("x"))
		_, err = sending.CloseAndReceive()
		checkTyped(t, "CloseAndReceive", err, inner)

		bidi := client(bidiStream).CallBidiStream(t.Context())
		copyHeader(bidi.RequestHeader(), caseOf(0))
		if err := errors.Join(bidi.Send(nil), bidi.CloseRequest()); err != nil {
			t.Fatal(err)
		}
		_, err = bidi.Receive()
		checkTyped(t, "BidiStreamForClient.Receive", err, inner)
		if _, again := bidi.Receive(); again == nil || errors.Is(again, io.EOF) {
			t.Errorf("a stream that failed ends with %v", again)
		}
		// The stream is closed: what Send says wraps io.EOF, and is Connect's own.
		if err := bidi.Send(wrapperspb.String("late")); !errors.Is(err, io.EOF) || !inner.gave(err) {
			t.Errorf("Send after the end: %v", err)
		}
		_ = bidi.CloseResponse()
	})
}

func requestFor(i int) *connect.Request[text] {
	req := connect.NewRequest(wrapperspb.String("x"))
	copyHeader(req.Header(), caseOf(i))
	return req
}

func checkTyped(t *testing.T, where string, err error, inner *witness) {
	t.Helper()
	found, ok := mapping.From(err)
	if !ok || !errors.Is(err, errpactv1err.NotExist) || found.Metadata()["k"] != "v" {
		t.Errorf("%s: %v", where, err)
		return
	}
	if !inner.gave(found.Unwrap()) || connect.CodeOf(err) != connect.CodeNotFound || !connect.IsWireError(err) {
		t.Errorf("%s: Unwrap is not Connect's own error, but %v", where, found.Unwrap())
	}
}

// TestG10SendAfterTheServersEnd: the server answers before it has read anything.
func TestG10SendAfterTheServersEnd(t *testing.T) {
	handler := http.NewServeMux()
	handler.Handle(clientStream, connect.NewClientStreamHandler(clientStream,
		func(context.Context, *connect.ClientStream[text]) (*connect.Response[text], error) {
			return nil, errpactv1err.AuthForbidden
		}, intercepted(t)))
	server := loopback.Serve(t, handler)
	for _, w := range ways {
		if !w.http2 { // HTTP/1.1 closes the connection under a client that goes on sending
			continue
		}
		t.Run(w.name, func(t *testing.T) {
			inner := new(witness)
			client := newClient(&http.Client{Transport: newTransport(t, w.http2)}, server.URL, clientStream, w,
				connect.WithInterceptors(interceptor.New(), inner))
			stream := client.CallClientStream(t.Context())
			for {
				if err := stream.Send(wrapperspb.String("x")); err != nil {
					if !errors.Is(err, io.EOF) || !inner.gave(err) {
						t.Errorf("Send: %v", err)
					}
					break
				}
			}
			if _, err := stream.CloseAndReceive(); !errors.Is(err, errpactv1err.AuthForbidden) {
				t.Errorf("CloseAndReceive: %v", err)
			}
		})
	}
}
