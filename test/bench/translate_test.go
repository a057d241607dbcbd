// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// BenchmarkTranslate measures what a server does between the handler's return and Connect.
func BenchmarkTranslate(b *testing.B) {
	for _, f := range []failure{static, metadata, metadata4} {
		b.Run("stack=connect/error="+f.name, func(b *testing.B) { benchErrors(b, translateRows(f)) })
		for _, s := range stacks {
			b.Run("stack="+s.name+"/error="+f.name, func(b *testing.B) { benchErrors(b, s.translate(f)) })
		}
	}
}

func translateRows(f failure) []errorRow {
	rows := []errorRow{
		translated(hand, failing(f.byHand)),
		translated("errpact", interceptor.New().WrapUnary(failing(f.errpact))),
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
