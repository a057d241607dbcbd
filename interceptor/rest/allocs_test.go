// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

//go:build !race

package rest_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
)

// TestAllocsSuccess: a REST caller's success costs the capture and the request's copy, an RPC caller's
// nothing.
func TestAllocsSuccess(t *testing.T) {
	withHeaders := httptest.NewRequest("GET", "/folders", nil)
	withHeaders.Header.Set("Authorization", "Bearer x")
	withHeaders.Header.Set("X-Request-Id", "r-1")
	for name, next := range successes {
		for kind, test := range map[string]struct {
			r    *http.Request
			want float64
		}{
			"REST":            {httptest.NewRequest("GET", "/folders", nil), 2},
			"REST with an id": {withHeaders, 2},
			"RPC":             {httptest.NewRequest("POST", procedure, nil), 0},
		} {
			w := &discard{header: http.Header{}}
			h := rest.Handler(next)
			bare := testing.AllocsPerRun(200, func() { next.ServeHTTP(w, test.r) })
			wrapped := testing.AllocsPerRun(200, func() { h.ServeHTTP(w, test.r) })
			if wrapped != bare+test.want {
				t.Errorf("%s, %s: %v allocations, %v without: want %v more", name, kind, wrapped, bare, test.want)
			}
		}
	}
}

// TestAllocsBody: to read a body costs the same, however often the handler reads.
func TestAllocsBody(t *testing.T) {
	h := rest.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var b [1]byte
		for {
			if _, err := r.Body.Read(b[:]); err != nil {
				return
			}
		}
	}))
	var got [2]float64
	for i, size := range []int{1, 1000} {
		body := bytes.Repeat([]byte("x"), size)
		r := httptest.NewRequest("PUT", "/folders", nil)
		w := &discard{header: http.Header{}}
		got[i] = testing.AllocsPerRun(100, func() {
			r.Body = io.NopCloser(bytes.NewReader(body))
			h.ServeHTTP(w, r)
		})
	}
	if got[0] != got[1] {
		t.Errorf("%v allocations for one read, and %v for a thousand", got[0], got[1])
	}
}

// TestAllocsRPC: an RPC costs nothing where the server leads to the Handler, and a context where another handler is
// around it.
func TestAllocsRPC(t *testing.T) {
	h := rest.Handler(successes["nothing"])
	for name, test := range map[string]struct {
		server *http.Server
		want   float64
	}{
		"the server's own": {&http.Server{Handler: h}, 0}, "behind another": {&http.Server{Handler: http.NotFoundHandler()}, 1}, "no server": {nil, 0},
	} {
		r := httptest.NewRequest("POST", procedure, nil)
		if test.server != nil {
			r = r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, test.server))
		}
		w := &discard{header: http.Header{}}
		var copied http.Request
		got := testing.AllocsPerRun(200, func() {
			copied = *r // in place
			h.ServeHTTP(w, &copied)
		})
		if got != test.want {
			t.Errorf("%s: %v allocations, want %v", name, got, test.want)
		}
	}
}

// TestAllocsError counts one array for the values of all headers, what a Handler costs, and a request's id
// where that is made up. The header's own growth is whoever writes the first one's.
func TestAllocsError(t *testing.T) {
	withID := httptest.NewRequest("GET", "/folders", nil)
	withID.Header.Set("X-Request-Id", "r-1")
	withoutID := httptest.NewRequest("GET", "/folders", nil)
	metadata := errpactv1err.NotExist.WithMetadata("folder_id", "f-1")
	for _, test := range []struct {
		name    string
		err     error
		r       *http.Request
		handler bool
		want    float64
	}{
		{"alone", errpactv1err.NotExist, withID, false, 1},
		{"alone, an id made up", errpactv1err.NotExist, withoutID, false, 2},
		{"with Handler", errpactv1err.NotExist, withID, true, 3},
		{"with Handler, an id made up", errpactv1err.NotExist, withoutID, true, 4},
		// The body.
		{"metadata", metadata, withID, false, 2},
	} {
		var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, test.err) })
		if test.handler {
			h = rest.Handler(h)
		}
		w := &discard{header: http.Header{}}
		got := testing.AllocsPerRun(200, func() {
			clear(w.header)
			h.ServeHTTP(w, test.r)
		})
		if got != test.want {
			t.Errorf("%s: %v allocations, want %v", test.name, got, test.want)
		}
	}
}
