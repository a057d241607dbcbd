// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
)

// BenchmarkChain measures an error of the catalogue below so many wraps. By hand it is found with
// errors.As, and then written.
func BenchmarkChain(b *testing.B) {
	for _, wraps := range []int{1, 10, 100, 1000} {
		b.Run("wraps="+fmt.Sprint(wraps), func(b *testing.B) { benchErrors(b, chainRows(b, wraps)) })
	}
}

func chainRows(tb testing.TB, wraps int) []errorRow {
	tb.Helper()
	ours := interceptor.New(interceptor.WithPolicy(newPolicy(tb)))
	plain, coded := wrapped(errNotExist, wraps), wrapped(errpactv1err.NotExist, wraps)
	return []errorRow{
		translated(hand, failing(func() error {
			var found sentinel
			if errors.As(plain, &found) {
				return static.byHand()
			}
			return plain
		})),
		translated("errpact", ours.WrapUnary(failing(func() error { return coded }))),
	}
}

func wrapped(err error, times int) error {
	for range times {
		err = fmt.Errorf("find: %w", err)
	}
	return err
}
