// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"os"
	"path/filepath"
	"testing"
)

const writeRules = "./errpact docs -format prometheus -page-url https://api.example.com/errors > rules.yaml"

// TestRulesAreValid reads what errpact writes, and golden files with texts that YAML and templates would read in their
// own way.
func TestRulesAreValid(t *testing.T) {
	w := newWorkshop(t)
	w.run(writeRules)
	golden, err := filepath.Glob("../../../../internal/alerts/testdata/*.yaml")
	if err != nil || len(golden) == 0 {
		t.Fatalf("golden files: %v, %v", golden, err)
	}
	for _, name := range golden {
		text, err := os.ReadFile(name)
		w.must(err)
		w.write(filepath.Base(name), string(text))
		w.run("promtool check rules --lint=all --lint-fatal " + filepath.Base(name))
	}
	w.run("promtool check rules --lint=all --lint-fatal rules.yaml")
}

// TestRulesFireByTheSeries of testdata: each alert by its own, and none by a caller's mistakes.
func TestRulesFireByTheSeries(t *testing.T) {
	w := newWorkshop(t)
	w.run(writeRules)
	series, err := os.ReadFile("testdata/series.yaml")
	w.must(err)
	w.write("series.yaml", string(series))
	w.run("promtool test rules series.yaml")
}
