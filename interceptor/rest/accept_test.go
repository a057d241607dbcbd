// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestProblemIsForThoseWhoAsk walks Accept, as RFC 9110, section 12.5.1, has it.
func TestProblemIsForThoseWhoAsk(t *testing.T) {
	s := serve(t, quiet(t, http.NotFoundHandler()))
	const problem = "application/problem+json"
	for _, test := range []struct {
		accept []string
		want   bool
	}{
		{nil, false},
		{[]string{""}, false},
		{[]string{"*/*"}, false},
		{[]string{"application/*"}, false},
		{[]string{"application/json"}, false},
		{[]string{"text/html"}, false},
		{[]string{problem}, true},
		{[]string{"Application/Problem+JSON"}, true},
		{[]string{problem + ";q=0.1"}, true},
		{[]string{problem + " ; q=0.1"}, true},
		{[]string{problem + "; charset=utf-8; Q=0.1"}, true},
		{[]string{problem + ";q=0"}, false},
		{[]string{problem + ";q=0.000"}, false},
		{[]string{problem + ";q=2"}, false},
		{[]string{problem + ";q=-1"}, false},
		{[]string{problem + ";q=NaN"}, false},
		{[]string{problem + ";q=x"}, false},
		{[]string{problem + "x"}, false},
		{[]string{problem + ", application/json"}, true},
		{[]string{"application/json, " + problem}, true},
		{[]string{"application/json", problem}, true},
		{[]string{"application/json;q=0.5, " + problem}, true},
		{[]string{"application/json, " + problem + ";q=0.9"}, false},
		{[]string{"*/*;q=0.1, " + problem}, true},
		{[]string{"*/*, " + problem + ";q=0.5"}, false},
		{[]string{"application/*;q=0.9, */*;q=0.1, " + problem + ";q=0.5"}, false},
		{[]string{"*/*, application/json;q=0.1, " + problem + ";q=0.5"}, true},
		{[]string{strings.Repeat(",;=", 10000) + "," + problem}, true},
	} {
		var header []string
		for _, value := range test.accept {
			header = append(header, "Accept", value)
		}
		a := get(t, s, header...)
		want := "application/json"
		if test.want {
			want = problem
		}
		if got := a.header.Get("Content-Type"); got != want || a.header.Get("Vary") != "Accept" {
			t.Errorf("Accept %.80q = %q, want %q; Vary %q", test.accept, got, want, a.header.Get("Vary"))
		}
	}
}

// TestMarkdownIsForThoseWhoNameIt: a browser and curl take any type, and get the envelope.
func TestMarkdownIsForThoseWhoNameIt(t *testing.T) {
	s := serve(t, quiet(t, http.NotFoundHandler()))
	const envelope, problem, markdown = "application/json", "application/problem+json", "text/markdown; charset=utf-8"
	for _, test := range []struct{ accept, want string }{
		{"text/*", envelope},
		{"text/plain", envelope},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", envelope},
		{"text/markdown", markdown},
		{"TEXT/Markdown", markdown},
		{"text/MARKDOWN; charset=utf-8; q=0.1", markdown},
		{"text/markdown;q=0", envelope},
		{"text/markdown;q=x", envelope},
		{"text/markdownx", envelope},
		{"text/markdown, text/html, */*", markdown},
		{"text/markdown;q=0.9, */*", envelope},
		{"text/markdown;q=0.9, */*;q=0.8", markdown},
		{"application/json, text/markdown", markdown},
		{"application/json, text/markdown;q=0.9", envelope},
		{"application/json;q=0.1, text/markdown;q=0.5, */*", markdown},
		{"text/markdown, application/problem+json", problem},
		{"text/markdown, application/problem+json;q=0.9", markdown},
		{"text/markdown;q=0.5, application/problem+json;q=0.9", problem},
		{"text/markdown;q=0.5, application/problem+json;q=0.9, application/json", envelope},
	} {
		a := get(t, s, "Accept", test.accept)
		if got := a.header.Get("Content-Type"); got != test.want || a.header.Get("Vary") != "Accept" {
			t.Errorf("Accept %q = %q, want %q; Vary %q", test.accept, got, test.want, a.header.Get("Vary"))
		}
	}
}
