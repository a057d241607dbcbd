// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command load calls a server on each stack, with every adapter of errpact, from each, in every way and with every
// error, cancelled, expired, cut off and attacked, many at a time. It compares every answer with what
// was asked for, prints what it found, and fails if an answer was wrong or if memory or goroutines
// were left behind.
//
//	make soak SOAK=10m
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	duration := flag.Duration("for", time.Minute, "how long to call")
	flag.Parse()
	s, err := newStack(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
	fmt.Printf("soaking for %s: %d callers, a server on each stack, every adapter\n", *duration, concurrent)
	r := s.soak(context.Background(), *duration)
	r.print(os.Stdout)
	err = s.close()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
	}
	if err != nil || !r.ok() {
		os.Exit(1)
	}
}
