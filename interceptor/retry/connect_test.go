// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

const procedure = "/acme.retry.v1.RetryService/Work"

// service fails all but every third request. It is used by one goroutine at a time.
type service struct {
	fail    error
	headers []http.Header
}

func (s *service) work(_ context.Context, r *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
	s.headers = append(s.headers, r.Header().Clone())
	if len(s.headers)%3 != 0 {
		return nil, s.fail
	}
	return connect.NewResponse(r.Msg), nil
}

func (s *service) serve(t *testing.T) *httptest.Server {
	t.Helper()
	return loopback.Serve(t, connect.NewUnaryHandler(procedure, s.work, connect.WithInterceptors(interceptor.New())))
}

type client = connect.Client[wrapperspb.StringValue, wrapperspb.StringValue]

func newClient(t *testing.T, url string, opts ...connect.ClientOption) *client {
	t.Helper()
	return connect.NewClient[wrapperspb.StringValue, wrapperspb.StringValue](&http.Client{Transport: loopback.NewTransport(t, true)}, url+procedure, opts...)
}

// protocols are those of Connect's clients.
var protocols = map[string]connect.ClientOption{"connect": connect.WithProtoJSON(), "grpc": connect.WithGRPC(), "grpcweb": connect.WithGRPCWeb()}

// soon is what idle waits in tests.
var soon = retry.WithBackoff(time.Microsecond, time.Microsecond)

func TestConnectCallIsTriedUntilItSucceeds(t *testing.T) {
	for name, protocol := range protocols {
		t.Run(name, func(t *testing.T) {
			s := &service{fail: later}
			server := s.serve(t)
			c := newClient(t, server.URL, protocol, connect.WithIdempotency(connect.IdempotencyIdempotent),
				connect.WithInterceptors(retry.NewInterceptor(soon), interceptor.New()))
			response, err := c.CallUnary(t.Context(), connect.NewRequest(wrapperspb.String("a")))
			if err != nil || response.Msg.GetValue() != "a" || len(s.headers) != 3 {
				t.Errorf("%v and %v after %d tries, want success after 3", response, err, len(s.headers))
			}
		})
	}
}

func TestConnectCallThatMayNotBeRepeatedIsTriedOnce(t *testing.T) {
	s := &service{fail: later}
	server := s.serve(t)
	c := newClient(t, server.URL, connect.WithInterceptors(retry.NewInterceptor(soon), interceptor.New()))
	_, err := c.CallUnary(t.Context(), connect.NewRequest(wrapperspb.String("a")))
	if !errors.Is(err, errpactv1err.DatabaseTemporarilyUnavailable) || len(s.headers) != 1 {
		t.Errorf("%v after %d tries, want the server's error after 1", err, len(s.headers))
	}
}

func TestConnectTriesBeginWithTheSameHeader(t *testing.T) {
	s := &service{fail: later}
	server := s.serve(t)
	c := newClient(t, server.URL, connect.WithInterceptors(retry.NewInterceptor(soon), token(), interceptor.New()))
	request := connect.NewRequest(wrapperspb.String("a"))
	request.Header().Set("Idempotency-Key", "1")
	if _, err := c.CallUnary(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	for i, header := range s.headers {
		if want := []string{string(rune('a' + i))}; !slices.Equal(header["Token"], want) || header.Get("Idempotency-Key") != "1" {
			t.Errorf("try %d: tokens %v and key %q, want %v and the key", i+1, header["Token"], header.Get("Idempotency-Key"), want)
		}
	}
}

// token adds another token for each try.
func token() connect.Interceptor {
	next := 'a'
	return connect.UnaryInterceptorFunc(func(call connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
			r.Header().Add("Token", string(next))
			next++
			return call(ctx, r)
		}
	})
}

// TestConnectReadsWhatTheServerSays has delays that are longer than the client would wait.
func TestConnectReadsWhatTheServerSays(t *testing.T) {
	for name, protocol := range protocols {
		for _, header := range []http.Header{{"Retry-After": {"1000"}}, {"Grpc-Retry-Pushback-Ms": {"-1"}}} {
			plain := connect.NewError(connect.CodeUnavailable, errors.New("down"))
			tries := 0
			server := loopback.Serve(t, connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
				tries++
				for name, values := range header {
					plain.Meta()[name] = values
				}
				return nil, plain
			}))
			c := newClient(t, server.URL, protocol, connect.WithIdempotency(connect.IdempotencyNoSideEffects), connect.WithInterceptors(retry.NewInterceptor(soon), interceptor.New()))
			_, err := c.CallUnary(t.Context(), connect.NewRequest(wrapperspb.String("a")))
			if typed, ok := mapping.From(err); tries != 1 || !ok || typed.Message() != "down" {
				t.Errorf("%s, %v: %v after %d tries, want the server's error after 1", name, header, err, tries)
			}
		}
	}
}

func TestConnectErrorStaysOne(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithCatalogues(nil, catalogue()))
	if err != nil {
		t.Fatal(err)
	}
	errpact := connect.WithInterceptors(retry.NewInterceptor(soon, retry.WithMaxTries(2)), interceptor.New(interceptor.WithPolicy(policy)))
	s := &service{fail: always}
	server := loopback.Serve(t, connect.NewUnaryHandler(procedure, s.work, errpact))
	_, err = newClient(t, server.URL, connect.WithGRPC(), errpact).CallUnary(t.Context(), connect.NewRequest(wrapperspb.String("a")))
	if connect.CodeOf(err) != connect.CodeUnavailable || !connect.IsWireError(err) || !errors.Is(err, always.Code()) || len(s.headers) != 2 {
		t.Errorf("%v after %d tries: code %v, of the wire %t, want that of the entry after 2", err, len(s.headers), connect.CodeOf(err), connect.IsWireError(err))
	}
}

func TestConnectStreamIsOpenedOnce(t *testing.T) {
	opened := 0
	server := loopback.Serve(t, connect.NewServerStreamHandler(procedure, func(context.Context, *connect.Request[wrapperspb.StringValue], *connect.ServerStream[wrapperspb.StringValue]) error {
		opened++
		return always
	}, connect.WithInterceptors(retry.NewInterceptor(soon), interceptor.New())))
	c := newClient(t, server.URL, connect.WithIdempotency(connect.IdempotencyNoSideEffects), connect.WithInterceptors(retry.NewInterceptor(soon), interceptor.New()))
	stream, err := c.CallServerStream(t.Context(), connect.NewRequest(wrapperspb.String("a")))
	if err != nil {
		t.Fatal(err)
	}
	for stream.Receive() {
	}
	if stream.Err() == nil || opened != 1 {
		t.Errorf("%v after %d streams, want an error after 1", stream.Err(), opened)
	}
	_ = stream.Close()
}

func TestHandlerIsNotTriedAgain(t *testing.T) {
	s := &service{fail: later}
	server := loopback.Serve(t, connect.NewUnaryHandler(procedure, s.work, connect.WithIdempotency(connect.IdempotencyIdempotent), connect.WithInterceptors(retry.NewInterceptor(soon), interceptor.New())))
	_, err := newClient(t, server.URL).CallUnary(t.Context(), connect.NewRequest(wrapperspb.String("a")))
	if err == nil || len(s.headers) != 1 {
		t.Errorf("%v after %d tries of a handler, want an error after 1", err, len(s.headers))
	}
}
