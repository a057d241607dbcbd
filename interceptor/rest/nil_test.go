// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/mapping"
)

// TestG7NothingNilPanics has a row for every exported function.
func TestG7NothingNilPanics(t *testing.T) {
	rows := map[string]func(*testing.T){
		"Auth":             checkNilAuth,
		"CheckResponse":    checkNilResponses,
		"Error":            checkNilErrors,
		"Gate":             checkNilGates,
		"Handler":          checkNilHandlers,
		"MethodNotAllowed": func(t *testing.T) { checkNilRequests(t, http.StatusMethodNotAllowed, rest.MethodNotAllowed) },
		"NotFound":         func(t *testing.T) { checkNilRequests(t, http.StatusNotFound, rest.NotFound) },
		"SetRoute": func(*testing.T) {
			var none context.Context
			rest.SetRoute(none, "/x")
			rest.SetRoute(context.Background(), "")
		},
		"SetStatus":     checkNilContext,
		"WithChallenge": func(t *testing.T) { checkOption(t, rest.WithChallenge("")) },
		"WithGuidance": func(t *testing.T) {
			w := httptest.NewRecorder()
			rest.Handler(nil, rest.WithGuidance()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			if !strings.Contains(w.Body.String(), `"retryable":false`) {
				t.Errorf("answer = %s, want the advice", w.Body)
			}
		},
		"WithPolicy": func(t *testing.T) {
			checkOption(t, rest.WithPolicy(nil))
			checkOption(t, rest.WithPolicy(new(mapping.Policy)))
		},
		"ExposedHeaders": func(t *testing.T) {
			if rest.ExposedHeaders()[0] = ""; rest.ExposedHeaders()[0] == "" {
				t.Error("the list is shared")
			}
		},
		"WithProtoNames": func(t *testing.T) { checkOption(t, rest.WithProtoNames()) },
		"WithRequestIDInDetails": func(t *testing.T) {
			w := httptest.NewRecorder()
			rest.Handler(nil, rest.WithRequestIDInDetails(), nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			if !strings.Contains(w.Body.String(), `"details":{"request_id":"`) {
				t.Errorf("answer = %s", w.Body)
			}
		},
		"WithRPCReports":    func(t *testing.T) { checkOption(t, rest.WithRPCReports()) },
		"WithSkip":          func(t *testing.T) { checkOption(t, rest.WithSkip(nil)) },
		"WithTrustedBodies": func(t *testing.T) { checkOption(t, rest.WithTrustedBodies()) },
	}
	want, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	silenceLog(t)
	for name, row := range rows {
		t.Run(name, row)
	}
}

// typedNils are errors that are not nil and hold a nil, alone and wrapped.
var typedNils = []error{
	(*mapping.Error)(nil), (*connect.Error)(nil), (*fs.PathError)(nil), (*net.OpError)(nil), (*http.MaxBytesError)(nil), (*transport.Front)(nil),
	fmt.Errorf("x: %w", (*mapping.Error)(nil)), fmt.Errorf("x: %w", (*connect.Error)(nil)), fmt.Errorf("x: %w", (*net.OpError)(nil)),
}

// requests that a program can make by itself.
func nilRequests() []*http.Request {
	return []*http.Request{nil, {}, {Method: http.MethodGet}, {Method: http.MethodPost}}
}

func checkNilRequests(t *testing.T, status int, handler http.HandlerFunc) {
	t.Helper()
	for _, r := range nilRequests() {
		handler(nil, r)
		recorded := httptest.NewRecorder()
		handler(recorded, r)
		if recorded.Code != status {
			t.Errorf("%v is answered %d, want %d", r, recorded.Code, status)
		}
	}
}

func checkNilErrors(t *testing.T) {
	for _, r := range nilRequests() {
		rest.Error(nil, r, errors.New("x"))
		recorded := httptest.NewRecorder()
		if rest.Error(recorded, r, nil); recorded.Code != http.StatusOK || recorded.Body.Len() != 0 {
			t.Errorf("no error is answered %d %s", recorded.Code, recorded.Body)
		}
		for _, err := range append([]error{mapping.Code{}}, typedNils...) {
			alone, inside := httptest.NewRecorder(), httptest.NewRecorder()
			rest.Error(alone, r, err)
			rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, err) })).ServeHTTP(inside, r)
			wantUnknown(t, alone, fmt.Sprintf("%T", err))
			if r != nil {
				wantUnknown(t, inside, fmt.Sprintf("%T, inside a Handler", err))
			}
		}
	}
}

// wantUnknown checks for the envelope of an unmapped error.
func wantUnknown(t *testing.T, recorded *httptest.ResponseRecorder, what string) {
	t.Helper()
	want := envelope(0, errpactv1err.Unknown.Message())
	if recorded.Code != http.StatusInternalServerError || recorded.Body.String() != want {
		t.Errorf("%s is answered %d %s, want 500 %s", what, recorded.Code, recorded.Body, want)
	}
}

