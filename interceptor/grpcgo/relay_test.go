// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// TestG2RelayWithoutDialOptionsPassesWhatIsCertain: interceptors alone see no trailers.
func TestG2RelayWithoutDialOptionsPassesWhatIsCertain(t *testing.T) {
	i := grpcgo.New(grpcgo.WithRelay())
	for code, want := range map[codes.Code]mapping.Code{
		codes.NotFound: errpactv1err.NotExist, codes.PermissionDenied: errpactv1err.ExternalServiceRejected,
	} {
		b := serve(t, answers(status.Error(code, "words of B")))
		toB := dial(t, b, grpc.WithUnaryInterceptor(i.UnaryClient))
		a := serveErrors(t, suite.Service{Answer: func(ctx context.Context, _ suite.Header) error { return call(ctx, toB, unary) }})
		err := call(t.Context(), dial(t, a, decoding()...), unary)
		if !errors.Is(err, want) {
			t.Errorf("%v arrived as %v, want %v", code, err, want)
		}
	}
}

// failingLater are credentials that can be had once.
type failingLater struct{ asked atomic.Int32 }

func (f *failingLater) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	if f.asked.Add(1) > 1 {
		return nil, status.Error(codes.Unavailable, canary)
	}
	return nil, nil
}

func (*failingLater) RequireTransportSecurity() bool { return false }

// again is the service config of clients that try twice.
const again = `{"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":2,"initialBackoff":"0.001s","maxBackoff":"0.001s","backoffMultiplier":1,"retryableStatusCodes":["UNAVAILABLE"]}}]}`

// TestG2RetriedCallsAreJudgedByTheLastAttempt: the first was answered, and the last was not made.
func TestG2RetriedCallsAreJudgedByTheLastAttempt(t *testing.T) {
	b := serve(t, answers(status.Error(codes.Unavailable, "words of B")))
	throughA(t, func(ctx context.Context) error {
		once := new(failingLater)
		options := append(decoding(grpcgo.WithRelay()), grpc.WithDefaultServiceConfig(again), grpc.WithPerRPCCredentials(once))
		err := call(ctx, dial(t, b, options...), unary)
		if once.asked.Load() != 2 {
			t.Errorf("%d attempts", once.asked.Load())
		}
		return err
	}, errpactv1err.ExternalServiceUnreachable)
}

// TestALostAnswerIsNotTheEndOfAStream has a server answer before it reads a request. A client of grpc-go that tries again
// now and then has io.EOF in place of the last answer.
func TestALostAnswerIsNotTheEndOfAStream(t *testing.T) {
	b := serve(t, suite.Service{}, grpc.InTapHandle(func(context.Context, *tap.Info) (context.Context, error) {
		return nil, status.Error(codes.Unavailable, "busy")
	}))
	client := dial(t, b, append(decoding(), grpc.WithDefaultServiceConfig(again))...)
	for range 300 {
		err := call(t.Context(), client, unary)
		if found, ok := mapping.From(err); !ok || errors.Is(err, io.EOF) || status.Code(err) != codes.Unavailable {
			t.Fatalf("%v is typed as %v, code %v", err, found, status.Code(err))
		}
	}

	lost := fmt.Errorf("max retries exhausted: failed after 2 attempts: %w", io.EOF)
	err := grpcgo.New().UnaryClient(t.Context(), "/errpact.test.v1.Test/Unary", nil, nil, nil,
		func(context.Context, string, any, any, *grpc.ClientConn, ...grpc.CallOption) error { return lost })
	if !errors.Is(err, errpactv1err.ExternalServiceBroken) || errors.Is(err, io.EOF) || status.Code(err) != codes.Unavailable ||
		status.Convert(err).Message() != lost.Error() {
		t.Errorf("%v of code %v", err, status.Code(err))
	}
}
