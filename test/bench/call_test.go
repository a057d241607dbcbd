// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"testing"

	"connectrpc.com/connect"
	kratos "github.com/go-kratos/kratos/v3/errors"

	"github.com/errpact/errpact/interceptor"
)

// BenchmarkCall measures a whole call that fails, over loopback. The server is the same for all, and
// knows nothing of errpact.
func BenchmarkCall(b *testing.B) {
	for _, p := range protocols {
		for _, f := range failures {
			b.Run("stack=connect/protocol="+p.name+"/error="+f.name, func(b *testing.B) {
				benchErrors(b, callRows(b, p, f))
			})
		}
	}
}

func callRows(tb testing.TB, p protocol, f failure) []errorRow {
	tb.Helper()
	s := serve(tb, handlerOf(f.byHand))
	over := httpClient(tb, p.http2)
	bare := p.callerBy(over, s.URL)
	rows := []errorRow{
		{hand, func() error { return decodeByHand(bare()) }},
		{"errpact", p.callerBy(over, s.URL, connect.WithInterceptors(interceptor.New()))},
	}
	if p.name == "grpc" {
		call := grpcCaller(tb, s)
		rows = append(rows,
			errorRow{"kratos", func() error { return kratos.FromError(call()) }},
			errorRow{"gax", func() error { return parseGAX(call()) }})
	}
	if f.pairs == nil {
		rows = append(rows, errorRow{"hand-own", func() error { return decodeOwn(bare()) }})
	}
	return rows
}
