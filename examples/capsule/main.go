// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command capsule is errpact at work: a small service for folders of media, with RPC and REST on
// one port and a real database, whose every error is one of a catalogue.
//
// It exits with 0 if all went well, 1 if something failed, and 2 if it was called wrongly. After a server's error,
// the exit code says what to do next.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const usage = `capsule shows errpact at work.

Usage:
  capsule serve    [flags]             serve the API
  capsule analyzer [flags]             serve the other service, which serve calls
  capsule pack     [flags] MEDIA...    make a container to upload
  capsule mcp      [flags]             offer a server's folders to a model, as an MCP server
  capsule lock     [flags]             keep the database busy
  capsule help                         print this

Each has -h.

` + exitCodes

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(exitCode(err, os.Stderr))
}

// run is the program. Its standard output is stdout; logs and hints go to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "serve":
		return serve(ctx, args[1:], stdout, stderr)
	case "analyzer":
		return serveAnalyzer(ctx, args[1:], stdout, stderr)
	case "mcp":
		return serveModel(ctx, args[1:], stdout)
	case "lock":
		return lock(ctx, args[1:], stdout)
	case "pack":
		return pack(ctx, args[1:], stdout, stderr)
	case "help", "-h", "-help", "--help":
		_, err := io.WriteString(stdout, usage)
		return err
	case "":
		return usageErrorf("which command? see capsule help")
	}
	return usageErrorf("unknown command %q; see capsule help", command)
}

// usageError is a mistake in the command line.
type usageError struct{ error }

func usageErrorf(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// parse parses flags, and takes a mistake in them for a mistake in the command line.
func parse(flags *flag.FlagSet, args []string, stdout io.Writer) error {
	flags.SetOutput(io.Discard) // what there is to say, exitCode says
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(stdout)
		flags.Usage()
		return err
	}
	if err != nil {
		return usageErrorf("%w; see capsule %s -h", err, flags.Name())
	}
	return nil
}

// exitCode prints err, and returns the code to exit with.
func exitCode(err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	_, _ = fmt.Fprintf(stderr, "capsule: %v\n", err)
	if f, ok := errors.AsType[failure](err); ok {
		_, _ = io.WriteString(stderr, f.advice())
		return f.exitCode()
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	return 1
}
