// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"cmp"
	"errors"
	"fmt"
	"testing"

	"connectrpc.com/connect"
)

// hand is the row that all others of a group are compared with.
const hand = "hand"

// An errorRow is an operation that gives an error, of which [look] finds out what it tells.
type errorRow struct {
	by  string
	run func() error
}

var errSuccess = errors.New("a success")

// tellsIt says what is wrong with a row that gives another error than all have to: a call that fails in a way
// of its own is fast.
func (r errorRow) tellsIt() error {
	told := r.run()
	got, err := look(told)
	if err != nil {
		return err
	}
	if got.Code != uint32(connect.CodeNotFound) || got.Message != message {
		return fmt.Errorf("%s gave another error: %d %q: %w", r.by, got.Code, got.Message, cmp.Or(errors.Unwrap(told), told))
	}
	return nil
}

func checkRows(b *testing.B, rows []errorRow) {
	b.Helper()
	for _, row := range rows {
		if err := row.tellsIt(); err != nil {
			b.Fatal(err)
		}
	}
}

// benchErrors measures rows, one caller each.
func benchErrors(b *testing.B, rows []errorRow) {
	b.Helper()
	defer checkRows(b, rows)
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
	defer checkRows(b, rows)
	benchRows(b, parallelSlice, rows, func(row errorRow) timedRow {
		return timedRow{row.by, func(n int) error { return split(callers, n, row.run) }}
	})
}
