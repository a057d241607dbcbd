// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/errpact/errpact/interceptor/rest"
)

// TestReadFrom copies a file, as http.ServeContent does, into a success and into an error.
func TestReadFrom(t *testing.T) {
	content := strings.Repeat("0123456789abcdef", 64<<10)
	name := filepath.Join(t.TempDir(), "file.txt")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, name) }))
	if a := get(t, s); a.status != 200 || a.body != content || a.header.Get("Content-Length") != fmt.Sprint(len(content)) {
		t.Errorf("%d, %d bytes, %v", a.status, len(a.body), a.header)
	}
	if a := get(t, s, "Range", "bytes=100-199"); a.status != 206 || a.body != content[100:200] {
		t.Errorf("range = %d %s", a.status, a.body)
	}
	a := get(t, s, "Range", "bytes=99999999-")
	a.want(t, 416, envelope(4, "Requested Range Not Satisfiable"))
	if a.header.Get("Content-Range") != "" || a.header.Get("Accept-Ranges") != "" || a.header.Get("Last-Modified") != "" {
		t.Errorf("416 with %v", a.header)
	}
	s = serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(500)
		if n, err := w.(io.ReaderFrom).ReadFrom(strings.NewReader(content)); n != int64(len(content)) || err != nil {
			t.Errorf("ReadFrom = %d, %v", n, err)
		}
	}))
	get(t, s).want(t, 500, envelope(0, "Unknown server side error occurred"))
}

// TestReadFromABrokenSource has begun no answer, and so the handler can still say what went wrong.
func TestReadFromABrokenSource(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(w, readerFunc(func([]byte) (int, error) { return 0, errors.New(canary) })); err != nil {
			rest.Error(w, r, err)
		}
	}))
	get(t, s).want(t, 500, envelope(0, "Unknown server side error occurred"))
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestWriteString(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		if n, err := w.(io.StringWriter).WriteString("text"); n != 4 || err != nil {
			t.Errorf("WriteString = %d, %v", n, err)
		}
	}))
	if a := get(t, s); a.status != 200 || a.body != "text" {
		t.Errorf("answer = %+v", a)
	}
}

// TestTrailers of a success arrive; an error has none.
func TestTrailers(t *testing.T) {
	serveTwice(t, func() http.Handler {
		return quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Trailer", "X-Sum")
			if r.URL.Path == "/error" {
				w.Header().Set(http.TrailerPrefix+"X-Other", canary)
				http.Error(w, canary, 500)
			}
			_, _ = io.WriteString(w, "body")
			w.Header().Set("X-Sum", "7")
		})
	}, func(t *testing.T, s *httptest.Server) {
		res, err := request(t, s, "GET", "/", "")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.Trailer.Get("X-Sum") != "7" {
			t.Errorf("trailer = %v", res.Trailer)
		}
		send(t, s, "GET", "/error", "").want(t, 500, envelope(0, "Unknown server side error occurred"))
	})
}

// TestErrorsAreHeldWithinBounds writes 256 MiB into an error, of which at most 64 KiB are kept.
func TestErrorsAreHeldWithinBounds(t *testing.T) {
	chunk := bytes.Repeat([]byte("x"), 1<<20)
	h := quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(500)
		for range 256 {
			if n, err := w.Write(chunk); n != len(chunk) || err != nil {
				t.Errorf("Write = %d, %v", n, err)
			}
		}
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	runtime.ReadMemStats(&after)
	if w.Body.String() != envelope(0, "Unknown server side error occurred") {
		t.Errorf("body = %.200s", w.Body)
	}
	// The body, its text, and what is reported of it.
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 1<<20 {
		t.Errorf("%d bytes were allocated", grown)
	}
}

// TestSuccessesAreNotBuffered: what is written arrives at the writer outside at once.
func TestSuccessesAreNotBuffered(t *testing.T) {
	w := &counting{ResponseWriter: httptest.NewRecorder()}
	quietFunc(t, func(inner http.ResponseWriter, _ *http.Request) {
		for i := range 10 {
			_, _ = inner.Write([]byte("0123456789"))
			if w.n != 10*(i+1) {
				t.Errorf("%d bytes passed, want %d", w.n, 10*(i+1))
			}
		}
	}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
}

type counting struct {
	http.ResponseWriter
	n int
}

func (c *counting) Write(p []byte) (int, error) {
	c.n += len(p)
	return c.ResponseWriter.Write(p)
}
