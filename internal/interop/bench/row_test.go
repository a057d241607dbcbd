// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"testing"
)

// hand is the row that all others of a group are compared with.
const hand = "hand"

// An errorRow is an operation that gives an error, of which [look] finds out what it tells.
type errorRow struct {
	by  string
	run func() error
}

// benchErrors measures rows one after the other, one caller each.
func benchErrors(b *testing.B, rows []errorRow) {
	b.Helper()
	for _, row := range rows {
		b.Run("by="+row.by, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if row.run() == nil {
					b.Fatal("a success")
				}
			}
		})
	}
}

// benchParallel measures rows with many callers at once.
func benchParallel(b *testing.B, callers int, rows []errorRow) {
	b.Helper()
	for _, row := range rows {
		b.Run("by="+row.by, func(b *testing.B) {
			b.ReportAllocs()
			if err := split(callers, b.N, row.run); err != nil {
				b.Fatal(err)
			}
		})
	}
}
