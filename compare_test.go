// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpact_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const comparePage = "docs/compare.md"

var (
	// sourceLink is a link to lines of a file, at a commit that no push can move.
	sourceLink = regexp.MustCompile(`\]\(https://github\.com/[\w.-]+/[\w.-]+/blob/[0-9a-f]{40}/[\w./-]+(\?plain=1)?#L\d+(-L\d+)?\)`)
	// outsideLink is any link that leaves the tree.
	outsideLink = regexp.MustCompile(`\]\(https?://[^)]*\)`)
)

// TestEveryRowOfTheComparisonHasAProof holds each claim about another library to a test that runs it, or to a link to its
// source.
func TestEveryRowOfTheComparisonHasAProof(t *testing.T) {
	content, err := os.ReadFile(comparePage)
	if err != nil {
		t.Fatal(err)
	}
	tests, rows := allTests(t), 0
	for line := range strings.Lines(string(content)) {
		for _, link := range outsideLink.FindAllString(line, -1) {
			if !sourceLink.MatchString(link) {
				t.Errorf("%s links to %s, want lines of a file at a commit", comparePage, link)
			}
		}
		cells := strings.Split(strings.Trim(line, "|\n "), " | ")
		if !strings.HasPrefix(line, "| ") || strings.HasSuffix(line, "| proof |\n") {
			continue
		}
		rows++
		if proof := cells[len(cells)-1]; len(cells) != 4 || !isProof(proof, tests) {
			t.Errorf("%s has the row %q, want four cells, and a test or lines of source in the last", comparePage, line)
		}
	}
	if rows < 30 {
		t.Errorf("%s has %d rows, want 30 or more", comparePage, rows)
	}
}

// isProof reports whether a cell is made of names of tests and of links to source, with one of these at least.
func isProof(cell string, tests map[string]bool) bool {
	for proof := range strings.SplitSeq(cell, ", ") {
		name := namedTest.FindStringSubmatch(proof)
		if !sourceLink.MatchString(proof) && (name == nil || !tests[name[1]]) {
			return false
		}
	}
	return true
}
