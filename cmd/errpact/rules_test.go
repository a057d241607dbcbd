// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/errpact/errpact/mapping/catalogue"
)

var update = flag.Bool("update", false, "write the list of rules into docs/catalogue.md")

// TestRulesAreInTheDocs holds the page's list to the rules' own texts.
func TestRulesAreInTheDocs(t *testing.T) {
	const (
		page  = "../../docs/catalogue.md"
		first = "<!-- rules: written by `go test ./cmd/errpact -run TestRules -update` -->\n"
		last  = "<!-- end of rules -->"
	)
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(content), first)
	_, tail, ended := strings.Cut(rest, last)
	if !found || !ended {
		t.Fatalf("%s has lost its marks for the list of rules", page)
	}
	var table strings.Builder
	table.WriteString("\n| rule | what it checks |\n|---|---|\n")
	for _, r := range catalogue.Rules() {
		fmt.Fprintf(&table, "| `%s` | %s |\n", r.Rule, r.Purpose)
	}
	table.WriteString("\n")
	want := head + first + table.String() + last + tail
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if string(content) != want {
		t.Errorf("the list of rules in %s is not that of the code: go test ./cmd/errpact -run TestRules -update", page)
	}
}
