// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func content(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const page = "../../docs/migration.md"

// blocks are the page's, of a language.
func blocks(t *testing.T, language string, want int) (all []string) {
	t.Helper()
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(content(t, page), -1) {
		all = append(all, match[1])
	}
	if len(all) != want {
		t.Errorf("%d blocks of %s, want %d", len(all), language, want)
	}
	return all
}

// compiled returns all code of some folders, except for this file.
func compiled(t *testing.T, folders ...string) string {
	t.Helper()
	var code strings.Builder
	for _, folder := range folders {
		names, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", folder, err)
		}
		for _, name := range names {
			if filepath.Base(name) != "page_test.go" {
				code.WriteString(content(t, name))
			}
		}
	}
	return code.String()
}

// TestPageIsCompiled: each block of Go in the page is in this folder.
func TestPageIsCompiled(t *testing.T) {
	code := compiled(t, ".")
	for _, block := range blocks(t, "go", 15) {
		if !strings.Contains(code, "\n"+block) {
			t.Errorf("the page's code is not compiled here:\n%s", block)
		}
	}
}

// TestNamesOfThePageAreThere: so is what its text and tables name of a package, whatever the
// import is called here.
func TestNamesOfThePageAreThere(t *testing.T) {
	code, text := compiled(t, ".", "../trouble"), regexp.MustCompile("(?s)```.*?```").ReplaceAllString(content(t, page), "")
	named := make(map[string]bool)
	for _, span := range regexp.MustCompile("`[^`\n]+`|(?m)^    .*$").FindAllString(text, -1) {
		for _, name := range regexp.MustCompile(`\b[a-z][a-z0-9]+\.[A-Z]\w*`).FindAllString(span, -1) {
			named[name] = true
		}
	}
	if len(named) < 60 {
		t.Errorf("%d names: most of them were not found", len(named))
	}
	for name := range named {
		of, member, _ := strings.Cut(name, ".")
		if !regexp.MustCompile(`\b` + of + `(v2)?\.` + member + `\b`).MatchString(code) {
			t.Errorf("%s is not compiled here", name)
		}
	}
}

// TestLinesOfThePage: what generates Connect v2's code is what generates the tests', and the versions are
// those of the tests.
func TestLinesOfThePage(t *testing.T) {
	yaml := blocks(t, "yaml", 2)
	if !strings.Contains(content(t, "../buf.gen.yaml"), yaml[1]) {
		t.Errorf("buf.gen.yaml has not\n%s", yaml[1])
	}
	if want := strings.ReplaceAll(strings.ReplaceAll(yaml[1], "/v2", ""), "[paths=source_relative, package_suffix=connectv2]", "paths=source_relative"); yaml[0] != want {
		t.Errorf("the lines for v1 are\n%s, want\n%s", yaml[0], want)
	}
	versions := content(t, "../go.mod")
	for _, match := range regexp.MustCompile(`(?m)\b(connectrpc\.com/connect/v2)(?:/cmd/\S+)?@(v\S+)|\b(otelconnect|validate) (v[0-9.]+\d)`).FindAllStringSubmatch(content(t, page), -1) {
		if line := match[1] + match[3] + " " + match[2] + match[4] + "\n"; !strings.Contains(versions, line) {
			t.Errorf("go.mod has another version than %s", line)
		}
	}
}
