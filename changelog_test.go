// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpact_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	changelogVersion = regexp.MustCompile(`^## \[(Unreleased|\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d)`)
	changelogKinds   = []string{"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
)

// TestChangelogHasTheFormOfKeepAChangelog checks the headings: Unreleased comes first, and a version has each kind of
// change once, in their order.
func TestChangelogHasTheFormOfKeepAChangelog(t *testing.T) {
	content, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	versions, last := 0, -1
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "## "):
			if match := changelogVersion.FindStringSubmatch(line); match == nil || (versions == 0) != (match[1] == "Unreleased") {
				t.Errorf("have the heading %q, want [Unreleased], and then versions with their dates", line)
			}
			versions, last = versions+1, -1
		case strings.HasPrefix(line, "### "):
			kind := slices.Index(changelogKinds, strings.TrimPrefix(line, "### "))
			if kind <= last {
				t.Errorf("have %q after kind %d of %q, want each once and in this order", line, last, changelogKinds)
			}
			last = kind
		}
	}
}
