// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMisses(t *testing.T) {
	by := func(allocs float64, ratios ...float64) *row {
		slices.Sort(ratios)
		return &row{By: "errpact", Allocs: measure{Median: allocs}, ratios: ratios, hand: &row{Allocs: measure{Median: 10}}}
	}
	grown := func(larger, slower float64) *row { return &row{larger: larger, slower: slower} }
	for name, test := range map[string]struct {
		bound bound
		row   *row
		want  []string
	}{
		"in time":                  {bound{ratio: 0.5, allocs: none, extra: none}, by(1, 0.5, 0.5, 0.5, 9, 0.1), nil},
		"too slow":                 {bound{ratio: 0.5, allocs: none, extra: none}, by(1, 0.51, 0.51, 0.51, 9, 0.1), []string{"time"}},
		"never compared":           {bound{ratio: 0.5, allocs: none, extra: none}, new(row), []string{"time"}},
		"no slower, some turns":    {bound{noSlower: true, allocs: none, extra: none}, by(1, 1.01, 1.01, 1.2, 1.3, 1.4), nil},
		"slower, but for one turn": {bound{noSlower: true, allocs: none, extra: none}, by(1, 0.9, 1.03, 1.2, 1.3, 1.4), []string{"time"}},
		"allocations":              {bound{allocs: 3, extra: none}, by(3, 1), nil},
		"too many":                 {bound{allocs: 3, extra: none}, by(4, 1), []string{"allocations"}},
		"as many as by hand":       {bound{allocs: none, extra: 0}, by(10, 1), nil},
		"more than by hand":        {bound{allocs: none, extra: 0}, by(11, 1), []string{"allocations"}},
		"two more":                 {bound{allocs: none, extra: 2}, by(12, 1), nil},
		"both":                     {bound{ratio: 0.5, allocs: 3, extra: none}, by(4, 1, 1, 1, 1, 1), []string{"time", "allocations"}},
		"flat":                     {bound{growth: flat, allocs: none, extra: none}, grown(100, 1.4), nil},
		"not flat":                 {bound{growth: flat, allocs: none, extra: none}, grown(100, 1.6), []string{"growth"}},
		"linear":                   {bound{growth: linear, allocs: none, extra: none}, grown(100, 140), nil},
		"worse than linear":        {bound{growth: linear, allocs: none, extra: none}, grown(100, 160), []string{"growth"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.bound.misses(test.row)); diff != "" {
				t.Errorf("it misses (-want, +got):\n%s", diff)
			}
		})
	}
}

// TestGrowth: a line's growth is told from one size to the next, or from the first where it is to be flat,
// and by its share of the time by hand where cores slow each other down.
func TestGrowth(t *testing.T) {
	for name, test := range map[string]struct {
		figure *figure
		growth growth
		// nanoseconds and shares are those of the sizes.
		sizes       []string
		nanoseconds []float64
		shares      []float64
		want        []bool
	}{
		"linear": {detailsFigure, linear, []string{"1", "10", "100"}, []float64{1000, 10_000, 100_000}, nil, []bool{true, true, true}},
		"a fixed cost hides nothing": {
			detailsFigure, linear, []string{"1", "10", "100"}, []float64{1000, 1100, 110_000}, nil, []bool{true, true, false},
		},
		"flat":           {catalogueFigure, flat, []string{"15", "100", "1000"}, []float64{100, 140, 140}, nil, []bool{true, true, true}},
		"by small steps": {catalogueFigure, flat, []string{"15", "100", "1000"}, []float64{100, 140, 190}, nil, []bool{true, true, false}},
		"cores that slow each other": {
			concurrencyFigure, flat, []string{"1", "4", "16"}, []float64{100, 100, 100}, []float64{0.2, 0.2, 0.2}, []bool{true, true, true},
		},
		"a lock": {
			concurrencyFigure, flat, []string{"1", "4", "16"}, []float64{100, 100, 100}, []float64{0.2, 0.4, 0.4}, []bool{true, false, false},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var rows []*row
			for i, size := range test.sizes {
				r := &row{By: "errpact", Case: test.figure.x + "=" + size, Time: measure{Median: test.nanoseconds[i] / 1e9}}
				if test.shares != nil {
					r.ratios = []float64{test.shares[i]}
				}
				rows = append(rows, r)
			}
			test.figure.order(rows)
			b := bound{growth: test.growth, allocs: none, extra: none}
			for i, r := range rows {
				if held := len(b.misses(r)) == 0; held != test.want[i] {
					t.Errorf("%s: held %t, want %t", r.Case, held, test.want[i])
				}
			}
		})
	}
}

func TestQuantile(t *testing.T) {
	for _, test := range []struct {
		values  []float64
		q, want float64
	}{
		{nil, 0.5, math.Inf(1)}, {[]float64{3}, 0.5, 3}, {[]float64{1, 2}, 0.5, 1.5}, {[]float64{1, 2, 9}, 0.5, 2},
		{[]float64{1, 2, 3, 4, 5}, 0.25, 2}, {[]float64{1, 2}, 1, 2},
	} {
		if got := quantile(test.values, test.q); got != test.want {
			t.Errorf("quantile(%v, %v) = %v, want %v", test.values, test.q, got, test.want)
		}
	}
}

func TestThousands(t *testing.T) {
	for value, want := range map[float64]string{0: "0", 0.4: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := thousands(value); got != want {
			t.Errorf("thousands(%v) = %q, want %q", value, got, want)
		}
	}
}
