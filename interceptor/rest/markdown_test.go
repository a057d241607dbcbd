// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

const markdownType = "text/markdown; charset=utf-8"

// answering is a handler that answers every request with an error, within a Handler.
func answering(t *testing.T, err error, opts ...mapping.Option) http.Handler {
	t.Helper()
	return rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, err) }),
		rest.WithPolicy(newPolicy(t, nil, opts...)))
}

// TestMarkdownHasTheHeadersOfAnEnvelope, and its status.
func TestMarkdownHasTheHeadersOfAnEnvelope(t *testing.T) {
	silenceLog(t)
	failed := errpactv1err.DatabaseTemporarilyUnavailable.Wrap(errors.New(canary))
	for name, h := range map[string]http.Handler{
		"Handler":    answering(t, failed),
		"Error":      http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, failed) }),
		"a recorder": quietFunc(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }),
	} {
		serveTwice(t, func() http.Handler { return h }, func(t *testing.T, s *httptest.Server) {
			a := get(t, s, "Accept", markdownType, "X-Request-Id", "r-1")
			h := a.header
			if a.status != 503 || h.Get("Content-Type") != markdownType || h.Get("X-Content-Type-Options") != "nosniff" ||
				h.Get("Cache-Control") != "no-store" || h.Get("Vary") != "Accept" || h.Get("X-Request-Id") != "r-1" {
				t.Errorf("%s: %d %v", name, a.status, h)
			}
			if name != "a recorder" && h.Get("Retry-After") != "1" {
				t.Errorf("%s: Retry-After = %q", name, h.Get("Retry-After"))
			}
			if !strings.HasPrefix(a.body, "# Error 1") || !strings.Contains(a.body, "- Request id: `r-1`\n") {
				t.Errorf("%s: %s", name, a.body)
			}
			a.wantNoCanary(t)
		})
	}
}

// TestMarkdownHidesWhatTheEnvelopeHides: it is made of the same error.
func TestMarkdownHidesWhatTheEnvelopeHides(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"an unmapped error": {errors.New(canary), "Unknown server side error occurred\n"},
		"a cause":           {errpactv1err.NotExist.Wrap(errors.New(canary)), "\n\nResource does not exist\n"},
		"an upstream's": {connect.NewWireError(connect.CodeNotFound, errors.New(canary)),
			"\n- Reason: `REJECTED`\n"},
		"a local error that speaks of the server": {connect.NewError(connect.CodeInternal, errors.New(canary)), "Unknown server side error occurred\n"},
	} {
		a := get(t, serve(t, answering(t, test.err)), "Accept", markdownType)
		if !strings.Contains(a.body, test.want) {
			t.Errorf("%s: %s\nwant %q", name, a.body, test.want)
		}
		a.wantNoCanary(t)
	}
}

// TestMarkdownOfHEADHasNoBody, and the length of it.
func TestMarkdownOfHEADHasNoBody(t *testing.T) {
	serveTwice(t, func() http.Handler { return quiet(t, http.NotFoundHandler()) }, func(t *testing.T, s *httptest.Server) {
		body := get(t, s, "Accept", markdownType, "X-Request-Id", "r-1").body
		a := send(t, s, "HEAD", "/", "", "Accept", markdownType, "X-Request-Id", "r-1")
		if a.status != 404 || a.body != "" || a.header.Get("Content-Type") != markdownType || a.header.Get("Content-Length") != fmt.Sprint(len(body)) {
			t.Errorf("%d %v %s", a.status, a.header, a.body)
		}
	})
}

// TestMarkdownIsForErrorsAlone: a 304 and a success are what they are.
func TestMarkdownIsForErrorsAlone(t *testing.T) {
	for status, err := range map[int]error{304: connect.NewNotModifiedError(http.Header{"Etag": {`"1"`}}), 200: nil} {
		a := get(t, serve(t, answering(t, err)), "Accept", markdownType)
		if a.status != status || a.body != "" || a.header.Get("Content-Type") != "" {
			t.Errorf("%d: %d %v %s", status, a.status, a.header, a.body)
		}
	}
}

// TestMarkdownPassesGzip: whoever compresses outside reads what it can flush.
func TestMarkdownPassesGzip(t *testing.T) {
	a := get(t, serve(t, gzipped(answering(t, errpactv1err.NotExist), false)), "Accept", markdownType, "Accept-Encoding", "gzip")
	if body := inflated(t, a.body); a.header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(body, "# Error 10\n") {
		t.Errorf("%v %s", a.header, body)
	}
}

// TestMarkdownInTheCallersLanguage is the message; the titles are English.
func TestMarkdownInTheCallersLanguage(t *testing.T) {
	acme := problemsCatalogue(t)
	s := serve(t, answering(t, acme.Code(102), mapping.WithCatalogues(errpactv1err.Catalogue, acme)))
	a := get(t, s, "Accept", markdownType, "Accept-Language", "de")
	if !strings.Contains(a.body, "## What happened\n\nVerschwunden\n") || a.header.Get("Content-Language") != "de" ||
		strings.Join(a.header["Vary"], ", ") != "Accept, Accept-Language" {
		t.Errorf("%v %s", a.header, a.body)
	}
}

// TestRPCCallersGetNoMarkdown, whatever they accept.
func TestRPCCallersGetNoMarkdown(t *testing.T) {
	s := serve(t, answering(t, errpactv1err.NotExist))
	a := send(t, s, "POST", "/acme.v1.Shop/Buy", "{}", "Accept", markdownType, "Content-Type", "application/json", "Connect-Protocol-Version", "1")
	if a.header.Get("Content-Type") != "application/json" || !strings.HasPrefix(a.body, `{"code":"not_found"`) {
		t.Errorf("%v %s", a.header, a.body)
	}
}

// TestCheckResponseOfMarkdown goes by the status and the headers: the page is for reading.
func TestCheckResponseOfMarkdown(t *testing.T) {
	s := serve(t, answering(t, errpactv1err.DatabaseTemporarilyUnavailable))
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", markdownType)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = io.Copy(io.Discard, res.Body); _ = res.Body.Close() }()
	e, ok := mapping.From(rest.CheckResponse(res))
	if !ok || e.HTTPStatus() != 503 || e.RequestID() == "" {
		t.Errorf("CheckResponse() = %v, %v", e, ok)
	}
	if delay, ok := e.RetryDelay(); !ok || delay == 0 {
		t.Errorf("CheckResponse() has no delay: %v", e)
	}
}
