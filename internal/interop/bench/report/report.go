// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

type options struct {
	count                 int
	benchtime, bench, out string
	check                 bool
}

// report says how many bounds were missed. It runs in the module's folder.
func report(o options, w io.Writer) (missed int, err error) {
	scratch, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(scratch)
	raw := filepath.Join(scratch, "raw.txt")
	if err := runTurns(o, scratch, raw); err != nil {
		return 0, err
	}
	rows, err := readRows(raw)
	if err != nil {
		return 0, err
	}
	start, err := measureStart(scratch, o.count)
	if err != nil {
		return 0, err
	}
	p, err := newPage(o, rows, start)
	if err != nil {
		return 0, err
	}
	if err := p.print(w); err != nil {
		return 0, err
	}
	missed = len(p.Misses())
	if o.out == "" || o.bench != "." {
		return missed, nil
	}
	if err := drawFigures(p.Groups, filepath.Join(o.out, "docs", "bench")); err != nil {
		return 0, fmt.Errorf("draw the figures: %w", err)
	}
	return missed, p.write(filepath.Join(o.out, "BENCHMARKS.md"))
}
