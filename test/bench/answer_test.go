// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"testing"

	"connectrpc.com/connect"
)

// BenchmarkAnswer measures a whole error answer: from the request's bytes to the answer's, under each policy.
func BenchmarkAnswer(b *testing.B) {
	for _, p := range protocols {
		for _, by := range policies {
			for _, f := range failures {
				b.Run("stack=connect/protocol="+p.name+"/policy="+by.name+"/error="+f.name, func(b *testing.B) {
					benchHandlers(b, p.unary(""), true, answerRows(b, by, f))
				})
			}
		}
	}
}

func answerRows(tb testing.TB, p policy, f failure) []handlerRow {
	tb.Helper()
	rows := []handlerRow{
		{hand, handlerOf(p.fail(f), connect.WithInterceptors(p.byHand(new(recorder))...))},
		{"errpact", handlerOf(f.errpact, connect.WithInterceptors(p.interceptor(tb, new(recorder))))},
	}
	if f.pairs == nil && p == defaults {
		rows = append(rows, handlerRow{"hand-reused", handlerOf(f.reused())})
	}
	return rows
}
