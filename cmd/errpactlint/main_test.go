// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const sample = "./internal/lint/testdata/unreturned"

// build builds the command.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "errpactlint")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return program
}

// output runs a command, and returns what it prints and its exit code.
func output(t *testing.T, name string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	command := exec.Command(name, args...)
	command.Env = append(os.Environ(), "GOWORK=off")
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return out.String(), errs.String(), exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), 0
}

func TestGoVetAndTheCommandPrintTheSame(t *testing.T) {
	program := build(t)
	_, vet, code := output(t, "go", "vet", "-vettool="+program, sample)
	if code != 1 {
		t.Errorf("go vet exits with %d, want 1", code)
	}
	const line = "unreturned.go:29:16: Buy never returns SHOP_ERROR_BASKET/EMPTY, which shop.proto:19 declares [unreturned]"
	if !strings.Contains(vet, line) {
		t.Errorf("go vet prints\n%swant a line %q", vet, line)
	}
	if _, alone, code := output(t, program, sample); alone != vet || code != 1 {
		t.Errorf("errpactlint exits with %d and prints\n%swant\n%s", code, alone, vet)
	}
	if stdout, _, code := output(t, program, "-json", sample); code != 0 || !strings.Contains(stdout, `"category": "unreturned"`) {
		t.Errorf("errpactlint -json exits with %d and prints %s", code, stdout)
	}
	if _, strict, _ := output(t, program, "-strict", sample); strings.Count(strict, "[unreturned]") <= strings.Count(vet, "[unreturned]") {
		t.Errorf("errpactlint -strict finds no more than without:\n%s", strict)
	}
	if _, clean, code := output(t, program, "./internal/lint/testdata/rawstatus/without"); code != 0 {
		t.Errorf("errpactlint exits with %d for a clean package: %s", code, clean)
	}
}

func TestGoVetFollowsCallsToTypesThatOtherPackagesDoNotExport(t *testing.T) {
	_, vet, _ := output(t, "go", "vet", "-vettool="+build(t), "./internal/lint/testdata/opaque")
	if !strings.Contains(vet, "the error of deep.ErrRow as it is, and no rule of this package or its imports maps it, made at shop.go:") {
		t.Errorf("go vet does not follow Open of deep.Shop:\n%s", vet)
	}
	if strings.Contains(vet, "deep.Shop") {
		t.Errorf("go vet does not follow Close of deep.Shop:\n%s", vet)
	}
}

func TestABaselineLeavesOutWhatItHas(t *testing.T) {
	program, baseline := build(t), filepath.Join(t.TempDir(), "baseline.txt")
	if _, stderr, code := output(t, program, "-write-baseline", baseline, sample); code != 0 {
		t.Fatalf("errpactlint -write-baseline exits with %d: %s", code, stderr)
	}
	if _, stderr, code := output(t, program, "-baseline", baseline, sample); code != 0 {
		t.Errorf("errpactlint -baseline exits with %d: %s", code, stderr)
	}
	text, err := os.ReadFile(baseline)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), ".proto:") {
		t.Errorf("the baseline has lines' numbers:\n%s", text)
	}
	windows := filepath.Join(t.TempDir(), "windows.txt") // as git checks it out with core.autocrlf
	if err := os.WriteFile(windows, bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := output(t, program, "-baseline", windows, sample); code != 0 {
		t.Errorf("errpactlint with a baseline of Windows exits with %d: %s", code, stderr)
	}
	config := filepath.Join(t.TempDir(), "baseline.cfg") // go vet's files have such names
	if _, stderr, code := output(t, program, "-write-baseline", config, sample); code != 0 {
		t.Errorf("errpactlint -write-baseline baseline.cfg exits with %d: %s", code, stderr)
	}
	if _, stderr, code := output(t, program, "-baseline="+config, sample); code != 0 {
		t.Errorf("errpactlint -baseline=baseline.cfg exits with %d: %s", code, stderr)
	}
	_, rest, _ := strings.Cut(string(text), "\n")
	shorter := filepath.Join(t.TempDir(), "shorter.txt")
	if err := os.WriteFile(shorter, []byte(rest), 0o600); err != nil {
		t.Fatal(err)
	}
	// Under the same name: go vet has cached what it said of the whole file.
	if err := os.WriteFile(baseline, []byte(rest), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := output(t, program, "-baseline", baseline, sample); code != 1 {
		t.Errorf("errpactlint with a baseline that has changed exits with %d: %s", code, stderr)
	}
	if _, stderr, code := output(t, program, "-baseline", shorter, sample); code != 1 {
		t.Errorf("errpactlint with a finding that the baseline lacks exits with %d: %s", code, stderr)
	}
}

func TestArgumentsThatMakeNoSenseAreRefused(t *testing.T) {
	program := build(t)
	for _, args := range [][]string{{"-baseline"}, {"-protos"}, {"-protos=proto", sample}, {"-baseline", "missing.txt", sample}, {"-unknown", sample}, {"-help"}} {
		for range 2 { // the second time, go vet may have cached the first
			if _, stderr, code := output(t, program, args...); code == 0 || stderr == "" {
				t.Errorf("errpactlint %v exits with %d and prints %q", args, code, stderr)
			}
		}
	}
}
