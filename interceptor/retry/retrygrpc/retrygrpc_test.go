// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retrygrpc_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/interceptor/retry/retrygrpc"
)

// service fails all but every third request. It is used by one goroutine at a time. Its method has no idempotency_level.
type service struct {
	grpc_health_v1.UnimplementedHealthServer
	answer, trailer metadata.MD
	sent            []metadata.MD
}

func (s *service) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	sent, _ := metadata.FromIncomingContext(ctx)
	if s.sent = append(s.sent, sent); len(s.sent)%3 == 0 {
		return new(grpc_health_v1.HealthCheckResponse), nil
	}
	_ = grpc.SetHeader(ctx, s.answer)
	_ = grpc.SetTrailer(ctx, s.trailer)
	return nil, status.Error(codes.Unavailable, "down")
}

func (s *service) dial(t *testing.T, interceptors ...grpc.UnaryClientInterceptor) grpc_health_v1.HealthClient {
	t.Helper()
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, s)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithChainUnaryInterceptor(interceptors...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return grpc_health_v1.NewHealthClient(conn)
}

func newInterceptor(opts ...retry.Option) grpc.UnaryClientInterceptor {
	return retrygrpc.UnaryClientInterceptor(append(opts, retry.WithBackoff(time.Microsecond, time.Microsecond))...)
}

// withKey is a context for a call that may be repeated.
func withKey(t *testing.T) context.Context {
	t.Helper()
	return metadata.AppendToOutgoingContext(t.Context(), "idempotency-key", "1")
}

func TestCallWithAKeyIsTriedUntilItSucceeds(t *testing.T) {
	s := new(service)
	if _, err := s.dial(t, newInterceptor()).Check(withKey(t), nil); err != nil || len(s.sent) != 3 {
		t.Errorf("%v after %d tries, want success after 3", err, len(s.sent))
	}
}

func TestCallThatMayNotBeRepeatedIsTriedOnce(t *testing.T) {
	s := new(service)
	_, err := s.dial(t, newInterceptor()).Check(t.Context(), nil)
	if status.Code(err) != codes.Unavailable || len(s.sent) != 1 {
		t.Errorf("%v after %d tries, want the server's error after 1", err, len(s.sent))
	}
}

func TestTriesBeginWithTheSameMetadata(t *testing.T) {
	s, next := new(service), 'a'
	token := func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		ctx = metadata.AppendToOutgoingContext(ctx, "token", string(next))
		next++
		return invoke(ctx, method, req, reply, conn, opts...)
	}
	if _, err := s.dial(t, newInterceptor(), token).Check(withKey(t), nil); err != nil {
		t.Fatal(err)
	}
	for i, sent := range s.sent {
		if want := []string{string(rune('a' + i))}; !slices.Equal(sent.Get("token"), want) {
			t.Errorf("try %d: tokens %v, want %v", i+1, sent.Get("token"), want)
		}
	}
}

// TestClientReadsWhatTheServerSays has delays that are longer than the client would wait.
func TestClientReadsWhatTheServerSays(t *testing.T) {
	for _, s := range []*service{
		{answer: metadata.Pairs("retry-after", "1000")}, {trailer: metadata.Pairs("grpc-retry-pushback-ms", "-1")},
	} {
		var header, trailer metadata.MD
		_, err := s.dial(t, newInterceptor()).Check(withKey(t), nil, grpc.Header(&header), grpc.Trailer(&trailer))
		if status.Convert(err).Message() != "down" || len(s.sent) != 1 {
			t.Errorf("%v, %v: %v after %d tries, want the server's error after 1", s.answer, s.trailer, err, len(s.sent))
		}
		if len(header.Get("retry-after"))+len(trailer.Get("grpc-retry-pushback-ms")) != 1 {
			t.Errorf("the caller got the header %v and the trailer %v", header, trailer)
		}
	}
}

func TestStatusIsTheServers(t *testing.T) {
	_, err := new(service).dial(t, newInterceptor(retry.WithMaxTries(2))).Check(withKey(t), nil)
	st, ok := status.FromError(err)
	if !ok || st.Code() != codes.Unavailable || st.Message() != "down" {
		t.Errorf("the status is %v, %t", st, ok)
	}
	counted, ok := errors.AsType[*retry.Error](err)
	if !ok || counted.Tries() != 2 || err.Error() != "rpc error: code = Unavailable desc = down (after 2 tries)" {
		t.Errorf("the error is %v", err)
	}
}
