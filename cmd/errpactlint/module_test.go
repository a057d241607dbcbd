// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const samples = "internal/lint/testdata"

// module makes a module of some of the samples, and makes it the current folder.
func module(t *testing.T, folders ...string) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range folders {
		if err := os.CopyFS(filepath.Join(dir, f), os.DirFS(filepath.Join(samples, f))); err != nil {
			t.Fatal(err)
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	const path = "module github.com/errpact/errpact/cmd/errpactlint"
	for name, change := range map[string]*strings.Replacer{
		"go.mod": strings.NewReplacer(path, path+"/"+samples, "=> ../..", "=> "+root),
		"go.sum": strings.NewReplacer(),
	} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(change.Replace(string(text))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

func TestDeclareWritesTheProtosOfAModule(t *testing.T) {
	program := build(t)
	module(t, "gen", "proto", "deep", "relay", "rawstatus", "unreturned")
	if _, stderr, code := output(t, "go", "vet", "-vettool="+program, "./..."); code != 1 || !strings.Contains(stderr, "[unreturned]") {
		t.Errorf("go vet exits with %d and prints\n%s", code, stderr)
	}
	const proto = "proto/acme/shop/v1/shop.proto"
	before, err := os.ReadFile(proto)
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := output(t, program, "-declare", "-diff", "./...")
	if code != 1 || !strings.Contains(stdout, `+        "SHOP_ERROR_BASKET"`) {
		t.Errorf("errpactlint -declare -diff exits with %d and prints\n%s%s", code, stdout, stderr)
	}
	if same, _ := os.ReadFile(proto); string(same) != string(before) {
		t.Error("-diff writes the file")
	}
	if stdout, stderr, code = output(t, program, "-declare", "./..."); code != 0 || stdout != proto+"\n" {
		t.Fatalf("errpactlint -declare exits with %d and prints\n%s%s", code, stdout, stderr)
	}
	after, err := os.ReadFile(proto)
	if err != nil {
		t.Fatal(err)
	}
	const list = `        "SHOP_ERROR_OUT_OF_STOCK",
        "SHOP_ERROR_BASKET/EMPTY",
        "SHOP_ERROR_BASKET"
      ]`
	if !strings.Contains(string(after), list) {
		t.Errorf("errpactlint -declare writes\n%s", after)
	}
	if _, stderr, code := output(t, program, "-declare", "./..."); code != 0 {
		t.Errorf("errpactlint -declare exits with %d the second time: %s", code, stderr)
	}
	if again, _ := os.ReadFile(proto); string(again) != string(after) {
		t.Errorf("errpactlint -declare writes again:\n%s", again)
	}
}
