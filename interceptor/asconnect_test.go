// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/stackv1"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// undated leaves out what differs between two answers that are the same.
func undated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		next.ServeHTTP(w, r)
	})
}

// badStreams are request bodies that no client of ours sends.
var badStreams = map[string][]byte{
	"no prefix":          {0, 0},
	"cut message":        frame(0, []byte("\n\x04text"))[:8],
	"not protobuf":       frame(0, []byte("\xff\xff\xff")),
	"no UTF-8":           frame(0, []byte("\n\x01\xff")),
	"unknown flags":      frame(0x40, []byte("x")),
	"compressed without": frame(1, []byte("x")),
	"too large":          frame(0, make([]byte, 5000)),
}

// post sends raw bytes, and gives all bytes of the answer.
func post(t *testing.T, url, contentType string, body []byte) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	res, err := loopback.NewTransport(t, true).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	_ = res.Header.Write(&raw)
	raw.Write(read)
	_ = res.Trailer.Write(&raw)
	return raw.Bytes()
}

func TestG14ConnectMessagesLeaveBadRequestsToConnect(t *testing.T) {
	service := suite.Service{Answer: func(context.Context, suite.Header) error { return nil }}
	limit := connect.WithReadMaxBytes(1000)
	alone := loopback.Serve(t, undated(stackv1.NewMux(service, limit)))
	with := loopback.Serve(t, undated(stackv1.NewMux(service, limit, intercepted(t, mapping.WithConnectMessages()))))
	for _, contentType := range []string{"application/connect+proto", "application/grpc+proto", "application/grpc-web+proto"} {
		for _, procedure := range procedures[1:] {
			for name, body := range badStreams {
				t.Run(contentType+procedure+"/"+name, func(t *testing.T) {
					want := post(t, alone.URL+procedure, contentType, body)
					got := post(t, with.URL+procedure, contentType, body)
					if !bytes.Equal(got, want) {
						t.Errorf("the answer is\n%q\nand without the interceptor\n%q", got, want)
					}
				})
			}
		}
	}
}

// callerEnds has the errors that a handler may return when its request has ended.
var callerEnds = map[string]func(context.Context) error{
	"context's":          func(ctx context.Context) error { return ctx.Err() },
	"wrapped":            func(ctx context.Context) error { return errors.Join(errors.New(opaque.Canary), ctx.Err()) },
	"coded canceled":     func(context.Context) error { return stack.Local(1, opaque.Canary) },
	"coded expired":      func(context.Context) error { return connect.NewError(connect.CodeDeadlineExceeded, nil) },
	"an upstream's":      func(context.Context) error { return stack.Received(4, opaque.Canary) },
	"an upstream's, too": func(context.Context) error { return stack.Received(1, opaque.Canary) },
	"lib/pq's":           func(context.Context) error { return pqError("57014") },
}

type pqError string

func (pqError) Error() string      { return opaque.Canary }
func (e pqError) SQLState() string { return string(e) }

func TestG14ConnectMessagesAddNothingToACallersEnd(t *testing.T) {
	for name, end := range callerEnds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := stack.Serve(t, suite.Service{
				Answer: func(ctx context.Context, _ suite.Header) error {
					<-ctx.Done()
					return end(ctx)
				},
				Options: []mapping.Option{mapping.WithRules(mapping.SQLRules()...), mapping.WithConnectMessages()},
			})
			everyWay(t, func(t *testing.T, procedure string, w way) {
				to := newClient(&http.Client{Transport: loopback.NewTransport(t, w.HTTP2)}, server.URL, procedure, w)
				err := call(t.Context(), to, procedure, http.Header{suite.TimeoutHeader: {"20ms"}})
				wire, ok := err.(*connect.Error)
				if !ok || wire.Code() != connect.CodeDeadlineExceeded || len(wire.Details()) != 0 || opaque.Found([]byte(err.Error())) {
					t.Errorf("the caller got %v", err)
				}
			})
		})
	}
}
