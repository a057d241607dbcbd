// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"errors"
	"testing"
)

// hand is the row that all others of a group are compared with.
const hand = "hand"

// An errorRow is an operation that gives an error, of which [look] finds out what it tells.
type errorRow struct {
	by  string
	run func() error
}

var errSuccess = errors.New("a success")

// benchErrors measures rows, one caller each.
func benchErrors(b *testing.B, rows []errorRow) {
	b.Helper()
	benchRows(b, slice, rows, func(row errorRow) timedRow {
		return timedRow{row.by, func(n int) error {
			for range n {
				if row.run() == nil {
					return errSuccess
				}
			}
			return nil
		}}
	})
}

// benchParallel measures rows with many callers at once.
func benchParallel(b *testing.B, callers int, rows []errorRow) {
	b.Helper()
	benchRows(b, parallelSlice, rows, func(row errorRow) timedRow {
		return timedRow{row.by, func(n int) error { return split(callers, n, row.run) }}
	})
}
