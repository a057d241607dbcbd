// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retryv2_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/interceptor/retry/retryv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// service fails all but every third request. It is used by one goroutine at a time.
type service struct {
	fail error
	// answer is added to the header of each failure.
	answer  http.Header
	headers []http.Header
}

func (s *service) work(ctx context.Context, spec connect.Spec, stream connect.ServerStream) error {
	info, _ := connect.CallInfoForServerContext(ctx)
	s.headers = append(s.headers, maps.Collect(info.RequestHeader().All()))
	request := new(wrapperspb.StringValue)
	if err := stream.Receive(request); err != nil {
		return err
	}
	if len(s.headers)%3 != 0 || spec.StreamType != connect.StreamTypeUnary {
		for name, values := range s.answer {
			info.ResponseHeader().SetValues(name, values)
		}
		info.ResponseHeader().Add("Try", "failed")
		return s.fail
	}
	return stream.Send(request)
}

func (s *service) serve(t *testing.T, spec connect.Spec, interceptors ...connect.ServerInterceptor) string {
	t.Helper()
	server, mux := connect.NewServer(interceptors...), http.NewServeMux()
	server.Register(connect.Method{Spec: spec, Handler: s.work})
	connecthttp.Mount(mux, server)
	return loopback.Serve(t, mux).URL
}

// specOf is that of a unary method.
func specOf(level connect.IdempotencyLevel) connect.Spec {
	return connect.Spec{Procedure: "/acme.retry.v1.RetryService/Work", StreamType: connect.StreamTypeUnary, IdempotencyLevel: level}
}

// protocols are those of Connect's clients.
var protocols = map[string]connecthttp.Option{"connect": connecthttp.WithProtoJSON(), "grpc": connecthttp.WithGRPC(), "grpcweb": connecthttp.WithGRPCWeb()}

func newClient(t *testing.T, url string, protocol connecthttp.Option, interceptors ...connect.ClientInterceptor) *connect.Client {
	t.Helper()
	return connect.NewClient(connecthttp.NewTransport(&http.Client{Transport: loopback.NewTransport(t, true)}, url, protocol), interceptors...)
}

func newInterceptor() connect.ClientInterceptor {
	return retryv2.NewClientInterceptor(retry.WithBackoff(time.Microsecond, time.Microsecond))
}

var later = errpactv1err.DatabaseTemporarilyUnavailable.New("").WithRetryDelay(0)

func silent(t *testing.T) connect.ServerInterceptor {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	return connectv2.NewServerInterceptor(connectv2.WithPolicy(policy))
}

func TestCallIsTriedUntilItSucceeds(t *testing.T) {
	for name, protocol := range protocols {
		t.Run(name, func(t *testing.T) {
			s, spec := &service{fail: later}, specOf(connect.IdempotencyIdempotent)
			client := newClient(t, s.serve(t, spec, silent(t)), protocol, newInterceptor(), connectv2.NewClientInterceptor())
			ctx, info := connect.NewClientContext(t.Context())
			response := new(wrapperspb.StringValue)
			if err := client.CallUnary(ctx, spec, wrapperspb.String("a"), response); err != nil || response.GetValue() != "a" || len(s.headers) != 3 {
				t.Errorf("%v and %v after %d tries, want success after 3", response, err, len(s.headers))
			}
			if got := info.ResponseHeader().Values("Try"); len(got) != 0 {
				t.Errorf("the success has the header %q of tries that failed", got)
			}
		})
	}
}

func TestCallThatMayNotBeRepeatedIsTriedOnce(t *testing.T) {
	s, spec := &service{fail: later}, specOf(connect.IdempotencyUnknown)
	client := newClient(t, s.serve(t, spec, silent(t)), connecthttp.WithGRPC(), newInterceptor(), connectv2.NewClientInterceptor())
	err := client.CallUnary(t.Context(), spec, wrapperspb.String("a"), new(wrapperspb.StringValue))
	if !errors.Is(err, errpactv1err.DatabaseTemporarilyUnavailable) || len(s.headers) != 1 {
		t.Errorf("%v after %d tries, want the server's error after 1", err, len(s.headers))
	}
}

func TestTriesBeginWithTheSameHeader(t *testing.T) {
	s, spec := &service{fail: later}, specOf(connect.IdempotencyUnknown)
	client := newClient(t, s.serve(t, spec, silent(t)), connecthttp.WithGRPC(), newInterceptor(), token(), connectv2.NewClientInterceptor())
	ctx, info := connect.NewClientContext(t.Context())
	info.RequestHeader().Set("Idempotency-Key", "1")
	if err := client.CallUnary(ctx, spec, wrapperspb.String("a"), new(wrapperspb.StringValue)); err != nil {
		t.Fatal(err)
	}
	for i, header := range s.headers {
		if want := []string{string(rune('a' + i))}; !slices.Equal(header["Token"], want) || header.Get("Idempotency-Key") != "1" {
			t.Errorf("try %d: tokens %v and key %q, want %v and the key", i+1, header["Token"], header.Get("Idempotency-Key"), want)
		}
	}
}

