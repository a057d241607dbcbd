// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"html/template"
	"strings"
)

// start is what the first page shows above the rest of README: one error, at everybody who meets it. Its code is
// README's, which tests compile and run.
type start struct {
	Lead                          template.HTML
	Handler, Client, Curl, Script template.HTML
	// Rest is README from its first second-level heading on.
	Rest template.HTML
}

func newStart(readme *page) (*start, error) {
	var s start
	_, after, ok := strings.Cut(string(readme.Body), "<p>")
	lead, _, _ := strings.Cut(after, "</p>")
	i := strings.Index(string(readme.Body), "<h2")
	if !ok || i < 0 {
		return nil, fmt.Errorf("%s has no first paragraph, or no second-level heading", readme.source)
	}
	s.Lead, s.Rest = template.HTML(lead), readme.Body[i:]
	for _, part := range []struct {
		to                    *template.HTML
		language, from, until string
	}{
		{&s.Handler, "go", "func (s *server) GetFolder", "\n\n"},
		{&s.Client, "go", "if errors.Is(", ""},
		{&s.Curl, "console", "$ curl -s http://127.0.0.1:8080/api/", "\n$ "},
	} {
		code, err := cut(readme, part.language, part.from, part.until)
		if err != nil {
			return nil, err
		}
		if *part.to, err = highlight(part.language, code); err != nil {
			return nil, err
		}
	}
	script, err := layout.ReadFile("layout/browser.js")
	if err != nil {
		return nil, err
	}
	s.Script, err = highlight("js", string(script))
	return &s, err
}

// cut returns the part of a page's block that starts with one text and ends before another.
func cut(p *page, language, from, until string) (string, error) {
	for _, b := range p.blocks {
		i := strings.Index(b.code, from)
		if b.language != language || i < 0 {
			continue
		}
		code := b.code[i:]
		if until != "" {
			code, _, _ = strings.Cut(code, until)
		}
		return strings.TrimSpace(code) + "\n", nil
	}
	return "", fmt.Errorf("%s has no %s block with %q", p.source, language, from)
}
