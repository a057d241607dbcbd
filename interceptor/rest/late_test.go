// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/logged"
	"github.com/errpact/errpact/internal/testkit/reported"
)

// TestErrorAfterTheFirstByte cuts the connection, so that the caller can tell, and is reported.
func TestErrorAfterTheFirstByte(t *testing.T) {
	var told reported.Reports
	policy := newPolicy(t, &told)
	for name, fail := range map[string]func(http.ResponseWriter, *http.Request){
		"rest.Error": func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, errors.New(canary)) },
		"panic":      func(http.ResponseWriter, *http.Request) { panic(canary) },
	} {
		for _, flush := range []bool{false, true} {
			told.Take()
			handler := func() http.Handler {
				return rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.WriteString(w, "the beginning")
					if flush {
						w.(http.Flusher).Flush()
					}
					fail(w, r)
				}), rest.WithPolicy(policy))
			}
			t.Run(fmt.Sprintf("%s/flushed %v", name, flush), func(t *testing.T) {
				serveTwice(t, handler, func(t *testing.T, s *httptest.Server) {
					told.Take()
					a := get(t, s)
					a.wantAborted(t)
					a.wantNoCanary(t)
					if flush && a.status != 200 {
						t.Errorf("status = %d", a.status)
					}
					s.Close()
					if report := told.One(t); report.Err == nil && report.Panic == nil {
						t.Errorf("report = %+v", report)
					}
				})
			})
		}
	}
}

// TestALateErrorIsSaidInTheLog, also one of HTTP 4XX, of which the default log has no line. It has one line each time.
func TestALateErrorIsSaidInTheLog(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	for _, late := range []bool{true, false} {
		log.Reset()
		s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if late {
				_, _ = io.WriteString(w, "the beginning")
			}
			rest.Error(w, r, errpactv1err.NotExist)
			_, _ = io.WriteString(w, "the end")
		})))
		a := get(t, s)
		s.Close() // waits for the handler
		if !late {
			if log.Len() > 0 || a.status != 404 {
				t.Errorf("in time: %d, %s", a.status, &log)
			}
			continue
		}
		a.wantAborted(t)
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "rest.Error was called after a part of the answer was written, "+
			`so that the connection was cut and the caller has no error" procedure="GET /" fix="call rest.Error before anything is written, or write the whole answer into a buffer first"`) {
			t.Errorf("late: %s", got)
		}
	}
}

// TestLeavingIsNoLateError: a caller who leaves a stream misses no error, so the log has no line.
func TestLeavingIsNoLateError(t *testing.T) {
	for name, wait := range map[string]func(w http.ResponseWriter, r *http.Request) error{
		"the context": func(_ http.ResponseWriter, r *http.Request) error {
			<-r.Context().Done()
			return r.Context().Err()
		},
		"a write": func(w http.ResponseWriter, _ *http.Request) error {
			for {
				_, _ = io.WriteString(w, "more")
				if err := http.NewResponseController(w).Flush(); err != nil {
					return err
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			lines, ended := logged.Lines(t), make(chan struct{}, 1)
			h := rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, "one")
				w.(http.Flusher).Flush()
				rest.Error(w, r, wait(w, r))
			}))
			serveTwice(t, func() http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					defer func() { ended <- struct{}{} }()
					h.ServeHTTP(w, r)
				})
			}, func(t *testing.T, s *httptest.Server) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
				if err != nil {
					t.Fatal(err)
				}
				res, err := s.Client().Do(req)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				if _, err := io.ReadFull(res.Body, make([]byte, 3)); err != nil {
					t.Fatal(err)
				}
				cancel()
				<-ended
				if lines.Len() > 0 {
					t.Errorf("the log has %s", lines)
				}
			})
		})
	}
}

// TestWriteAfterReturn does nothing, to a success and to an error.
func TestWriteAfterReturn(t *testing.T) {
	for _, status := range []int{200, 404} {
		var late http.ResponseWriter
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
			late = w
			w.WriteHeader(status)
		}))
		a := get(t, s)
		s.Close() // waits for the handler
		if a.status != status {
			t.Errorf("status = %d", a.status)
		}
		late.WriteHeader(500)
		if _, err := late.Write([]byte(canary)); err == nil {
			t.Errorf("a write after %d was taken", status)
		}
		if _, err := io.WriteString(late, canary); err == nil {
			t.Errorf("a text after %d was taken", status)
		}
		if _, err := late.(io.ReaderFrom).ReadFrom(strings.NewReader(canary)); err == nil {
			t.Errorf("a copy after %d was taken", status)
		}
		late.(http.Flusher).Flush()
	}
}
