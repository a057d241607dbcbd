// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// files are a root and a nested module as they are tagged: the nested one has no replace directive.
var files = map[string]string{
	"go.mod":                              "module example.com/root\n\ngo 1.26.0\n",
	"mapping/mapping.go":                  "package mapping\n\nfunc Kept() {}\n\nfunc Gone() {}\n",
	"mapping/catalogue/catalogue.go":      "package catalogue\n\nfunc Gone() {}\n",
	"internal/x/x.go":                     "package x\n\nfunc Gone() {}\n",
	"interceptor/grpcgo/go.mod":           "module example.com/root/interceptor/grpcgo\n\ngo 1.26.0\n\nrequire example.com/root v1.0.0\n",
	"interceptor/grpcgo/grpcgo.go":        "package grpcgo\n\nimport \"example.com/root/mapping\"\n\nfunc New() { mapping.Kept() }\n",
	"interceptor/grpcgo/reflect/types.go": "package reflect\n\ntype T struct{ Field int }\n",
}

// TestIncompatibleChangesFailFromV1On plants a change in a checkout whose last release has a tag.
func TestIncompatibleChangesFailFromV1On(t *testing.T) {
	const removed, renamed = "Gone: removed", "T.Field: removed"
	for _, test := range []struct {
		name, tag, file, content, printed string
		fails                             bool
	}{
		{"nothing", "v1.0.0", "README.md", "", "0 incompatible changes", false},
		{"an addition", "v1.0.0", "mapping/more.go", "package mapping\n\nfunc More() {}\n", "0 incompatible changes", false},
		{"a stable package at v0", "v0.9.0", "mapping/mapping.go", "package mapping\n\nfunc Kept() {}\n", removed, false},
		{"a stable package at v1", "v1.0.0", "mapping/mapping.go", "package mapping\n\nfunc Kept() {}\n", removed, true},
		{"a stable package of a nested module", "v1.2.3", "interceptor/grpcgo/reflect/types.go", "package reflect\n\ntype T struct{ Name int }\n", renamed, true},
		{"a package that is removed", "v1.0.0", "interceptor/grpcgo/reflect/types.go", "package main\n\nfunc main() {}\n", "package removed", true},
		{"an unstable package", "v1.0.0", "mapping/catalogue/catalogue.go", "package catalogue\n", removed, false},
		{"an internal package", "v1.0.0", "internal/x/x.go", "package x\n", "0 incompatible changes", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkout := tagged(t, test.tag)
			write(t, filepath.Join(checkout, test.file), test.content)
			var printed strings.Builder
			err := compareAPI(checkout, &printed)
			if (err != nil) != test.fails || !strings.Contains(printed.String(), test.printed) {
				t.Errorf("error %v, printed\n%s\nwant an error: %t, and %q", err, printed.String(), test.fails, test.printed)
			}
		})
	}
}

// tagged returns a checkout with one commit after the tag.
func tagged(t *testing.T, tag string) string {
	t.Helper()
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	checkout := t.TempDir()
	for name, content := range files {
		write(t, filepath.Join(checkout, name), content)
	}
	const commit = "git add . && git -c user.name=errpact -c user.email=errpact@example.com commit --quiet --allow-empty --message "
	run(t, checkout, "set -e; git init --quiet; "+commit+"release; git tag "+tag+"; "+commit+"next")
	return checkout
}

// TestLastReleaseIsNotItsCandidate: of tags, the newest by semantic versions counts, on whichever commit it is.
func TestLastReleaseIsNotItsCandidate(t *testing.T) {
	for _, test := range []struct {
		tags []string
		want string
	}{
		{[]string{"v1.0.0-rc1", "v1.0.0"}, "v1.0.0"},
		{[]string{"v1.0.0", "v1.0.0-rc1"}, "v1.0.0"},
		{[]string{"v1.0.0-rc.9", "v1.0.0-rc.10", "v0.9.0"}, "v1.0.0-rc.10"},
		{[]string{"v1.0.0-beta.2", "v1.0.0-rc.1", "v0.9.0"}, "v1.0.0-rc.1"},
		{[]string{"v1.9.0", "v1.10.0-rc1"}, "v1.10.0-rc1"},
		{[]string{"v1.9.0", "v1.10.0"}, "v1.10.0"},
	} {
		checkout := tagged(t, test.tags[0])
		for _, tag := range test.tags[1:] {
			run(t, checkout, "git tag "+tag+" HEAD~1")
		}
		if got, err := lastRelease(checkout); got != test.want || err != nil {
			t.Errorf("lastRelease of %q = %q, %v, want %q", test.tags, got, err, test.want)
		}
	}
}

var packageRow = regexp.MustCompile("(?m)^\\| `([^@`]+)` \\| .+ \\| (stable|may change) \\|$")

// TestVersionsPageHasEveryPublicPackage holds docs/versions.md to the packages that are compared, and to the promise
// about each.
func TestVersionsPageHasEveryPublicPackage(t *testing.T) {
	const checkout = "../.."
	page, err := os.ReadFile(filepath.Join(checkout, "docs/versions.md"))
	if err != nil {
		t.Fatal(err)
	}
	promises := map[string]bool{}
	for _, row := range packageRow.FindAllStringSubmatch(string(page), -1) {
		promises[row[1]] = row[2] == "stable"
	}
	tree := t.TempDir()
	if err := copyTree(checkout, tree, tree); err != nil {
		t.Fatal(err)
	}
	root, api, err := publicAPI(tree)
	if err != nil {
		t.Fatal(err)
	}
	delete(api, root) // documentation alone
	for path := range api {
		name := strings.TrimPrefix(path, root+"/")
		if stable, ok := promises[name]; !ok || stable != isPromised("v1.0.0", name) {
			t.Errorf("docs/versions.md promises that %s is stable: %t (has a row: %t), want %t", name, stable, ok, !stable)
		}
	}
	if len(promises) != len(api) {
		t.Errorf("docs/versions.md has %d packages, want %d", len(promises), len(api))
	}
}
