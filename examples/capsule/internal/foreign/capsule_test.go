// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package foreign has programs of others meet the example: a browser, grpcurl, and a validator of OpenAPI.
// `make foreign` runs it. `make test` does not, since building these programs takes longer than the tests.
package foreign

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/errpact/errpact/internal/testkit/observed"
)

// programs are capsule and errpact, built once. Neither has the race detector: what is tested are the others.
var programs string

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	if programs, err = os.MkdirTemp("", "capsule"); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(programs)) }()
	build := exec.Command("go", "build", "-o", programs+string(filepath.Separator), "../..", "github.com/errpact/errpact/cmd/errpact")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%v: %w\n%s", build, err, out)
	}
	return observed.Run(m, "../../returns.txt"), nil
}

// capsule is a running `capsule serve`.
type capsule struct{ url, db string }

// startServing starts `capsule serve` with more flags, and returns when it prints its address.
func startServing(t *testing.T, flags ...string) capsule {
	t.Helper()
	dir := t.TempDir()
	db := filepath.Join(dir, "capsule.db")
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs, "capsule"), append([]string{"serve", "-addr", "127.0.0.1:0", "-db", db}, flags...)...)
	cmd.Dir, cmd.Stderr = dir, t.Output()
	stdout, err := cmd.StdoutPipe()
	must(t, err, cmd.Start())
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() }) // it has been killed
	line, err := bufio.NewReader(stdout).ReadString('\n')
	must(t, err)
	url := regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	if url == "" {
		t.Fatalf("serve printed no address: %s", line)
	}
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return capsule{url, db}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}
