// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"strings"
	"testing"
)

// output is what a call of the command leaves.
type output struct {
	out, err string
	exit     int
}

// call runs the command as main does.
func call(t *testing.T, stdin string, args ...string) output {
	t.Helper()
	var out, err bytes.Buffer
	exit := run(terminal{in: strings.NewReader(stdin), out: &out, err: &err}, args)
	return output{out.String(), err.String(), exit}
}

// TestExitCodes: whoever calls the command from a script goes by these, and by where text goes.
func TestExitCodes(t *testing.T) {
	for _, test := range []struct {
		args     string
		stdin    string
		exit     int
		out, err string // parts of the output
	}{
		{args: "", exit: exitUsage, err: "errpact explain"},
		{args: "-h", exit: exitOK, out: "errpact explain"},
		{args: "help", exit: exitOK, out: "errpact explain"},
		{args: "-version", exit: exitOK, out: "\n"},
		{args: "version", exit: exitOK, out: "\n"},
		{args: "explian", exit: exitUsage, err: `want a command, have "explian"`},
		{args: "explain -h", exit: exitOK, out: "curl -si"},
		{args: "docs -h", exit: exitOK, out: "Exit codes"},
		{args: "check --help", exit: exitOK, out: "buf build"},
		{args: "explain -x", exit: exitUsage, err: "flag provided but not defined"},
		{args: "explain", exit: exitProblem, err: "errpact explain: find no error in the input"},
		{args: "explain -catalogue nowhere.binpb {}", exit: exitProblem, err: "nowhere.binpb"},
		{args: "explain -catalogue - {}", exit: exitProblem, err: "stdin has the error"},
		{args: "explain", stdin: strings.Repeat("x", maxInput+1), exit: exitProblem, err: "at most 1048576 bytes"},
		{args: "docs a b", exit: exitUsage, err: "want at most one FILE, have 2"},
		{args: "docs -format pdf", exit: exitUsage, err: `have "pdf"`},
		{args: "docs -format pdf nowhere.binpb", exit: exitUsage, err: `have "pdf"`},
		{args: "docs -into api.yaml", exit: exitUsage, err: `want -format openapi with -into, have "html"`},
		{args: "docs -format openapi -into nowhere.yaml", exit: exitProblem, err: "nowhere.yaml"},
		{args: "docs -", exit: exitProblem, err: "without files"},
		{args: "docs -", stdin: "no descriptor set", exit: exitProblem, err: "want a FileDescriptorSet or a buf image"},
		{args: "check", exit: exitUsage, err: "want one FILE, have 0"},
		{args: "check -rules", exit: exitOK, out: "ERRPACT_STATUS_CLASS"},
		{args: "check builtin", exit: exitOK},
		{args: "check -against builtin builtin", exit: exitOK},
		{args: "check -against - -", exit: exitUsage, err: "want one file from stdin, have two"},
		{args: "check -against nowhere.binpb builtin", exit: exitProblem, err: "nowhere.binpb"},
	} {
		t.Run(test.args, func(t *testing.T) {
			got := call(t, test.stdin, strings.Fields(test.args)...)
			if got.exit != test.exit || !strings.Contains(got.out, test.out) || !strings.Contains(got.err, test.err) {
				t.Errorf("exit %d, stdout %q, stderr %q; want exit %d, %q, %q", got.exit, got.out, got.err, test.exit, test.out, test.err)
			}
			if test.err == "" && got.err != "" || test.out == "" && got.out != "" {
				t.Errorf("stdout %q, stderr %q; want one of them empty", got.out, got.err)
			}
		})
	}
}
