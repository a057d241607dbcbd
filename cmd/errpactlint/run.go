// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

// arguments are those of the command line.
type arguments struct {
	baseline, writeBaseline string
	declare, diff           bool
	// protos are folders in which .proto files are.
	protos []string
	// vet has the flags and packages that go vet gets.
	vet []string
}

// parse takes the command's own flags out of the arguments. All others are go vet's, which knows them.
func parse(args []string) (arguments, error) {
	var a arguments
	for i := 0; i < len(args); i++ {
		name, value, hasValue := strings.Cut(strings.Replace(args[i], "--", "-", 1), "=")
		switch name {
		case "-baseline", "-write-baseline", "-protos":
			if !hasValue {
				if i++; i == len(args) {
					return a, fmt.Errorf("%s wants a path", name)
				}
				value = args[i]
			}
			path, err := filepath.Abs(value) // go vet runs in another folder
			if err != nil {
				return a, fmt.Errorf("%s: %w", name, err)
			}
			switch name {
			case "-baseline":
				a.baseline = path
			case "-write-baseline":
				a.writeBaseline = path
			default:
				a.protos = append(a.protos, path)
			}
		case "-declare":
			a.declare = true
		case "-diff":
			a.diff = true
		case "-h", "-help":
			return a, errors.New("usage: errpactlint [-strict] [-baseline file] [-write-baseline file] [-declare] [-diff] [-protos folder] [go vet's flags] packages")
		default:
			a.vet = append(a.vet, args[i])
		}
	}
	if len(a.protos) > 0 && !a.declare {
		return a, errors.New("-protos wants -declare")
	}
	return a, nil
}

// run does what the arguments say, and returns the exit code.
func run(args []string) (int, error) {
	a, err := parse(args)
	if err != nil {
		return 2, err
	}
	switch {
	case a.declare:
		return declare(a)
	case a.writeBaseline != "":
		return writeBaseline(a)
	}
	if a.diff {
		a.vet = append([]string{"-diff"}, a.vet...)
	}
	if a.baseline != "" {
		text, err := os.ReadFile(a.baseline)
		if err != nil {
			return 2, fmt.Errorf("read baseline: %w", err)
		}
		a.vet = append([]string{"-baseline=" + a.baseline, fmt.Sprintf("-baseline-sum=%x", sha256.Sum256(text))}, a.vet...)
	}
	command, err := vetCommand(a.vet)
	if err != nil {
		return 2, err
	}
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return exitCode(command.Run())
}

func exitCode(err error) (int, error) {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 2, fmt.Errorf("run go vet: %w", err)
	}
	return 0, nil
}

// vetCommand has go vet call this program.
func vetCommand(args []string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return exec.Command("go", append([]string{"vet", "-vettool=" + self}, args...)...), nil
}

// vetted is a finding, as go vet writes it in JSON.
type vetted struct {
	pkg     string
	Message string `json:"message"`
}

// findings runs go vet, and returns all findings.
func findings(args []string) ([]vetted, error) {
	command, err := vetCommand(append([]string{"-json"}, args...))
	if err != nil {
		return nil, err
	}
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("run go vet: %w\n%s", err, stderr.Bytes())
	}
	return readFindings(stdout.Bytes())
}

// writeBaseline writes all findings, for later runs to leave out.
func writeBaseline(a arguments) (int, error) {
	all, err := findings(a.vet)
	if err != nil {
		return 2, err
	}
	var lines []string
	for _, f := range all {
		lines = append(lines, lint.BaselineLine(f.pkg, f.Message)+"\n")
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	if err := os.WriteFile(a.writeBaseline, []byte(strings.Join(lines, "")), 0o600); err != nil {
		return 2, fmt.Errorf("write baseline: %w", err)
	}
	return 0, nil
}
