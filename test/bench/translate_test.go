// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"testing"

	"connectrpc.com/connect"

	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// BenchmarkTranslate measures what a server does between the handler's return and Connect.
func BenchmarkTranslate(b *testing.B) {
	for _, p := range policies[1:] {
		b.Run("stack=connect/policy="+p.name+"/error=static", func(b *testing.B) { benchErrors(b, translateRows(b, p, static)) })
	}
	for _, f := range []failure{static, metadata, metadata4} {
		b.Run("stack=connect/policy=default/error="+f.name, func(b *testing.B) {
			benchErrors(b, append(translateRows(b, defaults, f), peerRows(f)...))
		})
		for _, s := range stacks {
			b.Run("stack="+s.name+"/error="+f.name, func(b *testing.B) { benchErrors(b, s.translate(f)) })
		}
	}
}

// translateRows are the two ways under a policy.
func translateRows(tb testing.TB, p policy, f failure) []errorRow {
	tb.Helper()
	byHand, to := failing(p.fail(f)), new(recorder)
	for _, i := range p.byHand(to) {
		byHand = i.WrapUnary(byHand)
	}
	return []errorRow{
		translated(hand, byHand),
		translated("errpact", p.interceptor(tb, new(recorder)).WrapUnary(failing(f.errpact))),
	}
}

// peerRows are the ways of other libraries, which have no policy.
func peerRows(f failure) []errorRow {
	rows := []errorRow{
		translated("grpc-status", failing(f.grpcStatus)),
		translated("kratos", after(failing(f.kratos), func(_ context.Context, err error) error { return toStatus(err) })),
		translated("cockroachdb", after(failing(f.cockroach), encodeCockroach)),
	}
	if f.pairs == nil {
		rows = append(rows, translated("hand-reused", failing(f.reused())))
	}
	return rows
}

func translated(by string, unary connect.UnaryFunc) errorRow {
	ctx, req := context.Background(), connect.NewRequest(new(interopv1.UnaryRequest))
	req.Header().Set("X-Request-Id", "r-1") // of which by hand none is made up for a report
	return errorRow{by, func() error {
		_, err := unary(ctx, req)
		return err
	}}
}

// failing is a handler.
func failing(fail func() error) connect.UnaryFunc {
	return func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) { return nil, fail() }
}

// after is what stands where errpact's interceptor does.
func after(next connect.UnaryFunc, convert func(context.Context, error) error) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		res, err := next(ctx, req)
		if err != nil {
			return nil, convert(ctx, err)
		}
		return res, nil
	}
}
