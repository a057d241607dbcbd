// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import "testing"

// TestMiddleMeanLeavesOutAHiccup: one slice of a busy machine does not decide a row.
func TestMiddleMeanLeavesOutAHiccup(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{3}, 3}, {[]float64{1, 2}, 1.5}, {[]float64{1, 2, 3}, 2}, {[]float64{1, 90, 2, 4}, 3},
	} {
		if got := middleMean(test.values); got != test.want {
			t.Errorf("middleMean(%v) = %v, want %v", test.values, got, test.want)
		}
	}
}
