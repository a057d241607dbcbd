// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// cors is what a CORS middleware does: it answers a preflight, and sets headers before the chain runs.
func cors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		w.Header().Set("Access-Control-Allow-Origin", "https://app.example")
		w.Header().Set("Access-Control-Expose-Headers", "X-Request-Id, Retry-After")
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// TestCORS stays, outside the middleware and inside it: a script that may not read an error knows
// nothing of it.
func TestCORS(t *testing.T) {
	failing := map[string]http.HandlerFunc{
		"text":  func(w http.ResponseWriter, _ *http.Request) { http.Error(w, canary, http.StatusNotFound) },
		"panic": func(http.ResponseWriter, *http.Request) { panic(canary) },
	}
	for name, fail := range failing {
		for place, h := range map[string]func() http.Handler{
			"outside": func() http.Handler { return cors(quiet(t, fail)) },
			"inside":  func() http.Handler { return quiet(t, cors(fail)) },
		} {
			t.Run(name+", "+place, func(t *testing.T) {
				serveTwice(t, h, func(t *testing.T, s *httptest.Server) {
					a := get(t, s, "Origin", "https://app.example")
					if a.status < 400 || !strings.HasPrefix(a.body, `{"error_code":`) {
						t.Errorf("answer = %d %s", a.status, a.body)
					}
					if got := strings.Join(a.header["Vary"], ", "); got != "Origin, Accept" {
						t.Errorf("Vary = %q", got)
					}
					if a.header.Get("Access-Control-Allow-Origin") == "" || a.header.Get("Access-Control-Expose-Headers") == "" {
						t.Errorf("header = %v", a.header)
					}
					a.wantNoCanary(t)
					a = send(t, s, "OPTIONS", "/", "", "Access-Control-Request-Method", "POST")
					if a.status != 204 || a.body != "" || a.header.Get("Access-Control-Allow-Methods") != "GET, POST" || a.header.Get("Content-Type") != "" {
						t.Errorf("preflight = %+v", a)
					}
				})
			})
		}
	}
}

// TestExposedHeaders are all that errpact sets on an error and a script may not read without CORS.
func TestExposedHeaders(t *testing.T) {
	// https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
	readable := []string{"Cache-Control", "Content-Language", "Content-Length", "Content-Type", "Expires", "Last-Modified", "Pragma"}
	// What is the browser's own affair, or net/http's.
	others := []string{"Vary", "X-Content-Type-Options", "Date"}
	exposed := rest.ExposedHeaders()
	if !slices.IsSorted(exposed) {
		t.Errorf("%q is not sorted", exposed)
	}
	seen := map[string]bool{}
	for _, err := range []error{
		errors.New(canary), errpactv1err.NotExist, errpactv1err.DatabaseTemporarilyUnavailable, errpactv1err.AuthExpired,
		errpactv1err.NotExist.WithRetryDelay(time.Hour), errpactv1err.NotAllowed,
	} {
		a := get(t, serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
			if errors.Is(err, errpactv1err.NotAllowed) {
				w.Header().Set("Allow", "GET")
			}
			rest.Error(w, r, err)
		})))
		for name := range a.header {
			if !slices.Contains(slices.Concat(readable, others, exposed), name) {
				t.Errorf("%v: %s is not exposed", err, name)
			}
			seen[name] = true
		}
	}
	for _, name := range exposed {
		if !seen[name] || name != http.CanonicalHeaderKey(name) {
			t.Errorf("%s is in no answer", name)
		}
	}
}

// TestRequestIDInDetails is for who reads bodies alone.
func TestRequestIDInDetails(t *testing.T) {
	const id = "r-17"
	problems := func(details string) string { return `"details":` + details + "}" }
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"redacted":     {errors.New(canary), problems(`{"request_id":"r-17"}`)},
		"bare":         {errpactv1err.NotExist, problems(`{"request_id":"r-17"}`)},
		"a reason":     {errpactv1err.DatabaseTemporarilyUnavailable, problems(`{"reason":"TEMPORARILY_UNAVAILABLE","retry_delay":"1s","request_id":"r-17"}`)},
		"metadata":     {errpactv1err.NotExist.WithMetadata("folderId", "f"), problems(`{"metadata":{"folderId":"f"},"request_id":"r-17"}`)},
		"a field":      {errpactv1err.InvalidValue.WithField("a_b", "no"), problems(`{"field_violations":[{"field":"aB","description":"no"}],"request_id":"r-17"}`)},
		"a text":       {errpactv1err.NotExist.New("no folder"), problems(`{"request_id":"r-17"}`)},
		"a payload":    {errpactv1err.InvalidValue.WithPayload(map[string]int{"most": 3}), problems(`{"most":3}`)},
		"a list":       {errpactv1err.InvalidValue.WithPayload([]int{1}), problems(`[1]`)},
		"Connect's":    {connect.NewError(connect.CodeAborted, errors.New("again")), problems(`{"request_id":"r-17"}`)},
		"unauthorised": {errpactv1err.AuthExpired, problems(`{"request_id":"r-17"}`)},
	} {
		fail := func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, test.err) }
		with, without := serve(t, quietFunc(t, fail, rest.WithRequestIDInDetails())), serve(t, quietFunc(t, fail))
		for _, accept := range []string{"application/json", problemType} {
			a := get(t, with, "Accept", accept, "X-Request-Id", id)
			if !strings.HasSuffix(a.body, test.want) || a.header.Get("X-Request-Id") != id {
				t.Errorf("%s: %s, want …%s", name, a.body, test.want)
			}
			a.wantNoCanary(t)
			if plain := get(t, without, "Accept", accept, "X-Request-Id", id); strings.Contains(plain.body, `"details":{"request_id"`) {
				t.Errorf("%s: without the option %s", name, plain.body)
			}
		}
		res, err := request(t, with, "GET", "/", "", "X-Request-Id", id)
		if err != nil {
			t.Fatal(err)
		}
		res.Header.Del("X-Request-Id") // which CORS may hide
		got, _ := mapping.From(rest.CheckResponse(res))
		if hasPayload := strings.HasPrefix(name, "a payload") || name == "a list"; (got.RequestID() == id) == hasPayload {
			t.Errorf("%s: RequestID() = %q", name, got.RequestID())
		}
		res.Body.Close()
	}
}
