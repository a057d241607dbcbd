// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/errpact/errpact/examples/capsule/analyzer"
	"github.com/errpact/errpact/examples/capsule/server"
)

const analyzerUsage = `Usage: capsule analyzer [flags]

Serves AnalyzerService alone, until SIGINT or SIGTERM, for
capsule serve -analyzer URL.

Examples:
  capsule analyzer
  capsule analyzer -fault sleep

Flags:
`

func serveAnalyzer(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("analyzer", flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = io.WriteString(flags.Output(), analyzerUsage)
		flags.PrintDefaults()
	}
	addr := flags.String("addr", "127.0.0.1:8081", "`address` to listen on; port 0 is any free one")
	fault := flags.String("fault", "", "what to get `wrong`, to see what capsule makes of it: sleep, cut or error")
	if err := parse(flags, args, stdout); err != nil {
		return err
	}
	f := analyzer.Fault(*fault)
	switch {
	case flags.NArg() > 0:
		return usageErrorf("analyzer takes no arguments, but got %q", flags.Arg(0))
	case f != analyzer.NoFault && !slices.Contains(analyzer.Faults, f):
		return usageErrorf("-fault must be one of %q, and not %q", analyzer.Faults, f)
	}
	logTo(stderr)
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *addr)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(stdout, "capsule analyzer serves on %s\n", baseURL(listener.Addr())); err != nil {
		return err
	}
	return serveUntilDone(ctx, server.NewHTTP(analyzer.New(f)), listener)
}

// startAnalyzer serves AnalyzerService in this process, on a port of its own that only this machine
// can reach, and returns its URL and what ends it.
func startAnalyzer(ctx context.Context) (url string, stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := server.NewHTTP(analyzer.New(analyzer.NoFault))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(listener) // ends when it is closed, which is all that it has to say
	}()
	return baseURL(listener.Addr()), func() { _ = s.Close(); <-done }, nil
}
