// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"testing"
)

// BenchmarkConcurrency measures the translation by so many goroutines at once.
func BenchmarkConcurrency(b *testing.B) {
	for _, f := range failures {
		for _, goroutines := range []int{1, 4, 16, 64, 256} {
			b.Run(fmt.Sprintf("error=%s/goroutines=%d", f.name, goroutines), func(b *testing.B) {
				benchParallel(b, goroutines, translateRows(b, defaults, f))
			})
		}
	}
}
