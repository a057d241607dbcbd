// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import "strconv"

// size is how large a row is, in a figure's measure.
func (f *figure) size(r *row) float64 {
	size, err := strconv.ParseFloat(r.key(f.x), 64)
	if err != nil {
		return 0
	}
	return size
}

// line is the name of the line that a row is on.
func (f *figure) line(r *row) string {
	name := r.By
	if name == "hand" {
		name = "by hand"
	}
	for _, key := range f.lines {
		name += ", " + r.key(key)
	}
	return name
}

// nanoseconds is what a figure shows of a row: its time, or what all cores spent in that.
func (f *figure) nanoseconds(r *row) float64 {
	ns := r.Time.Median * 1e9
	if f.perCore {
		ns *= min(f.size(r), float64(cores()))
	}
	return ns
}

// order tells every row how much larger and slower it is than the one before it on its line or, where
// times stay, than the first: many small steps would be none. The cores of a machine slow each other down,
// so per core it is the share of the time by hand that is to stay. A nil figure is of a group that does not
// grow.
func (f *figure) order(rows []*row) {
	if f == nil {
		return
	}
	start := make(map[string]*row)
	for _, r := range rows {
		line := f.line(r)
		if from := start[line]; from != nil {
			r.larger, r.slower = f.size(r)/f.size(from), f.cost(r)/f.cost(from)
		}
		if start[line] == nil || f.logarithmic {
			start[line] = r
		}
	}
}

// cost is what is to grow as it should.
func (f *figure) cost(r *row) float64 {
	if f.perCore {
		return quantile(r.ratios, 0.5)
	}
	return f.nanoseconds(r)
}

// steepness is how much more a row's time grew than it should have: 1 is as it should, and the smallest
// row's.
func (r *row) steepness(g growth) float64 {
	if r.larger == 0 {
		return 1
	}
	if g == linear {
		return r.slower / r.larger
	}
	return r.slower
}
