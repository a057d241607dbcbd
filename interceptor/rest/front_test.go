// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// failingStream is a stream of a transcoder: it writes begun, fails with err, and writes its own of it.
func failingStream(contentType, begun string, err error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		if begun != "" {
			_, _ = io.WriteString(w, begun)
			_ = http.NewResponseController(w).Flush()
		}
		sent, ok := transport.FailStream(r.Context(), err)
		if !ok {
			panic("no middleware")
		}
		if begun == "" {
			w.WriteHeader(sent.HTTPStatus())
		}
		_, _ = w.Write([]byte(canary))
	}
}

func TestStreamThatATranscoderEnds(t *testing.T) {
	lost := errpactv1err.NotExist.Wrap(errors.New(canary))
	missing := envelope(10, "Resource does not exist")
	serveTwice(t, func() http.Handler { return quiet(t, failingStream("application/json", "", lost)) }, func(t *testing.T, s *httptest.Server) {
		get(t, s).want(t, http.StatusNotFound, missing)
	})
	serveTwice(t, func() http.Handler { return quiet(t, failingStream("application/json; charset=utf-8", "{}\n", lost)) }, func(t *testing.T, s *httptest.Server) {
		got := get(t, s)
		if want := "{}\n{\"error\":" + missing + "}\n"; got.status != http.StatusOK || got.body != want || got.err != nil {
			t.Errorf("answer = %d %s %v, want 200 %s", got.status, got.body, got.err, want)
		}
	})
	serveTwice(t, func() http.Handler { return quiet(t, failingStream("text/plain", "one", lost)) }, func(t *testing.T, s *httptest.Server) {
		got := get(t, s)
		got.wantAborted(t)
		got.wantNoCanary(t)
	})
}

// What a front cannot decode is told from what its backend says, by who may have said it.
func TestFrontsOwnWordsAreADecodeFailure(t *testing.T) {
	const text = "parsing field \"lent\": strconv.ParseBool: parsing \"x\": invalid syntax"
	for _, c := range []struct {
		undecided bool
		text      string
		status    int
		want      string
	}{
		{true, text, 400, violated(5, "Invalid type", "lent", "want true or false", "WRONG_TYPE")},
		{false, text, 400, envelope(4, "Invalid value")},
		{true, "the shelf is full", 400, envelope(4, "the shelf is full")},
		{true, "http: request body too large", 413, envelope(3, "Request Entity Too Large")},
		{false, "resource_exhausted: message size 131076 is larger than configured max 65536", 413, envelope(3, "Request Entity Too Large")},
		{false, "resource_exhausted: ten a minute", 429, envelope(0, "ten a minute")},
	} {
		code := mapping.ConnectCode(3)
		if text, ok := strings.CutPrefix(c.text, "resource_exhausted: "); ok {
			code, c.text = 8, text
		}
		front := &transport.Front{
			Classification: mapping.Classification{Source: mapping.SourceBackend, ConnectCode: code, Message: c.text},
			Undecided:      c.undecided, Cause: errors.New(c.text),
		}
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, front) }))
		get(t, s).want(t, c.status, c.want)
	}
}

func TestFrontsRequestsAreREST(t *testing.T) {
	h := quietFunc(t, func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) })
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(transport.WithFront(r.Context())))
	}))
	get(t, s, "Connect-Protocol-Version", "1").want(t, http.StatusNotFound, envelope(10, "Resource does not exist"))
}
