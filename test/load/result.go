// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A result is what a soak found.
type result struct {
	*tally
	kinds         int
	took          time.Duration
	before, after usage
}

// ok says that no answer was wrong, and that nothing was left behind.
func (r result) ok() bool { return r.wrong == 0 && r.requests > 0 && r.after.within(r.before) }

// print writes the result as tables.
func (r result) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s requests in %s, %s a second, of %s kinds\n",
		grouped(r.requests), r.took.Round(100*time.Millisecond), grouped(int(float64(r.requests)/r.took.Seconds())), grouped(r.kinds))
	fmt.Fprintf(w, "\nby outcome\n")
	for _, k := range kinds {
		row(w, string(k), grouped(r.byKind[k]))
	}
	fmt.Fprintf(w, "\nby way\n")
	for _, way := range slices.Sorted(maps.Keys(r.byWay)) {
		row(w, way, grouped(r.byWay[way]))
	}
	fmt.Fprintf(w, "\nerrors by code\n")
	for _, code := range slices.Sorted(maps.Keys(r.byCode)) {
		row(w, code, grouped(r.byCode[code]))
	}
	fmt.Fprintf(w, "\n%-40s %10s %10s\n", "left behind", "before", "after")
	fmt.Fprintf(w, "  %-38s %10s %10s\n", "heap, MiB", mebibytes(r.before.heap), mebibytes(r.after.heap))
	fmt.Fprintf(w, "  %-38s %10d %10d\n", "goroutines", r.before.goroutines, r.after.goroutines)
	fmt.Fprintf(w, "\nwrong answers: %s\n", grouped(r.wrong))
	for _, example := range r.examples {
		fmt.Fprintf(w, "  %s\n", example)
	}
	if !r.after.within(r.before) {
		fmt.Fprintf(w, "something was left behind\n")
	}
}

func row(w io.Writer, name, value string) { fmt.Fprintf(w, "  %-38s %10s\n", name, value) }

// grouped writes 1234567 as 1,234,567.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

func mebibytes(n uint64) string { return fmt.Sprintf("%.1f", float64(n)/(1<<20)) }
