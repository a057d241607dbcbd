// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package errorpage serves catalogues of errors as a page, so that whoever meets an error can read
// what it means and what to do:
//
//	page, err := errorpage.Handler("Shop API errors", errpactv1err.Catalogue, shopv1err.Catalogue)
//	mux.Handle("GET /errors", page)
//
// The page is the one that `errpact docs` writes.
package errorpage

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/page"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/catalogue"
)

// contentPolicy lets the page's own style and script run, and nothing else.
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page of catalogues; the built-in one if none is given. It answers GET and HEAD
// with HTML, and with ?format=json or ?format=markdown in these forms. All is rendered once, here. The
// error names every mistake of catalogues that cannot be read.
func Handler(title string, catalogues ...*mapping.Catalogue) (http.Handler, error) {
	if len(catalogues) == 0 {
		catalogues = []*mapping.Catalogue{nil} // the built-in one
	}
	var enums []protoreflect.EnumDescriptor
	for _, c := range catalogues {
		enums = append(enums, c.Descriptor())
	}
	p, err := page.New(title, enums...)
	if err != nil {
		return nil, err
	}
	var html, markdown, machine bytes.Buffer
	if err := p.HTML(&html); err != nil {
		return nil, err
	}
	if err := p.Markdown(&markdown); err != nil {
		return nil, err
	}
	if err := json.NewEncoder(&machine).Encode(p); err != nil {
		return nil, err
	}
	return forms{
		"":         {"text/html; charset=utf-8", html.Bytes()},
		"html":     {"text/html; charset=utf-8", html.Bytes()},
		"markdown": {"text/markdown; charset=utf-8", markdown.Bytes()},
		"json":     {"application/json", machine.Bytes()},
	}, nil
}

// forms are the rendered page, by the query's format.
type forms map[string]form

type form struct {
	contentType string
	content     []byte
}

// ServeHTTP implements [http.Handler].
func (f forms) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	chosen, ok := f[r.URL.Query().Get("format")]
	if !ok {
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", chosen.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("Cache-Control", "public, max-age=300")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(chosen.content))
}

// URL gives each code the address of its entry on the page at base, "https://api.example.com/errors":
// what [mapping.WithHelp] takes.
func URL(base string) func(mapping.Code) string {
	base = strings.TrimSuffix(base, "#") + "#"
	return func(code mapping.Code) string { return base + catalogue.Anchor(code.Name(), code.Reason()) }
}
