// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"os"
	"path/filepath"
)

type options struct {
	count                 int
	benchtime, bench, out string
}

// report runs in the folder of the module, test/bench.
func report(o options, w io.Writer) error {
	scratch, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	// What can fail for another reason than a benchmark is done first.
	m, err := thisMachine()
	if err != nil {
		return err
	}
	start, err := buildStarts(scratch)
	if err != nil {
		return err
	}
	raw := filepath.Join(scratch, "raw.txt")
	if err := runTurns(o, scratch, raw); err != nil {
		return err
	}
	rows, err := readRows(raw)
	if err != nil {
		return err
	}
	if err := start.measure(o.count); err != nil {
		return err
	}
	p := newPage(o, m, rows, start)
	if err := p.print(w); err != nil {
		return err
	}
	if o.out == "" || o.bench != "." {
		return nil
	}
	return p.write(o.out)
}
