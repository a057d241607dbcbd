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

	allocs, millis []float64
}

// starts are of the program by hand, and of the one with errpact.
type starts []*start

func (s starts) extra() float64 { return s[1].Allocs - s[0].Allocs }

func (s starts) missed() bool { return s.extra() > maxStartAllocs }

// Table is Markdown.
func (s starts) Table() string {
	t := new(table)
	t.add("program", "bound", "allocs", "ms", "bytes", "held")
	t.add("by hand", "", thousands(s[0].Allocs), fmt.Sprintf("%.1f", s[0].Millis), thousands(float64(s[0].Bytes)), "")
	held := "yes"
	if s.missed() {
		held = "**NO: allocations**"
	}
	t.add("with errpact", "", thousands(s[1].Allocs), fmt.Sprintf("%.1f", s[1].Millis), thousands(float64(s[1].Bytes)), "")
	t.add("beyond", fmt.Sprintf("≤ %d allocs", maxStartAllocs), thousands(s.extra()), fmt.Sprintf("%.1f", s[1].Millis-s[0].Millis),
		thousands(float64(s[1].Bytes-s[0].Bytes)), held)
	return t.String()
}

// measureStart builds the programs of bench/startup, and starts each many times, in turns.
func measureStart(scratch string, count int) (starts, error) {
	programs := starts{{Program: "bare"}, {Program: "errpact"}}
	for _, p := range programs {
		binary := filepath.Join(scratch, p.Program)
		if _, err := run("", "go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, "./bench/startup/"+p.Program); err != nil {
			return nil, err
		}
		info, err := os.Stat(binary)
		if err != nil {
			return nil, err
		}
		p.Bytes = info.Size()
	}
	for range 3 * count {
		for _, p := range programs {
			if err := p.once(filepath.Join(scratch, p.Program)); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range programs {
		slices.Sort(p.allocs)
		slices.Sort(p.millis)
		p.Allocs, p.Millis = quantile(p.allocs, 0.5), quantile(p.millis, 0.5)
	}
	return programs, nil
}

func (s *start) once(binary string) error {
	began := time.Now()
	out, err := run("", binary)
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
