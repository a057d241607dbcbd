// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/errpact/errpact/interceptor/rest"
)

// TestFullDuplex echoes: a part of the body is answered before the next is sent. Where it is held back,
// each side waits for the other until the limit is over.
func TestFullDuplex(t *testing.T) {
	serveTwice(t, func() http.Handler {
		return quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			c := http.NewResponseController(w)
			if err := c.EnableFullDuplex(); err != nil && r.ProtoMajor == 1 {
				t.Errorf("EnableFullDuplex = %v", err)
			}
			part := make([]byte, 3)
			for {
				if _, err := io.ReadFull(r.Body, part); err != nil {
					return
				}
				_, _ = w.Write(part)
				if err := c.Flush(); err != nil {
					t.Errorf("Flush = %v", err)
				}
			}
		})
	}, func(t *testing.T, s *httptest.Server) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		pr, pw := io.Pipe()
		defer pw.Close() // the server waits for its handlers, and those for the body's end
		context.AfterFunc(ctx, func() { _ = pw.CloseWithError(context.Cause(ctx)) })
		req, err := http.NewRequestWithContext(ctx, "POST", s.URL, pr)
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = io.WriteString(pw, "one") }()
		res, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		part := make([]byte, 3)
		for _, next := range []string{"two", ""} {
			if _, err := io.ReadFull(res.Body, part); err != nil {
				t.Fatalf("after %q: %v", part, err)
			}
			if next != "" {
				_, _ = io.WriteString(pw, next)
			}
		}
		_ = pw.Close()
		if string(part) != "two" {
			t.Errorf("the second part is %q", part)
		}
		if more, err := io.ReadAll(res.Body); err != nil || len(more) > 0 {
			t.Errorf("then %q, %v", more, err)
		}
	})
}

// TestReadDeadline that is over is an error of reading, which can be answered.
func TestReadDeadline(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		if err := http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)); err != nil {
			t.Errorf("SetReadDeadline = %v", err)
		}
		if _, err := io.ReadAll(r.Body); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Read = %v", err)
		}
		w.WriteHeader(http.StatusRequestTimeout)
	}))
	pr, pw := io.Pipe()
	defer pw.Close()
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL, pr)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err != nil || string(b) != envelope(0, "Request Timeout") {
		t.Errorf("answer = %d %s, %v", res.StatusCode, b, err)
	}
}

// TestWriteDeadline that is over cuts the answer.
func TestWriteDeadline(t *testing.T) {
	serveTwice(t, func() http.Handler {
		return quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			if err := http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0)); err != nil {
				t.Errorf("SetWriteDeadline = %v", err)
			}
			rest.NotFound(w, r)
		})
	}, func(t *testing.T, s *httptest.Server) {
		get(t, s).wantAborted(t)
	})
}
