// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"testing"

	"connectrpc.com/connect"
	kratos "github.com/go-kratos/kratos/v3/errors"
	"github.com/googleapis/gax-go/v2/apierror"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// BenchmarkDecode measures what a client does between Connect, or grpc-go, and its caller. errpact
// decodes metadata when it is asked for; by=errpact-read asks.
func BenchmarkDecode(b *testing.B) {
	b.Run("stack=connect/error=foreign", func(b *testing.B) { benchErrors(b, foreignRows(b)) })
	for _, f := range failures {
		b.Run("stack=connect/error="+f.name, func(b *testing.B) { benchErrors(b, decodeRows(b, f)) })
		for _, s := range stacks {
			b.Run("stack="+s.name+"/error="+f.name, func(b *testing.B) { benchErrors(b, s.decode(b, f)) })
		}
	}
}

func decodeRows(tb testing.TB, f failure) []errorRow {
	tb.Helper()
	s := serve(tb, handlerOf(f.byHand))
	received, status := protocols[0].caller(tb, s.URL)(), grpcCaller(tb, s)()
	typed := func() error { return received }
	typed = asClient(interceptor.New(), typed)
	rows := []errorRow{
		{hand, func() error { return decodeByHand(received) }},
		{"errpact", typed},
		{"errpact-read", func() error { return read(typed()) }},
		{"kratos", func() error { return kratos.FromError(status) }},
		{"gax", func() error { return parseGAX(status) }},
	}
	if f.pairs == nil {
		rows = append(rows, errorRow{"hand-own", func() error { return decodeOwn(received) }})
	}
	return rows
}

// asClient runs the client's side of an interceptor on what a call gave.
func asClient(i connect.Interceptor, call func() error) func() error {
	unary := i.WrapUnary(func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) { return nil, call() })
	ctx := context.Background()
	var req connect.AnyRequest = sentRequest{connect.NewRequest(new(interopv1.UnaryRequest))}
	return func() error {
		_, err := unary(ctx, req)
		return err
	}
}

// sentRequest is a request as a client's interceptor sees it.
type sentRequest struct{ connect.AnyRequest }

func (sentRequest) Spec() connect.Spec { return connect.Spec{IsClient: true} }

// read asks a typed error for all that decoding by hand gives.
func read(err error) error {
	e, ok := mapping.From(err)
	if !ok {
		return nil
	}
	return &seen{
		Code: uint32(e.ConnectCode()), Message: e.Message(), Reason: shortName(e.Code()), Metadata: e.Metadata(),
		Number: e.Code().Number(), cause: err,
	}
}

func parseGAX(err error) error {
	e, ok := apierror.FromError(err)
	if !ok {
		return nil
	}
	return e
}
