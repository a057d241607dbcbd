// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command report runs the benchmarks of the folder above, prints a table of errpact and its alternatives,
// and writes BENCHMARKS.md and docs/bench.
//
//	make bench COUNT=20
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	var o options
	flag.IntVar(&o.count, "count", 10, "how many turns")
	flag.StringVar(&o.benchtime, "benchtime", "100ms", "how long a row runs in a turn, as `go test` takes it")
	flag.StringVar(&o.bench, "bench", ".", "which benchmarks to run; with any other than . nothing is written")
	flag.StringVar(&o.out, "out", "../..", "the `FOLDER` that BENCHMARKS.md and docs/bench are written to; empty writes nothing")
	flag.Parse()
	if err := report(o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}
