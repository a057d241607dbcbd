// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"flag"
	"runtime"
	"slices"
	"testing"
	"time"
)

// A slice is how long a row runs before the next one has its turn: about as long as it takes for the garbage
// to be collected once, so that a row pays for its own more than for that of the row before, and short
// beside what slows a machine down for a while. Of many callers it is long beside their start, too.
const (
	slice         = 5 * time.Millisecond
	parallelSlice = 20 * time.Millisecond
)

// A timedRow is an operation that can be done n times in a row.
type timedRow struct {
	by    string
	times func(n int) error
}

// benchRows measures rows in turns of a slice each, for -benchtime a row, so that what slows the
// machine slows them all. A row's ns/op is the mean of the middle half of its slices, with the garbage
// collector's share, and its hand-ratio the same of each slice by the hand-written row's of that turn. The
// other half are slices in which the machine did something else: with more programs than cores one of them
// can take longer than all others together. Bytes and allocations are those of a loop after that, of the
// row alone.
func benchRows[R any](b *testing.B, slice time.Duration, rows []R, timed func(R) timedRow) {
	b.Helper()
	var all []*slicedRow
	for _, row := range rows {
		all = append(all, &slicedRow{timedRow: timed(row), n: 1})
	}
	if err := runInTurns(all, slice, turnsOf(b, slice)); err != nil {
		b.Fatal(err)
	}
	for _, row := range all {
		b.Run("by="+row.by, func(b *testing.B) {
			b.ReportAllocs()
			if err := row.times(b.N); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(row.nanoseconds(), "ns/op")
			if all[0].by == hand && row != all[0] {
				b.ReportMetric(middleMean(row.ratios(all[0])), "hand-ratio")
			}
		})
	}
}

// A slicedRow runs n times in a slice.
type slicedRow struct {
	timedRow
	n int
	// slices are the times of an operation, in nanoseconds.
	slices []float64
}

func (r *slicedRow) nanoseconds() float64 { return middleMean(r.slices) }

// ratios compares each slice with another row's of the same turn.
func (r *slicedRow) ratios(by *slicedRow) []float64 {
	var all []float64
	for i, own := range r.slices {
		all = append(all, own/by.slices[i])
	}
	return all
}

// middleMean is the mean without the lowest and the highest quarter.
func middleMean(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	quarter := len(sorted) / 4
	sorted = sorted[quarter : len(sorted)-quarter]
	sum := 0.0
	for _, v := range sorted {
		sum += v
	}
	return sum / float64(len(sorted))
}

// turnsOf is how many slices fit into -benchtime, two at least, so that none is of what runs for the
// first time alone; one if -benchtime is a number of iterations.
func turnsOf(b *testing.B, slice time.Duration) int {
	b.Helper()
	benchtime, err := time.ParseDuration(flag.Lookup("test.benchtime").Value.String())
	if err != nil {
		return 1
	}
	return max(2, int(benchtime/slice))
}

// runInTurns goes back and forth, so that none is always behind the same other.
func runInTurns(rows []*slicedRow, slice time.Duration, turns int) error {
	for _, row := range rows {
		if err := row.calibrate(slice, turns); err != nil {
			return err
		}
	}
	runtime.GC()
	order := slices.Clone(rows)
	for range turns {
		for _, row := range order {
			took, err := row.once()
			if err != nil {
				return err
			}
			row.slices = append(row.slices, float64(took)/float64(row.n))
		}
		slices.Reverse(order)
	}
	return nil
}

func (r *slicedRow) once() (time.Duration, error) {
	began := time.Now()
	err := r.times(r.n)
	return time.Since(began), err
}

// calibrate finds how often the row runs in a slice, more than once, since the first runs of anything
// are slow. Where there is but one turn, nothing is measured.
func (r *slicedRow) calibrate(slice time.Duration, turns int) error {
	if turns == 1 {
		return nil
	}
	for steady := 0; steady < 3; {
		took, err := r.once()
		if err != nil {
			return err
		}
		if took < slice/2 {
			r.n *= 2
			continue
		}
		r.n = max(1, int(float64(r.n)*float64(slice)/float64(took)))
		steady++
	}
	return nil
}
