// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCommandsTagEveryModuleWithoutReplace runs what is printed, in a checkout with one nested module and a remote.
func TestCommandsTagEveryModuleWithoutReplace(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(dir, "gitconfig"))
	write(t, filepath.Join(dir, "gitconfig"), "[user]\nname = errpact\nemail = errpact@example.com\n[init]\ndefaultBranch = main\n")
	const npm = "{\n  \"name\": \"@example/errors\",\n  \"version\": \"0.0.0\",\n  \"type\": \"module\"\n}\n"
	checkout, tree := filepath.Join(dir, "checkout"), filepath.Join(dir, "tree")
	for _, folder := range []string{checkout, tree} {
		write(t, filepath.Join(folder, "go.mod"), "module example.com/root\n")
		write(t, filepath.Join(folder, "a/b/go.sum"), "")
		write(t, filepath.Join(folder, "es/packages/errors/package.json"), npm)
	}
	const replace = "module example.com/root/a/b\n\nreplace example.com/root => ../..\n"
	write(t, filepath.Join(checkout, "a/b/go.mod"), replace)
	write(t, filepath.Join(tree, "a/b/go.mod"), "module example.com/root/a/b\n\nrequire example.com/root v0.1.0\n")
	run(t, checkout, "git init --quiet && git add . && git commit --quiet --message start")
	run(t, checkout, "git init --quiet --bare ../remote && git remote add origin ../remote")

	modules, err := published(tree)
	if err != nil {
		t.Fatal(err)
	}
	packages, err := publishedNPM(tree)
	if err != nil || len(packages) != 1 {
		t.Fatalf("found %v, %v, want one npm package", packages, err)
	}
	if err := packages[0].pin("v0.1.0"); err != nil {
		t.Fatal(err)
	}
	commands, err := publishing(tree, "v0.1.0", modules, packages)
	if err != nil {
		t.Fatal(err)
	}
	commands, fetches, _ := strings.Cut(commands, "go list")
	if want := "go list -m example.com/root@v0.1.0\ngo list -m example.com/root/a/b@v0.1.0\n"; "go list"+fetches != want {
		t.Errorf("the last commands are %q", fetches)
	}
	run(t, checkout, "set -e\n"+commands)

	remote := filepath.Join(dir, "remote")
	if tags := strings.Fields(run(t, remote, "git tag --list")); !slices.Equal(tags, []string{"a/b/v0.1.0", "v0.1.0"}) {
		t.Errorf("the remote has the tags %q", tags)
	}
	if gomod := run(t, remote, "git show a/b/v0.1.0:a/b/go.mod"); strings.Contains(gomod, "replace") || !strings.Contains(gomod, "root v0.1.0") {
		t.Errorf("the nested module is tagged with\n%s", gomod)
	}
	if gomod := run(t, remote, "git show main:a/b/go.mod"); gomod != replace {
		t.Errorf("main has\n%s", gomod)
	}
	if manifest := run(t, remote, "git show v0.1.0:es/packages/errors/package.json"); manifest != strings.Replace(npm, "0.0.0", "0.1.0", 1) {
		t.Errorf("the npm package is tagged with\n%s", manifest)
	}
	if manifest := run(t, remote, "git show main:es/packages/errors/package.json"); manifest != npm {
		t.Errorf("main has\n%s", manifest)
	}
	write(t, filepath.Join(checkout, "next"), "")
	run(t, checkout, "git add . && git commit --quiet --message next")
	if tag, err := lastRelease(checkout); tag != "v0.1.0" || err != nil {
		t.Errorf("the next release is built with %q, %v", tag, err)
	}
}

// TestOpenStepsAreNamed lists what a checkout lacks, and nothing when it has all.
func TestOpenStepsAreNamed(t *testing.T) {
	checkout := t.TempDir()
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(checkout, ".git/global"))
	run(t, checkout, "git init --quiet && git config user.name errpact && git config user.email errpact@example.com")
	options := filepath.Join(checkout, "proto/errpact/v1/options.proto")
	write(t, options, "Catalogue catalogue = 58535;")
	write(t, filepath.Join(checkout, "CHANGELOG.md"), "## [Unreleased]")
	write(t, filepath.Join(checkout, "mapping/testdata/wire/next/SHA256SUMS"), "sent")
	steps, err := open(checkout, "v0.1.0")
	if err != nil || len(steps) != 4 {
		t.Errorf("have %q, %v, want 4 steps", steps, err)
	}
	write(t, options, "Catalogue catalogue = 1260;")
	write(t, filepath.Join(checkout, "CHANGELOG.md"), "## [0.1.0] - 2026-12-01")
	kept := filepath.Join(checkout, "mapping/testdata/wire/v0.1.0/SHA256SUMS")
	write(t, kept, "sent earlier")
	run(t, checkout, "git add . && git commit --quiet --message changed")
	if steps, err := open(checkout, "v0.1.0"); err != nil || len(steps) != 1 || !strings.Contains(steps[0], "write the wire anew") {
		t.Errorf("have %q, %v, want the wire to be written anew", steps, err)
	}
	write(t, kept, "sent")
	run(t, checkout, "git add . && git commit --quiet --message all")
	if steps, err := open(checkout, "v0.1.0"); err != nil || len(steps) != 0 {
		t.Errorf("have %q, %v, want nothing", steps, err)
	}
	run(t, checkout, "git tag v0.1.0")
	if steps, err := open(checkout, "v0.1.0"); err != nil || len(steps) != 1 {
		t.Errorf("have %q, %v, want another version", steps, err)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, folder, commands string) string {
	t.Helper()
	out, err := output(folder, nil, "sh", "-c", commands)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
