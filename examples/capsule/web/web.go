// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package web serves capsule's web page. Its script is built from es/web, and checked in, so that Go alone
// runs the example.
package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"net/http"
	"time"
)

// contentPolicy lets the page's own files run and call its own server, and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

var (
	//go:embed index.html
	page []byte
	//go:embed style.css
	style []byte
	//go:embed app.js
	script []byte
)

type file struct {
	contentType, tag string
	content          []byte
}

func newFile(contentType string, content []byte) file {
	return file{contentType, fmt.Sprintf(`"%x"`, sha256.Sum256(content)), content}
}

// Handler serves the page at /, and its files below /web/. Everything else is api's: every other path, and every
// method but GET and HEAD.
func Handler(api http.Handler) http.Handler {
	files := map[string]file{
		"/":              newFile("text/html; charset=utf-8", page),
		"/web/style.css": newFile("text/css; charset=utf-8", style),
		"/web/app.js":    newFile("text/javascript; charset=utf-8", script),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[r.URL.Path]
		if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
			api.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.contentType)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		h.Set("Etag", f.tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content))
	})
}
