// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

var (
	section = regexp.MustCompile(`(?m)^## ([a-z]+)$`)
	suffix  = regexp.MustCompile(`\[([a-z]+)\]$`)
)

// TestThePageHasEachFinding holds docs/findings.md against the findings, and against those in its examples.
func TestThePageHasEachFinding(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	var sections, found []string
	for _, match := range section.FindAllStringSubmatch(string(text), -1) {
		sections = append(sections, match[1])
	}
	if !slices.Equal(sections, lint.IDs) {
		t.Errorf("the page has sections %q, want %q", sections, lint.IDs)
	}
	for _, message := range analyze(t, new(lint.Options), load(t, packages.Config{Dir: "../.."}, "./internal/lint/testdata/page")) {
		found = append(found, suffix.FindStringSubmatch(message)[1])
	}
	for _, id := range lint.IDs {
		if !slices.Contains(found, id) {
			t.Errorf("no example of the page has a finding [%s], have %q", id, found)
		}
	}
}
