// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry

import "sync/atomic"

// The budget's numbers, in tenths of a token: those that gRPC's documentation gives as an example.
// https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs
const (
	budgetMost    = 100
	budgetFailure = 10
	budgetSuccess = 1
)

// budget is a bucket of tokens. The zero one is full.
type budget struct{ spent atomic.Int64 }

// succeeded returns a tenth of a token.
func (b *budget) succeeded() {
	for spent := b.spent.Load(); spent > 0; spent = b.spent.Load() {
		if b.spent.CompareAndSwap(spent, max(spent-budgetSuccess, 0)) {
			return
		}
	}
}

// failed takes a token, and reports whether there are enough left for another try.
func (b *budget) failed() bool {
	for {
		spent := b.spent.Load()
		after := min(spent+budgetFailure, budgetMost)
		if b.spent.CompareAndSwap(spent, after) {
			return after < budgetMost/2
		}
	}
}
