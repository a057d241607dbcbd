// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// runTurns runs all benchmarks once in each turn, each of which is a process of its own: where things lie in
// memory differs between them.
func runTurns(o options, scratch, raw string) error {
	binary := filepath.Join(scratch, "bench.test")
	if _, err := run("", "go", "test", "-c", "-o", binary, "."); err != nil {
		return err
	}
	file, err := os.Create(raw)
	if err != nil {
		return err
	}
	defer file.Close()
	for turn := range o.count {
		fmt.Fprintf(os.Stderr, "turn %d of %d\n", turn+1, o.count)
		out, err := run("", binary, "-test.run", "^$", "-test.bench", o.bench, "-test.benchtime", o.benchtime)
		if err != nil {
			return err
		}
		node, err := runNode(o)
		if err != nil {
			return err
		}
		if _, err := file.Write(append(out, node...)); err != nil {
			return err
		}
	}
	return file.Close()
}

// run runs a program to its end, in a folder, and gives what it printed.
func run(folder, program string, args ...string) ([]byte, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		return nil, err
	}
	var out, wrong bytes.Buffer
	cmd := &exec.Cmd{Path: path, Args: append([]string{program}, args...), Dir: folder, Stdout: &out, Stderr: &wrong}
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s%s", program, strings.Join(args, " "), err, out.Bytes(), wrong.Bytes())
	}
	return out.Bytes(), nil
}
