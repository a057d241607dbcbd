// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/errpact/errpact/cmd/errpact/internal/explain"
)

const explainPage = "../../docs/explain.md"

// pageExamples are the inputs whose explanations the page shows.
var pageExamples = []string{
	`time=2026-11-30T02:36:01Z level=ERROR msg="errpact: error answered" request_id=6bf2b741 code=ERROR_CODE_DATABASE ` +
		`reason=TEMPORARILY_UNAVAILABLE connect_code=unavailable http_status=503 message="Database is temporarily unavailable"`,
	"rpc error: code = NotFound desc = no such lock",
}

// TestExplainPageHasExamples holds the page's examples to what the command prints.
func TestExplainPageHasExamples(t *testing.T) {
	const (
		first = "<!-- written by `go test ./cmd/errpact -run TestExplainPage -update` -->\n"
		last  = "<!-- end -->"
	)
	content, err := os.ReadFile(explainPage)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, found := strings.Cut(string(content), first)
	_, tail, ended := strings.Cut(rest, last)
	if !found || !ended {
		t.Fatalf("%s has lost its marks for the examples", explainPage)
	}
	var examples strings.Builder
	for _, input := range pageExamples {
		got := call(t, "", "explain", input)
		if got.exit != exitOK {
			t.Fatalf("explain %s = %+v", input, got)
		}
		examples.WriteString("\n```console\n$ errpact explain '" + input + "'\n" + got.out + "```\n")
	}
	want := head + first + examples.String() + "\n" + last + tail
	if *update {
		if err := os.WriteFile(explainPage, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if string(content) != want {
		t.Errorf("the examples in %s are not what the command prints: go test ./cmd/errpact -run TestExplainPage -update", explainPage)
	}
}

// TestExplainPageListsKeysAndForms: the page has every key of the JSON, and every form that the cases are read from.
func TestExplainPageListsKeysAndForms(t *testing.T) {
	content, err := os.ReadFile(explainPage)
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[string]bool)
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*`) \\|").FindAllStringSubmatch(string(content), -1) {
		for name := range strings.SplitSeq(row[1], ", ") {
			rows[strings.Trim(name, "`")] = true
		}
	}
	var want []string
	for field := range reflect.TypeFor[explain.Explanation]().Fields() {
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		want = append(want, key)
	}
	for form := range formsOfCases(t) {
		want = append(want, form)
	}
	for _, name := range want {
		if !rows[name] {
			t.Errorf("%s has no row for %q", explainPage, name)
		}
		delete(rows, name)
	}
	for name := range rows {
		if name != "HTTP answer without an error of a known form" {
			t.Errorf("%s has a row for %q, which no case is read from and no key is called", explainPage, name)
		}
	}
}

// formsOfCases returns the forms of the cases in the explainer's testdata.
func formsOfCases(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("internal/explain/testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	forms := make(map[string]bool)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range regexp.MustCompile(`(?m)^form: (.*)$`).FindAllStringSubmatch(string(content), -1) {
			forms[form[1]] = true
		}
	}
	return forms
}

// TestExplainRefusesWhatOnlyLooksLikeAnError exits with 1 and one line, for each input that the explainer's cases refuse.
func TestExplainRefusesWhatOnlyLooksLikeAnError(t *testing.T) {
	files, err := filepath.Glob("internal/explain/testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for text := range strings.SplitSeq(string(content), "\n=== ") {
			name, body, _ := strings.Cut(text, "\n")
			input, refused := strings.CutSuffix(strings.TrimRight(body, "\n"), "\n--- refused")
			if !refused || strings.HasSuffix(name, "(quoted)") {
				continue
			}
			tried++
			got := call(t, input, "explain")
			if got.exit != exitProblem || got.out != "" || strings.Count(got.err, "\n") != 1 || !strings.HasPrefix(got.err, "errpact explain: find no error in the input: ") {
				t.Errorf("%s: explain %q = %+v, want exit 1 and one line", file, input, got)
			}
		}
	}
	if tried < 150 {
		t.Errorf("found %d inputs, want those of all files", tried)
	}
}
