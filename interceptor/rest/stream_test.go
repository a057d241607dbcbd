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
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
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
	if a.header.Get("Content-Range") != fmt.Sprintf("bytes */%d", len(content)) || a.header.Get("Accept-Ranges") != "" || a.header.Get("Last-Modified") != "" {
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

// TestContentRangeOfErrors is that of a range that cannot be satisfied, of a 416 alone.
func TestContentRangeOfErrors(t *testing.T) {
	for _, test := range []struct {
		status         int
		sent, received string
	}{{416, "bytes */7", "bytes */7"}, {416, "items */*", "items */*"}, {416, "bytes 0-1/7", ""}, {404, "bytes */7", ""}, {416, "", ""}} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", test.sent)
			w.WriteHeader(test.status)
		}))
		if a := get(t, s); a.status != test.status || a.header.Get("Content-Range") != test.received {
			t.Errorf("%d with %q is %d with %q, want %q", test.status, test.sent, a.status, a.header.Get("Content-Range"), test.received)
		}
	}
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

// TestG13UnwrittenCopiesAreReported: of a success that is copied, which goes on to the server's own writer. What the
// source failed with is the handler's to tell.
func TestG13UnwrittenCopiesAreReported(t *testing.T) {
	content := strings.Repeat("0123456789abcdef", 4<<10)
	name := filepath.Join(t.TempDir(), "file.txt")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	var told reported.Reports
	policy := newPolicy(t, &told)
	for name, test := range map[string]struct {
		source func(*testing.T) io.Reader
		length int
		wrong  bool
	}{
		"a text":            {func(*testing.T) io.Reader { return strings.NewReader(content) }, 600, true},
		"a reader":          {func(*testing.T) io.Reader { return struct{ io.Reader }{strings.NewReader(content)} }, 600, true},
		"a file":            {func(t *testing.T) io.Reader { return opened(t, name) }, 600, true},
		"a part of a file":  {func(t *testing.T) io.Reader { return io.LimitReader(opened(t, name), 3000) }, 600, true},
		"less than sniffed": {func(*testing.T) io.Reader { return strings.NewReader(content) }, 100, true},
		"all of it":         {func(t *testing.T) io.Reader { return opened(t, name) }, len(content), false},
		"a broken source": {func(*testing.T) io.Reader {
			return struct{ io.Reader }{io.MultiReader(strings.NewReader(content), readerFunc(func([]byte) (int, error) { return 0, uncomparable{canary} }))}
		}, len(content), false},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(test.length))
				if r.ProtoMajor == 2 {
					w.(http.Flusher).Flush() // it does not count before
				}
				_, _ = io.Copy(w, test.source(t))
			})
			ended := make(chan struct{}, 1)
			around := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() { ended <- struct{}{} }()
				rest.Handler(h, rest.WithPolicy(policy)).ServeHTTP(w, r)
			})
			serveTwice(t, func() http.Handler { return around }, func(t *testing.T, s *httptest.Server) {
				told.Take()
				get(t, s)
				<-ended
				if !test.wrong {
					if all := told.All(); len(all) > 0 {
						t.Errorf("reports = %+v", all)
					}
					return
				}
				if r := told.One(t); r.CallerGone || r.Stage != mapping.StageResponse || !strings.Contains(r.Err.Error(), "wrote more than") {
					t.Errorf("report = %+v", r)
				}
			})
		})
	}
}

// uncomparable cannot be compared.
type uncomparable []string

func (e uncomparable) Error() string { return e[0] }

func opened(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}
