// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command errpact is for whoever meets an error and whoever keeps a catalogue of them: it explains
// errors seen on a wire or in a log, starts catalogues, renders them, and checks them.
//
//	errpact init
//	errpact explain < what-you-saw.txt
//	errpact docs -format html image.binpb > errors.html
//	errpact check image.binpb
//
// It exits with 0 if all is well, 1 if the input cannot be read or has mistakes, and 2 if it was
// called wrongly.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	// colour says that out is a terminal, and nobody asked for none.
	colour bool
}

// command is one of errpact's.
type command struct {
	name, purpose string
	// usage is what -h prints before the flags: how to call it, with examples, and its exit codes.
	usage string
	run   func(t terminal, flags *flag.FlagSet, args []string) error
}

var commands = []command{initCommand, explainCommand, docsCommand, checkCommand, protosCommand}

// errUsage says that a command was called wrongly, which was said already.
var errUsage = errors.New("called wrongly")

const (
	exitOK      = 0
	exitProblem = 1
	exitUsage   = 2
)

func main() {
	t := terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr, colour: wantsColour(os.Stdout)}
	os.Exit(run(t, os.Args[1:]))
}

// run is the whole program except for the process itself.
func run(t terminal, args []string) int {
	if len(args) == 0 {
		usage(t.err)
		return exitUsage
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		usage(t.out)
		return exitOK
	case "-version", "--version", "version":
		fmt.Fprintln(t.out, version())
		return exitOK
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.execute(t, args[1:])
		}
	}
	fmt.Fprintf(t.err, "errpact: want a command, have %q\n\n", args[0])
	usage(t.err)
	return exitUsage
}

func (c command) execute(t terminal, args []string) int {
	flags := flag.NewFlagSet("errpact "+c.name, flag.ContinueOnError)
	flags.SetOutput(t.err)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "%s\n\nFlags:\n", c.usage)
		flags.PrintDefaults()
	}
	err := c.run(t, flags, args)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errUsage):
		return exitUsage
	}
	if code, ok := errors.AsType[exitCode](err); ok {
		return int(code)
	}
	fmt.Fprintf(t.err, "errpact %s: %v\n", c.name, err)
	return exitProblem
}

// parse reads flags; -h goes to stdout, as what was asked for.
func parse(t terminal, flags *flag.FlagSet, args []string) error {
	for _, arg := range args {
		if arg == "-h" || arg == "-help" || arg == "--help" {
			flags.SetOutput(t.out)
		}
	}
	err := flags.Parse(args)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		return errUsage // which flag was misspelt is printed by now
	}
	return err
}

// misused says what is wrong with a call, and how it is made.
func misused(flags *flag.FlagSet, format string, args ...any) error {
	fmt.Fprintf(flags.Output(), "%s: "+format+"\n\n", append([]any{flags.Name()}, args...)...)
	flags.Usage()
	return errUsage
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "errpact explains errors, and starts, renders and checks catalogues of them.\n\nCommands:")
	for _, c := range commands {
		fmt.Fprintf(w, "  errpact %-8s %s\n", c.name, c.purpose)
	}
	fmt.Fprintln(w, "  errpact version  print the version\n\n`errpact COMMAND -h` has examples, flags and exit codes.")
}

// wantsColour: https://no-color.org
func wantsColour(out *os.File) bool {
	info, err := out.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// version is the module's; "(devel)" when built from a checkout without version control.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