// checkNilAuth wants every request refused, and none to panic.
func checkNilAuth(t *testing.T) {
	var none context.Context
	for _, ctx := range []context.Context{none, context.Background()} {
		for name, auth := range map[string]func() (any, error){
			"no function":      func() (any, error) { return rest.Auth[*http.Request](nil)(ctx, new(http.Request)) },
			"no request":       func() (any, error) { return rest.Auth(failing[*http.Request])(ctx, nil) },
			"zero request":     func() (any, error) { return rest.Auth(failing[*http.Request])(ctx, new(http.Request)) },
			"another type":     func() (any, error) { return rest.Auth(failing[int])(ctx, 0) },
			"nil of interface": func() (any, error) { return rest.Auth(failing[error])(ctx, nil) },
			"request of authn": func() (any, error) { return rest.Auth(failing[authnRequest])(ctx, authnRequest{}) },
		} {
			info, err := auth()
			if e, ok := errors.AsType[*connect.Error](err); !ok || e.Code() != connect.CodeUnknown || info != nil {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
	}
}

// failing is an authentication function that nobody mapped an error of.
func failing[R any](context.Context, R) (any, error) { return "info", errors.New("x") }

func checkNilGates(t *testing.T) {
	pass := func(next http.Handler) http.Handler { return next }
	nothing := func(http.Handler) http.Handler { return nil }
	for name, test := range map[string]struct {
		handler http.Handler
		status  int
	}{
		"no next":                  {rest.Gate(pass)(nil), http.StatusNotFound},
		"no middleware":            {rest.Gate(nil)(http.NotFoundHandler()), http.StatusInternalServerError},
		"no handler of middleware": {rest.Gate(nothing)(http.NotFoundHandler()), http.StatusInternalServerError},
	} {
		for _, r := range append(nilRequests(), httptest.NewRequest(http.MethodPost, procedure, nil)) {
			test.handler.ServeHTTP(nil, r)
			recorded := httptest.NewRecorder()
			if test.handler.ServeHTTP(recorded, r); r != nil && recorded.Code != test.status {
				t.Errorf("%s: %v is answered %d, want %d", name, r, recorded.Code, test.status)
			}
		}
	}
}

// broken is a handler whose method does not survive nil.
type broken struct{ status int }

func (b *broken) ServeHTTP(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(b.status) }

func checkNilHandlers(t *testing.T) {
	for _, r := range nilRequests() {
		rest.Handler(nil).ServeHTTP(nil, r)
		recorded := httptest.NewRecorder()
		rest.Handler(nil, nil).ServeHTTP(recorded, r)
		if r == nil {
			wantUnknown(t, recorded, "no request")
			continue
		}
		if want := envelope(10, "Resource does not exist"); recorded.Code != http.StatusNotFound || recorded.Body.String() != want {
			t.Errorf("no handler answers %d %s", recorded.Code, recorded.Body)
		}
		for _, next := range []http.Handler{http.HandlerFunc(nil), (*broken)(nil), (*http.ServeMux)(nil)} {
			recorded := httptest.NewRecorder()
			rest.Handler(next).ServeHTTP(recorded, r)
			wantUnknown(t, recorded, fmt.Sprintf("%T of nil", next))
		}
	}
}

func checkNilContext(t *testing.T) {
	var none context.Context
	rest.SetStatus(none, http.StatusCreated)
	rest.SetStatus(t.Context(), 0)
	got := get(t, serve(t, quietFunc(t, func(_ http.ResponseWriter, r *http.Request) {
		rest.SetStatus(none, http.StatusCreated)
		rest.SetStatus(r.Context(), 0)
	})))
	if got.status != http.StatusOK {
		t.Errorf("no status became %d", got.status)
	}
}

// checkOption: an option of nothing is the default.
func checkOption(t *testing.T, option rest.Option) {
	t.Helper()
	status := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }
	got := get(t, serve(t, rest.Handler(http.HandlerFunc(status), nil, option)))
	got.want(t, http.StatusUnauthorized, envelope(6, "Access token is not provided"))
	if err := rest.CheckResponse(&http.Response{StatusCode: http.StatusNotFound}, nil, option); !errors.Is(err, errpactv1err.NotExist) {
		t.Errorf("404 became %v", err)
	}
}

func checkNilResponses(t *testing.T) {
	if err := rest.CheckResponse(nil); err == nil {
		t.Errorf("no response is a success")
	}
	for status, want := range map[int]mapping.Code{400: errpactv1err.InvalidStructure, 401: errpactv1err.AuthNotProvided, 599: errpactv1err.Unknown, 1000: errpactv1err.Unknown} {
		for _, res := range []*http.Response{
			{StatusCode: status}, {StatusCode: status, Body: http.NoBody}, {StatusCode: status, Header: http.Header{"Content-Encoding": {"gzip"}}},
			{StatusCode: status, Request: new(http.Request)}, {StatusCode: status, Header: http.Header{"Retry-After": nil, "X-Request-Id": {}}},
		} {
			if err := rest.CheckResponse(res); !errors.Is(err, want) {
				t.Errorf("%d became %v, want %v", status, err, want)
			}
		}
	}
}
