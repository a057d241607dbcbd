// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import "testing"

// BenchmarkAnswer measures a whole error answer: from the request's bytes to the answer's.
func BenchmarkAnswer(b *testing.B) {
	for _, p := range protocols {
		for _, f := range failures {
			b.Run("stack=connect/protocol="+p.name+"/error="+f.name, func(b *testing.B) {
				benchHandlers(b, p.unary(""), true, answerRows(f))
			})
		}
	}
}

func answerRows(f failure) []handlerRow {
	rows := []handlerRow{
		{hand, handlerOf(f.byHand)},
		{"errpact", handlerOf(f.errpact, withErrpact())},
	}
	if f.pairs == nil {
		rows = append(rows, handlerRow{"hand-reused", handlerOf(f.reused())})
	}
	return rows
}
