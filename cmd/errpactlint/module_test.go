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

// move moves a file or folder of the module.
func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// write writes a file of the module.
func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// below makes a module in a folder of a repository.
func below(t *testing.T, name string, folders ...string) {
	t.Helper()
	module(t, folders...)
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	repository := filepath.Join(t.TempDir(), "repository")
	move(t, dir, filepath.Join(repository, name))
	if err := os.Mkdir(filepath.Join(repository, ".git"), 0o750); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(repository, name))
}

func TestDeclareFindsProtosInTheRepository(t *testing.T) {
	program := build(t)
	below(t, "backend", "gen", "proto", "deep", "unreturned")
	const sources = "./unreturned"
	for _, folder := range []string{"../proto", "../schema", "../backend/idl", "../a/b/protos"} {
		t.Run(folder, func(t *testing.T) {
			move(t, "proto", folder)
			defer move(t, folder, "proto")
			if folder == "../a/b/protos" {
				const config = "version: v2\nmodules:\n  - path: third_party\n  - path: a/b/protos # ours\n"
				write(t, "../buf.yaml", config)
			}
			// A file of the same name declares another package.
			write(t, "../other/acme/shop/v1/shop.proto", "package acme.shop.v2;\n")
			stdout, stderr, code := output(t, program, "-declare", "-diff", sources)
			if code != 1 || !strings.Contains(stdout, `+        "SHOP_ERROR_BASKET"`) {
				t.Errorf("errpactlint -declare -diff exits with %d and prints\n%s%s", code, stdout, stderr)
			}
		})
	}
}

func TestDeclareNamesTheProtosThatItDoesNotFind(t *testing.T) {
	program := build(t)
	below(t, "backend", "gen", "proto", "deep", "unreturned")
	move(t, "proto", "../two/levels")
	const message = "want acme/shop/v1/shop.proto to declare the errors of ShopService."
	for _, args := range [][]string{{"-declare"}, {"-declare", "-diff"}} {
		stdout, stderr, code := output(t, program, append(args, "./unreturned")...)
		if code != 2 || stdout != "" || strings.Count(stderr, message) != 1 || !strings.Contains(stderr, "write -protos and the folder") {
			t.Errorf("errpactlint %v exits with %d and prints %q and\n%s", args, code, stdout, stderr)
		}
	}
	// go vet has cached the analysis.
	if stdout, stderr, code := output(t, program, "-declare", "-diff", "-protos", "../two/levels", "./unreturned"); code != 1 || stdout == "" {
		t.Errorf("errpactlint -declare -diff -protos exits with %d and prints\n%s%s", code, stdout, stderr)
	}
	// Two copies: which one is meant is not to be guessed.
	for _, name := range []string{"../one", "../other"} {
		if err := os.CopyFS(name, os.DirFS("../two/levels")); err != nil {
			t.Fatal(err)
		}
	}
	if _, stderr, code := output(t, program, "-declare", "./unreturned"); code != 2 || !strings.Contains(stderr, message) {
		t.Errorf("errpactlint -declare with two copies exits with %d and prints\n%s", code, stderr)
	}
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

const health = `package health

import (
	"context"

	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type server struct{ grpc_health_v1.UnimplementedHealthServer }

func (server) Check(context.Context, *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return nil, shopv1err.Closed
}
`

func TestDeclareLeavesOutServicesOfOtherModulesAndSaysSo(t *testing.T) {
	program := build(t)
	module(t, "gen", "proto")
	write(t, "health/health.go", health)
	// A copy of its protos is no place to write to.
	const copied = "third_party/grpc/health/v1/health.proto"
	const proto = "package grpc.health.v1;\nservice Health { rpc Check(HealthCheckRequest) returns (HealthCheckResponse); }\n"
	write(t, copied, proto)
	write(t, "buf.yaml", "version: v2\nmodules:\n  - path: proto\n  - path: third_party\n")
	stdout, stderr, code := output(t, program, "-declare", "./health")
	if code != 0 || stdout != "" || !strings.Contains(stderr, "leave out Health.Check: its grpc/health/v1/health.proto is of another Go module") {
		t.Errorf("errpactlint -declare exits with %d and prints %q and\n%s", code, stdout, stderr)
	}
}

func TestFixLeavesAModuleThatCompiles(t *testing.T) {
	program := build(t)
	module(t, "gen", "fix")
	_, stderr, _ := output(t, program, "-fix", "./fix/...")
	if _, problems, code := output(t, "go", "build", "./fix/..."); code != 0 {
		t.Errorf("go build exits with %d after errpactlint -fix, which prints\n%s\n%s", code, stderr, problems)
	}
	golden, err := filepath.Glob("fix/*.golden")
	if err != nil || len(golden) == 0 {
		t.Fatalf("find goldens: %v, %v", golden, err)
	}
	for _, name := range golden {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(strings.TrimSuffix(name, ".golden")); err != nil || string(got) != string(want) {
			t.Errorf("errpactlint -fix leaves %s as\n%s%v", name, got, err)
		}
	}
}
