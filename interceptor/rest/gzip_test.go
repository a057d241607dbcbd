// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
)

// gzipped compresses whatever h answers, and sets Content-Encoding before it runs, or after.
func gzipped(h http.Handler, before bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before {
			w.Header().Set("Content-Encoding", "gzip")
		}
		zw := gzip.NewWriter(w)
		h.ServeHTTP(&gzipWriter{ResponseWriter: w, to: zw}, r)
		_ = zw.Close()
	})
}

type gzipWriter struct {
	http.ResponseWriter
	to io.Writer
}

func (w *gzipWriter) WriteHeader(status int) {
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Del("Content-Length")
	w.ResponseWriter.WriteHeader(status)
}

func (w *gzipWriter) Write(p []byte) (int, error) { return w.to.Write(p) }

// TestGzip is compression outside the middleware, which stays, and inside it, which goes. What was
// compressed is read all the same, to choose the number by.
func TestGzip(t *testing.T) {
	failing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(500)
		_, _ = io.WriteString(w, `{"code":2,"message":"proto: syntax error (line 1:1): invalid value x","details":[]}`)
	})
	deleting := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Del("Content-Encoding") // as http.ServeContent does before an error
		failing.ServeHTTP(w, r)
	})
	for name, h := range map[string]http.Handler{
		"inside":                     quiet(t, gzipped(failing, false)),
		"inside, set early":          quiet(t, gzipped(failing, true)),
		"outside":                    gzipped(quiet(t, failing), false),
		"outside, set early":         gzipped(quiet(t, failing), true),
		"outside, deleted inside":    gzipped(quiet(t, deleting), true),
		"outside, early, and inside": gzipped(quiet(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { panic(canary) })), true),
	} {
		t.Run(name, func(t *testing.T) {
			serveTwice(t, func() http.Handler { return h }, func(t *testing.T, s *httptest.Server) {
				a := get(t, s, "Accept-Encoding", "gzip")
				if (a.header.Get("Content-Encoding") == "gzip") != strings.HasPrefix(name, "outside") {
					t.Errorf("Content-Encoding = %q", a.header.Get("Content-Encoding"))
				}
				body := a.body
				if a.header.Get("Content-Encoding") == "gzip" {
					body = inflated(t, body)
				}
				want, status := envelope(3, "Invalid structure"), 400
				if strings.HasSuffix(name, "and inside") {
					want, status = envelope(0, "Unknown server side error occurred"), 500
				}
				if a.status != status || body != want {
					t.Errorf("answer = %d %s, want %d %s", a.status, body, status, want)
				}
			})
		})
	}
}

func inflated(t *testing.T, body string) string {
	t.Helper()
	zr, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(zr)
	if err != nil {
		t.Error(err)
	}
	return string(plain)
}

// TestGzipBomb is inflated within bounds.
func TestGzipBomb(t *testing.T) {
	var bomb strings.Builder
	zw := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 12 {
		_, _ = zw.Write(zeros)
	}
	_ = zw.Close()
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(502)
		_, _ = io.WriteString(w, bomb.String())
	}))
	get(t, s).want(t, 502, envelope(11, "External service failed"))
}

// TestEncodingOfABodyThatIsNotSent goes where no Handler remembers what was set outside: without one, and for RPC
// callers. One that a middleware outside has set before, as gorilla's does, stays.
func TestEncodingOfABodyThatIsNotSent(t *testing.T) {
	silenceLog(t)
	failing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("inside") {
			w.Header().Set("Content-Encoding", "gzip")
		}
		rest.Error(w, r, errpactv1err.NotExist)
	})
	for name, h := range map[string]http.Handler{
		"alone": failing, "in a Handler": quiet(t, failing), "in a timeout": http.TimeoutHandler(failing, time.Minute, ""),
		"in a gate": rest.Gate(func(next http.Handler) http.Handler { return next })(failing),
		"a gate's":  rest.Gate(func(http.Handler) http.Handler { return failing })(nil),
	} {
		for _, path := range []string{"/", procedure} {
			t.Run(name+path, func(t *testing.T) {
				serveTwice(t, func() http.Handler { return h }, func(t *testing.T, s *httptest.Server) {
					a := send(t, s, "POST", path+"?inside", "{}", "Accept-Encoding", "gzip")
					if a.header.Get("Content-Encoding") != "" || !strings.HasPrefix(a.body, "{") {
						t.Errorf("%v %q, want plain JSON", a.header, a.body)
					}
				})
				serveTwice(t, func() http.Handler { return gzipped(h, true) }, func(t *testing.T, s *httptest.Server) {
					a := send(t, s, "POST", path, "{}", "Accept-Encoding", "gzip")
					if a.header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(inflated(t, a.body), "{") {
						t.Errorf("%v %q, want gzip", a.header, a.body)
					}
				})
			})
		}
	}
}
