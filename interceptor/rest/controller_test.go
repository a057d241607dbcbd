// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
)

// TestFlush reads the first part of a success while the handler has not gone on to the second.
func TestFlush(t *testing.T) {
	for name, flush := range map[string]func(http.ResponseWriter){
		"Flusher":            func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"ResponseController": func(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() },
		"of a wrapper": func(w http.ResponseWriter) {
			_ = http.NewResponseController(&unwrapping{w}).Flush()
		},
	} {
		next := make(chan struct{})
		handler := func() http.Handler {
			return quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "one")
				flush(w)
				<-next
				_, _ = io.WriteString(w, "two")
			})
		}
		t.Run(name, func(t *testing.T) {
			serveTwice(t, handler, func(t *testing.T, s *httptest.Server) {
				res, err := request(t, s, "GET", "/", "")
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				first := make([]byte, 3)
				if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "one" {
					t.Errorf("first part = %q, %v", first, err)
				}
				next <- struct{}{}
				if rest, err := io.ReadAll(res.Body); err != nil || string(rest) != "two" {
					t.Errorf("second part = %q, %v", rest, err)
				}
			})
		})
	}
}

type unwrapping struct{ http.ResponseWriter }

func (u *unwrapping) Unwrap() http.ResponseWriter { return u.ResponseWriter }

// TestFlushBeforeAWord begins a success, and of an error it is a no-op.
func TestFlushBeforeAWord(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.(http.Flusher).Flush()
		w.WriteHeader(500)
	}))
	if a := get(t, s); a.status != 200 || a.body != "" {
		t.Errorf("answer = %+v", a)
	}
	s = serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(404)
		_, _ = io.WriteString(w, canary)
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("Flush = %v", err)
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = io.WriteString(w, canary)
	}))
	get(t, s).want(t, 404, envelope(10, "Resource does not exist"))
}

func TestResponseController(t *testing.T) {
	serveTwice(t, func() http.Handler {
		return quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			c := http.NewResponseController(w)
			for name, err := range map[string]error{
				"SetReadDeadline":  c.SetReadDeadline(time.Now().Add(time.Hour)),
				"SetWriteDeadline": c.SetWriteDeadline(time.Now().Add(time.Hour)),
				"EnableFullDuplex": c.EnableFullDuplex(),
			} {
				if err != nil && (r.ProtoMajor == 1 || name != "EnableFullDuplex") {
					t.Errorf("%s = %v", name, err)
				}
			}
			if r.ProtoMajor == 2 {
				if _, _, err := c.Hijack(); !errors.Is(err, http.ErrNotSupported) {
					t.Errorf("Hijack = %v", err)
				}
			}
			rest.Error(w, r, errpactv1err.NotExist)
		})
	}, func(t *testing.T, s *httptest.Server) {
		get(t, s).want(t, 404, envelope(10, "Resource does not exist"))
	})
}

// TestHijack speaks another protocol on the connection, before anything, and when an error is held.
func TestHijack(t *testing.T) {
	for name, before := range map[string]func(http.ResponseWriter){
		"at once":       func(http.ResponseWriter) {},
		"while holding": func(w http.ResponseWriter) { w.WriteHeader(404) },
		"with a header": func(w http.ResponseWriter) { w.Header().Set("X-A", "b") },
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
				before(w)
				conn, rw, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				_, _ = rw.WriteString("HTTP/1.1 299 Mine\r\nContent-Length: 0\r\n\r\n")
				_ = rw.Flush()
				if _, err := io.WriteString(w, canary); !errors.Is(err, http.ErrHijacked) {
					t.Errorf("Write = %v", err)
				}
			}))
			if a := get(t, s); a.status != 299 || a.body != "" {
				t.Errorf("answer = %+v", a)
			}
		})
	}
}

// TestInformational sends 1xx on, and the envelope after them.
func TestInformational(t *testing.T) {
	for _, final := range []int{200, 404} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", "</a.css>; rel=preload")
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusProcessing)
			w.WriteHeader(final)
		}))
		var seen []int
		trace := &httptrace.ClientTrace{Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
			seen = append(seen, code)
			return nil
		}}
		req, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), "GET", s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != final || fmt.Sprint(seen) != "[103 102]" {
			t.Errorf("%d after %v", res.StatusCode, seen)
		}
	}
}

// TestSwitchingProtocols leaves the connection to whoever took it.
func TestSwitchingProtocols(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "own")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}))
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 101 || res.Header.Get("Upgrade") != "own" {
		t.Errorf("answer = %d %v", res.StatusCode, res.Header)
	}
}
