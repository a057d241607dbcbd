// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// cors is what a CORS middleware does: it answers a preflight, and sets headers before the chain runs.
func cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example")
		w.Header().Set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// TestCORS stays, outside the middleware and inside it: a script that may not read an error knows
// nothing of it.
func TestCORS(t *testing.T) {
	failing := map[string]http.HandlerFunc{
		"text":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusNotFound) },
		"panic": func(http.ResponseWriter, *http.Request) { panic(canary) },
	}
	for name, fail := range failing {
		for place, h := range map[string]func() http.Handler{
			"outside": func() http.Handler { return cors(quiet(t, fail)) },
			"inside":  func() http.Handler { return quiet(t, cors(fail)) },
		} {
			t.Run(name+", "+place, func(t *testing.T) {
				serveTwice(t, h, func(t *testing.T, s *httptest.Server) {
					a := get(t, s, "Origin", "https://app.example")
					if a.status < 400 || !strings.HasPrefix(a.body, `{"error_code":`) {
						t.Errorf("answer = %d %s", a.status, a.body)
					}
					if got := strings.Join(a.header["Vary"], ", "); got != "Origin, Accept" {
						t.Errorf("Vary = %q", got)
					}
					if a.header.Get("Access-Control-Allow-Origin") == "" || a.header.Get("Access-Control-Expose-Headers") == "" {
						t.Errorf("header = %v", a.header)
					}
					a.wantNoCanary(t)
					a = send(t, s, "OPTIONS", "/", "", "Access-Control-Request-Method", "POST")
					if a.status != 204 || a.body != "" || a.header.Get("Access-Control-Allow-Methods") != "GET, POST" || a.header.Get("Content-Type") != "" {
						t.Errorf("preflight = %+v", a)
					}
				})
			})
		}
	}
}
