// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxStartAllocs is what errpact may allocate before main, beyond a program with the same imports.
const maxStartAllocs = 200

// A start is how a program gets to its main function.
type start struct {
	Program        string
	Allocs, Millis float64
	Bytes          int64

	binary         string
	allocs, millis []float64
}

// starts are of the program by hand, and of the one with errpact.
type starts []*start

func (s starts) extra() float64 { return s[1].Allocs - s[0].Allocs }

// ratios are of the times of two starts that followed each other, in order of size.
func (s starts) ratios() []float64 {
	var all []float64
	for i, byHand := range s[0].millis {
		all = append(all, s[1].millis[i]/byHand)
	}
	slices.Sort(all)
	return all
}

// misses names what is not reached.
func (s starts) misses() []string {
	var missed []string
	if isSlower(s.ratios()) {
		missed = append(missed, "time")
	}
	if s.extra() > maxStartAllocs {
		missed = append(missed, "allocations")
	}
	return missed
}

// Table is Markdown.
func (s starts) Table() string {
	t := new(table)
	t.add("program", "bound", "allocs", "ms", "bytes", "held")
	t.add("by hand", "", thousands(s[0].Allocs), fmt.Sprintf("%.1f", s[0].Millis), thousands(float64(s[0].Bytes)), "")
	held := "yes"
	if missed := s.misses(); len(missed) > 0 {
		held = "**NO: " + strings.Join(missed, ", ") + "**"
	}
	t.add("with errpact", "", thousands(s[1].Allocs), fmt.Sprintf("%.1f", s[1].Millis), thousands(float64(s[1].Bytes)), "")
	t.add("beyond", fmt.Sprintf("no slower, ≤ %d allocs", maxStartAllocs), thousands(s.extra()), fmt.Sprintf("%.1f", s[1].Millis-s[0].Millis),
		thousands(float64(s[1].Bytes-s[0].Bytes)), held)
	return t.String()
}

// buildStarts builds the programs of the folder startup.
func buildStarts(scratch string) (starts, error) {
	programs := starts{{Program: "bare"}, {Program: "errpact"}}
	for _, p := range programs {
		p.binary = filepath.Join(scratch, p.Program)
		if _, err := run("", "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", p.binary, "./startup/"+p.Program); err != nil {
			return nil, err
		}
		info, err := os.Stat(p.binary)
		if err != nil {
			return nil, err
		}
		p.Bytes = info.Size()
	}
	return programs, nil
}

// measure starts each program ten times a turn, one after the other.
func (s starts) measure(count int) error {
	for range 10 * count {
		for _, p := range s {
			if err := p.once(); err != nil {
				return err
			}
		}
	}
	for _, p := range s {
		p.Allocs, p.Millis = median(p.allocs), median(p.millis)
	}
	return nil
}

func median(values []float64) float64 { return quantile(slices.Sorted(slices.Values(values)), 0.5) }

func (s *start) once() error {
	began := time.Now()
	out, err := run("", s.binary)
	if err != nil {
		return err
	}
	s.millis = append(s.millis, float64(time.Since(began))/float64(time.Millisecond))
	allocs, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil {
		return fmt.Errorf("read what %s printed: %w", s.Program, err)
	}
	s.allocs = append(s.allocs, allocs)
	return nil
}
