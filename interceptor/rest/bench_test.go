// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
)

// discard is a response writer that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header               { return d.header }
func (*discard) Write(p []byte) (int, error)         { return len(p), nil }
func (*discard) WriteString(s string) (int, error)   { return len(s), nil }
func (*discard) ReadFrom(r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }
func (*discard) WriteHeader(int)                     {}

var body = []byte("fine")

// successes are ways to answer.
var successes = map[string]http.HandlerFunc{
	"Write":       func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) },
	"WriteHeader": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK); _, _ = w.Write(body) },
	"WriteString": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "fine") },
	"nothing":     func(http.ResponseWriter, *http.Request) {},
	"Flush":       func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body); w.(http.Flusher).Flush() },
}

func (*discard) Flush() {}

func BenchmarkSuccess(b *testing.B) {
	next := successes["Write"]
	for _, test := range []struct {
		name string
		h    http.Handler
		r    *http.Request
	}{
		{"none", next, httptest.NewRequest("GET", "/folders", nil)},
		{"REST", rest.Handler(next), httptest.NewRequest("GET", "/folders", nil)},
		{"RPC", rest.Handler(next), httptest.NewRequest("POST", procedure, nil)},
	} {
		b.Run(test.name, func(b *testing.B) {
			w := &discard{header: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				test.h.ServeHTTP(w, test.r)
			}
		})
	}
}

// handwritten is what a handler does without this package: it marshals a struct.
func handwritten(w http.ResponseWriter, r *http.Request) {
	b, err := json.Marshal(struct {
		Code    int    `json:"error_code"`
		Message string `json:"error_message"`
		Details any    `json:"details"`
	}{10, "Resource does not exist", nil})
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Vary", "Accept")
	w.Header().Set("X-Request-Id", r.Header.Get("X-Request-Id"))
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(b)
}

func BenchmarkError(b *testing.B) {
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errpactv1err.NotExist) })
	for _, test := range []struct {
		name string
		h    http.Handler
	}{
		{"by hand", http.HandlerFunc(handwritten)},
		{"alone", next},
		{"with Handler", quiet(b, next)},
		{"text, with Handler", quiet(b, http.NotFoundHandler())},
	} {
		b.Run(test.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/folders/f", nil)
			r.Header.Set("X-Request-Id", "r-1")
			b.ReportAllocs()
			for b.Loop() {
				test.h.ServeHTTP(&discard{header: http.Header{}}, r)
			}
		})
	}
}
