// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// packed is a package as npm packs it.
var packed = map[string]string{
	"package/package.json": `{
  "name": "@example/errors",
  "version": "0.1.0",
  "license": "Apache-2.0",
  "main": "./dist/index.cjs",
  "bin": {"errors": "bin/errors"},
  "exports": {".": {"import": {"default": "./dist/index.js"}}, "./package.json": "./package.json"},
  "files": ["dist", "LICENSE"],
  "dependencies": {"other": "^1.2.3"}
}`,
	"package/LICENSE":        "Apache License",
	"package/README.md":      "# errors",
	"package/bin/errors":     "#!/usr/bin/env node",
	"package/dist/index.js":  "export {};",
	"package/dist/index.cjs": "module.exports = {};",
}

// TestTarballHasAllThatItsPackageNames breaks one thing of a good package after the other.
func TestTarballHasAllThatItsPackageNames(t *testing.T) {
	for name, test := range map[string]struct{ file, old, replacement, want string }{
		"nothing":                 {"package/package.json", "", "", ""},
		"another name":            {"package/package.json", "@example/errors", "@example/other", `want the name "@example/errors"`},
		"another version":         {"package/package.json", `"0.1.0"`, `"0.0.0"`, "want the version of v0.1.0"},
		"another license":         {"package/package.json", "Apache-2.0", "MIT", "want the license Apache-2.0"},
		"no license":              {"package/package.json", `"license": "Apache-2.0",`, "", "want the license Apache-2.0"},
		"another license's text":  {"package/LICENSE", "Apache", "Other", "want the text of the license"},
		"a private package":       {"package/package.json", `"main"`, `"private": true, "main"`, "want it not to be private"},
		"any version of another":  {"package/package.json", "^1.2.3", "*", "want other in a range"},
		"an export without file":  {"package/package.json", "index.js", "gone.js", `want "./dist/gone.js"`},
		"a main without file":     {"package/package.json", "index.cjs", "gone.cjs", `want "./dist/gone.cjs"`},
		"a command without file":  {"package/package.json", "bin/errors", "bin/gone", `want "bin/gone"`},
		"a folder without files":  {"package/package.json", `"LICENSE"]`, `"proto"]`, `want "proto"`},
		"no README":               {"package/README.md", "# errors", "", "want a README.md"},
		"a package.json in parts": {"package/package.json", "}\n}", "", "read package.json"},
	} {
		t.Run(name, func(t *testing.T) {
			files := maps.Clone(packed)
			files[test.file] = strings.Replace(files[test.file], test.old, test.replacement, 1)
			file := filepath.Join(t.TempDir(), "errors.tgz")
			writeTarball(t, file, files)
			err := checkTarball(file, "@example/errors", "v0.1.0")
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("have %v, want %q", err, test.want)
			}
		})
	}
}

// TestVersionIsWrittenIntoPackages pins a package.json, and one that has no version to pin.
func TestVersionIsWrittenIntoPackages(t *testing.T) {
	tree := t.TempDir()
	file := filepath.Join(tree, "es/packages/errors/package.json")
	write(t, file, "{\n  \"name\": \"@example/errors\",\n  \"version\": \"0.0.0\",\n  \"type\": \"module\"\n}\n")
	packages, err := publishedNPM(tree)
	if err != nil || len(packages) != 1 {
		t.Fatalf("found %v, %v, want one package", packages, err)
	}
	if err := packages[0].pin("v0.1.0-rc.1"); err != nil {
		t.Fatal(err)
	}
	const want = "{\n  \"name\": \"@example/errors\",\n  \"version\": \"0.1.0-rc.1\",\n  \"type\": \"module\"\n}\n"
	if have, err := os.ReadFile(file); string(have) != want || err != nil {
		t.Errorf("have %s, %v", have, err)
	}
	if have := packages[0].tarball("v0.1.0-rc.1"); have != "example-errors-0.1.0-rc.1.tgz" {
		t.Errorf("npm packs %q", have)
	}
	write(t, file, "{\n  \"name\": \"@example/errors\"\n}\n")
	if err := packages[0].pin("v0.1.0"); err == nil {
		t.Error("a package.json without a version was pinned")
	}
}

// TestOnlyCINeedsNode looks for npm in an empty PATH.
func TestOnlyCINeedsNode(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("CI", "")
	if missing, err := npmIsMissing(); !strings.Contains(missing, "were not packed") || err != nil {
		t.Errorf("have %q, %v, want a sentence", missing, err)
	}
	t.Setenv("CI", "true")
	if missing, err := npmIsMissing(); err == nil {
		t.Errorf("CI leaves out the packages: %q", missing)
	}
}

func writeTarball(t *testing.T, name string, files map[string]string) {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	zipped := gzip.NewWriter(file)
	tarball := tar.NewWriter(zipped)
	for name, content := range files {
		err := tarball.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content))})
		if _, wrote := tarball.Write([]byte(content)); err != nil || wrote != nil {
			t.Fatal(err, wrote)
		}
	}
	if err := errors.Join(tarball.Close(), zipped.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
}
