// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

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

// TestG2RetriedCallsAreJudgedByTheLastAttempt: the first was answered, and the last was not made.
func TestG2RetriedCallsAreJudgedByTheLastAttempt(t *testing.T) {
	const again = `{"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":2,"initialBackoff":"0.001s","maxBackoff":"0.001s","backoffMultiplier":1,"retryableStatusCodes":["UNAVAILABLE"]}}]}`
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
