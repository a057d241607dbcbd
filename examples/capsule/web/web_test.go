// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/errpact/errpact/examples/capsule/web"
)

func TestOnlyThePageAndItsFilesAreKeptFromTheAPI(t *testing.T) {
	const api = http.StatusTeapot
	handler := web.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(api) }))
	for _, test := range []struct {
		method, path string
		status       int
		contentType  string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8"},
		{"HEAD", "/", 200, "text/html; charset=utf-8"},
		{"GET", "/?from=mail", 200, "text/html; charset=utf-8"},
		{"GET", "/web/style.css", 200, "text/css; charset=utf-8"},
		{"GET", "/web/app.js", 200, "text/javascript; charset=utf-8"},
		{"POST", "/", api, ""},
		{"OPTIONS", "/web/app.js", api, ""},
		{"GET", "/web/", api, ""},
		{"GET", "/web/index.html", api, ""},
		{"GET", "//", api, ""},
		{"GET", "/api/folders", api, ""},
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), test.method, test.path, nil))
		if w.Code != test.status || w.Header().Get("Content-Type") != test.contentType {
			t.Errorf("%s %s: %d %q", test.method, test.path, w.Code, w.Header().Get("Content-Type"))
		}
		policy := w.Header().Get("Content-Security-Policy")
		if ours := test.status == 200; ours != strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s %s: Content-Security-Policy %q", test.method, test.path, policy)
		}
	}
}

func TestAFileThatTheBrowserHasIsNotSentAgain(t *testing.T) {
	handler := web.Handler(nil)
	first, again := httptest.NewRecorder(), httptest.NewRecorder()
	req := httptest.NewRequestWithContext(t.Context(), "GET", "/web/app.js", nil)
	handler.ServeHTTP(first, req)
	req.Header.Set("If-None-Match", first.Header().Get("Etag"))
	handler.ServeHTTP(again, req)
	if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("%d with %d bytes", again.Code, again.Body.Len())
	}
}
