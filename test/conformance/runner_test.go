// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	suiteModule = "connectrpc.com/conformance"
	runnerPath  = suiteModule + "/cmd/connectconformance"
)

// buildRunners builds the suite's runner in the version of this module's go.mod: as it is, and linked
// with the details of google.rpc, without which it can neither read them in a case nor check what a
// server says about them in JSON.
func buildRunners(t *testing.T) (stock, linked string) {
	t.Helper()
	dir := t.TempDir()
	stock, linked = filepath.Join(dir, "stock"), filepath.Join(dir, "linked")
	execute(t, "go", "build", "-o", stock, runnerPath)

	source := filepath.Join(dir, "conformance")
	module := strings.TrimSpace(execute(t, "go", "list", "-m", "-f", "{{.Dir}}", suiteModule))
	if err := os.CopyFS(source, os.DirFS(module)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(source, "cmd/connectconformance/details.go"),
		"package main\n\nimport _ \"google.golang.org/genproto/googleapis/rpc/errdetails\"\n")
	modfile := filepath.Join(dir, "go.mod")
	write(t, modfile, fmt.Sprintf("%s\nreplace %s => %s\n", read(t, "../go.mod"), suiteModule, source))
	write(t, filepath.Join(dir, "go.sum"), read(t, "../go.sum"))
	execute(t, "go", "build", "-modfile", modfile, "-o", linked, runnerPath)
	return stock, linked
}

func execute(t *testing.T, name string, args ...string) string {
	t.Helper()
	var stderr strings.Builder
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, stderr.String())
	}
	return string(out)
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