// token adds another token for each try.
func token() connect.ClientInterceptor {
	next := 'a'
	return func(call connect.ClientFunc) connect.ClientFunc {
		return func(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
			info, _ := connect.CallInfoForClientContext(ctx)
			info.RequestHeader().Add("Token", string(next))
			next++
			return call(ctx, spec)
		}
	}
}

// TestClientReadsWhatTheServerSays has delays that are longer than the client would wait.
func TestClientReadsWhatTheServerSays(t *testing.T) {
	for name, protocol := range protocols {
		for _, header := range []http.Header{{"Retry-After": {"1000"}}, {"Grpc-Retry-Pushback-Ms": {"-1"}}} {
			s, spec := &service{fail: connect.NewError(connect.CodeUnavailable, "down"), answer: header}, specOf(connect.IdempotencyNoSideEffects)
			client := newClient(t, s.serve(t, spec), protocol, newInterceptor(), connectv2.NewClientInterceptor())
			err := client.CallUnary(t.Context(), spec, wrapperspb.String("a"), new(wrapperspb.StringValue))
			if typed, ok := mapping.From(err); len(s.headers) != 1 || !ok || typed.Message() != "down" {
				t.Errorf("%s, %v: %v after %d tries, want the server's error after 1", name, header, err, len(s.headers))
			}
		}
	}
}

func TestErrorOfUndecodedCallsHasItsCodeAndTheCount(t *testing.T) {
	s, spec := &service{fail: connect.NewError(connect.CodeUnavailable, "down")}, specOf(connect.IdempotencyIdempotent)
	client := newClient(t, s.serve(t, spec), connecthttp.WithGRPC(), retryv2.NewClientInterceptor(retry.WithBackoff(0, 0), retry.WithMaxTries(2)))
	err := client.CallUnary(t.Context(), spec, wrapperspb.String("a"), new(wrapperspb.StringValue))
	counted, ok := errors.AsType[*retry.Error](err)
	if !ok || counted.Tries() != 2 || connect.CodeOf(err) != connect.CodeUnavailable || err.Error() != "unavailable: down (after 2 tries)" {
		t.Errorf("the error is %v, of code %v", err, connect.CodeOf(err))
	}
}

func TestStreamIsOpenedOnce(t *testing.T) {
	s, spec := &service{fail: later}, specOf(connect.IdempotencyIdempotent)
	spec.StreamType = connect.StreamTypeServer
	client := newClient(t, s.serve(t, spec, silent(t)), connecthttp.WithGRPC(), newInterceptor(), connectv2.NewClientInterceptor())
	stream, err := client.CallServerStream(t.Context(), spec, wrapperspb.String("a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Receive(new(wrapperspb.StringValue)); err == nil || errors.Is(err, io.EOF) || len(s.headers) != 1 {
		t.Errorf("%v after %d streams, want an error after 1", err, len(s.headers))
	}
	_ = stream.Close()
}

func TestCloseEndsACallThatWaits(t *testing.T) {
	s, spec := &service{fail: later.WithRetryDelay(time.Hour)}, specOf(connect.IdempotencyIdempotent)
	waiting := make(chan struct{})
	seen := func(next connect.ClientFunc) connect.ClientFunc {
		return func(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
			stream, err := next(ctx, spec)
			return closing{stream, waiting}, err
		}
	}
	client := newClient(t, s.serve(t, spec, silent(t)), connecthttp.WithProtoJSON(), retryv2.NewClientInterceptor(retry.WithMaxServerDelay(2*time.Hour)), seen, connectv2.NewClientInterceptor())
	stream, err := client.CallClientStream(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(wrapperspb.String("a")); err != nil {
		t.Fatal(err)
	}
	received := make(chan error)
	go func() { received <- stream.Receive(new(wrapperspb.StringValue)) }()
	<-waiting
	_ = stream.Close()
	if err := <-received; !errors.Is(err, context.Canceled) || !errors.Is(err, errpactv1err.DatabaseTemporarilyUnavailable) {
		t.Errorf("Receive = %v after Close, want the server's error and the cancellation", err)
	}
}

// closing says when a try is over.
type closing struct {
	connect.ClientStream
	closed chan struct{}
}

func (c closing) Close() error {
	defer close(c.closed)
	return c.ClientStream.Close()
}

func TestCheckOrderOfConnectV2(t *testing.T) {
	check := func(interceptors ...connect.ClientInterceptor) error {
		return retry.CheckOrder(func(ctx context.Context) error {
			client := newClient(t, "http://"+loopback.ClosedAddress(t), connecthttp.WithGRPC(), interceptors...)
			return client.CallUnary(ctx, specOf(connect.IdempotencyUnknown), wrapperspb.String("a"), new(wrapperspb.StringValue))
		})
	}
	if err := check(newInterceptor(), connectv2.NewClientInterceptor()); err != nil {
		t.Error(err)
	}
	if err := check(connectv2.NewClientInterceptor(), newInterceptor()); err == nil {
		t.Error("errpact's interceptor is outside, and CheckOrder found nothing")
	}
}
