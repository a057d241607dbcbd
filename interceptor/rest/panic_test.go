// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// oddError panics in every method.
type oddError struct{}

func (oddError) Error() string { panic(canary) }
func (oddError) Unwrap() error { panic(canary) }

// TestG9Panics are one opaque UNKNOWN, wherever they happen, and are reported with their stack.
func TestG9Panics(t *testing.T) {
	panicking := func(value any) http.HandlerFunc {
		return func(http.ResponseWriter, *http.Request) { panic(value) }
	}
	for name, h := range map[string]http.Handler{
		"text":              panicking(canary),
		"error":             panicking(errors.New(canary)),
		"not comparable":    panicking([]string{canary}),
		"nil":               panicking(nil),
		"an odd error":      panicking(oddError{}),
		"one of ours":       panicking(errpactv1err.NotExist),
		"inside middleware": observed(panicking(canary)),
		"of a Connect handler": transcoder(things{do: func(context.Context) {
			panic(canary)
		}}.handler(t)),
		"while holding": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(404)
			w.Header().Set("X-Late", canary)
			panic(canary)
		}),
		"after rest.Error": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, errpactv1err.NotExist)
			panic(canary)
		}),
		"an error that panics": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, oddError{})
		}),
	} {
		t.Run(name, func(t *testing.T) {
			serveTwice(t, func() http.Handler { return quiet(t, h) }, func(t *testing.T, s *httptest.Server) {
				get(t, s).want(t, 500, envelope(0, "Unknown server side error occurred"))
			})
		})
	}
}

// TestG9PanicsAreNotCached: how long the answer may be kept that was on its way says nothing of the panic's.
func TestG9PanicsAreNotCached(t *testing.T) {
	a := get(t, serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		panic(canary)
	})))
	if got := a.header["Cache-Control"]; a.status != 500 || len(got) != 1 || got[0] != "no-store" {
		t.Errorf("answer = %d, Cache-Control %q", a.status, got)
	}
}

// TestG9AnErrorThatPanicsWhenItIsAsked is a failure of the handler that gave it, with a Handler around and without.
func TestG9AnErrorThatPanicsWhenItIsAsked(t *testing.T) {
	var told reported.Reports
	answer := func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, oddError{}) }
	for name, h := range map[string]http.Handler{
		"alone": http.HandlerFunc(answer), "mounted": rest.Handler(http.HandlerFunc(answer), rest.WithPolicy(newPolicy(t, &told))),
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		if got := w.Body.String(); w.Code != 500 || got != envelope(0, "Unknown server side error occurred") {
			t.Errorf("%s: %d %s", name, w.Code, got)
		}
	}
	if r := told.One(t); r.Stage != mapping.StageHandler || r.Panic != canary {
		t.Errorf("report = %+v", r)
	}
}

func TestG9PanicsAreReported(t *testing.T) {
	var told reported.Reports
	s := serve(t, rest.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(canary) }),
		rest.WithPolicy(newPolicy(t, &told))))
	a := get(t, s)
	report := told.One(t)
	if report.Panic != canary || !strings.Contains(string(report.Stack), "TestG9PanicsAreReported") ||
		report.RequestID != a.header.Get("X-Request-Id") || report.Stage != mapping.StageTransport {
		t.Errorf("report = %+v", report)
	}
}

// TestG9PanicsOfHooks are those of what the user gave the policy.
func TestG9PanicsOfHooks(t *testing.T) {
	for name, option := range map[string]mapping.Option{
		"rule":       mapping.WithRules(mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) { panic(canary) })),
		"report":     mapping.WithReport(func(context.Context, mapping.Report) { panic(canary) }),
		"credential": mapping.WithCredential(func(http.Header) bool { panic(canary) }),
	} {
		t.Run(name, func(t *testing.T) {
			policy, err := mapping.NewPolicy(mapping.WithReport(nil), option)
			if err != nil {
				t.Fatal(err)
			}
			s := serve(t, rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				rest.Error(w, r, errors.New(canary))
			}), rest.WithPolicy(policy)))
			get(t, s).want(t, 500, envelope(0, "Unknown server side error occurred"))
		})
	}
}

// TestAbortHandler cuts the connection, as net/http has it, also where a transcoder has answered in
// between, or has swallowed the panic, as vanguard v0.4.0's clean-up does the one.
func TestAbortHandler(t *testing.T) {
	aborting := things{do: func(context.Context) { panic(http.ErrAbortHandler) }}.handler(t)
	for name, h := range map[string]http.Handler{
		"plain":         http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
		"while holding": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500); panic(http.ErrAbortHandler) }),
		"after a byte":  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("x")); panic(http.ErrAbortHandler) }),
		"transcoded":    transcoder(aborting),
		"answered while unwinding": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() { _, _ = io.WriteString(w, "{}") }()
			transcoder(aborting).ServeHTTP(w, r)
		}),
		"an error while unwinding": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer http.Error(w, canary, 500)
			transcoder(aborting).ServeHTTP(w, r)
		}),
		"swallowed": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() { _ = recover() }()
			transcoder(aborting).ServeHTTP(w, r)
		}),
		"swallowed and answered": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() { _ = recover(); _, _ = io.WriteString(w, "{}") }()
			transcoder(aborting).ServeHTTP(w, r)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			var told reported.Reports
			serveTwice(t, func() http.Handler { return rest.Handler(h, rest.WithPolicy(newPolicy(t, &told))) }, func(t *testing.T, s *httptest.Server) {
				get(t, s).wantAborted(t)
			})
			if all := told.All(); len(all) != 0 {
				t.Errorf("reports = %+v", all)
			}
		})
	}
}
