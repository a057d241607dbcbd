// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// rpcErrors lists errors that a middleware hands to rest.Error, and the error that an RPC caller gets in any protocol.
var rpcErrors = []struct {
	name          string
	err           error
	code, message string
	// number is that of the ErrorDetail; -1 without one. reason is its reason.
	number int
	reason string
}{
	{"6", errpactv1err.AuthNotProvided, "unauthenticated", "Access token is not provided", 6, ""},
	{"7", errpactv1err.AuthInvalid.Wrap(errors.New(canary)), "unauthenticated", "Access token is invalid", 7, ""},
	{"8", fmt.Errorf("%s: %w", canary, errpactv1err.AuthExpired), "unauthenticated", "Access token has expired", 8, ""},
	{"9", errpactv1err.AuthForbidden.New("not your folder"), "permission_denied", "not your folder", 9, ""},
	{"a reason", errpactv1err.ContainerUnpackingFailedInvalidHash, "invalid_argument", "Invalid hash", 14, "INVALID_HASH"},
	{"metadata", errpactv1err.NotExist.WithMetadata("id", "f-1"), "not_found", "Resource does not exist", 10, ""},
	{"a retry delay", errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(3 * time.Second), "unavailable", "Database is temporarily unavailable", 12, "TEMPORARILY_UNAVAILABLE"},
	{"a Connect error", connect.NewError(connect.CodeResourceExhausted, errors.New("ten a day")), "resource_exhausted", "ten a day", -1, ""},
	{"a Connect error of the server's", connect.NewError(connect.CodeInternal, errors.New(canary)), "internal", "Unknown server side error occurred", -1, ""},
	{"unmapped", errors.New(canary), "unknown", "Unknown server side error occurred", 0, ""},
	{"joined", errors.Join(errors.New(canary), errpactv1err.AuthForbidden), "permission_denied", "Access is denied", 9, ""},
	{"typed nil", (*mapping.Error)(nil), "unknown", "Unknown server side error occurred", 0, ""},
	{"a dependency's timeout", context.DeadlineExceeded, "internal", "External service timed out", 11, "TIMED_OUT"},
	{"another service's", connect.NewWireError(connect.CodeUnauthenticated, errors.New(canary)), "internal", "External service failed", 11, "REJECTED"},
	{"an unruly text", errpactv1err.AuthForbidden.New("a\r\nb\xff"), "permission_denied", "a  b\ufffd", 9, ""},
}

// middleware hands an error to rest.Error, and has set a header of its own, and some of a body that does not come.
func middleware(err error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, key := range []string{"Content-Length", "Etag", "Trailer"} {
			w.Header().Set(key, "7")
		}
		w.Header().Set("X-Own", "kept")
		rest.Error(w, r, err)
	}
}

// mounts are the ways in which a middleware may be there. All but one are inside of a Handler.
func mounts(h http.Handler, opts ...rest.Option) map[string]http.Handler {
	through := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) })
	}
	return map[string]http.Handler{
		"the server's own":  rest.Handler(h, opts...),
		"behind another":    through(rest.Handler(h, opts...)),
		"inside others":     through(rest.Handler(observed(rest.Handler(h)), opts...)),
		"with RPC reports":  through(rest.Handler(h, append(opts, rest.WithRPCReports())...)),
		"in a gate":         rest.Handler(rest.Gate(func(http.Handler) http.Handler { return h })(nil), opts...),
		"in a gate, behind": through(rest.Handler(observed(rest.Gate(func(http.Handler) http.Handler { return observed(h) })(nil)), opts...)),
	}
}

// allPairs has each wire call the handler on each of its mounts, as `make suite` does.
var allPairs = flag.Bool("all-pairs", false, "call each mount by every wire, where otherwise they take turns")

// onMounts has each wire call the handler on one of its mounts. They take turns: each case meets all mounts and all
// wires, and over the cases each wire meets all mounts.
func onMounts(t *testing.T, i int, wires []rpcWire, h http.Handler, opt rest.Option, call func(t *testing.T, s *httptest.Server, w rpcWire)) {
	all, servers := mounts(h, opt), map[string]*httptest.Server{}
	names := slices.Sorted(maps.Keys(all))
	for name, mounted := range all {
		servers[name] = loopback.Serve(t, mounted)
	}
	for j, w := range wires {
		for k, mount := range names {
			if *allPairs || k == (i+j)%len(names) {
				t.Run(mount+"/"+w.name, func(t *testing.T) { call(t, servers[mount], w) })
			}
		}
	}
}

func TestErrorAnswersRPCCallersInTheirProtocol(t *testing.T) {
	for i, test := range rpcErrors {
		t.Run(test.name, func(t *testing.T) {
			var told reported.Reports
			onMounts(t, i, rpcWires, middleware(test.err), rest.WithPolicy(newPolicy(t, &told)), func(t *testing.T, s *httptest.Server, w rpcWire) {
				told.Take()
				e := w.ask(t, s, "X-Request-Id", "r-1")
				if e.code != test.code || e.message != test.message || e.number != test.number || e.detail.GetReason() != test.reason {
					t.Errorf("%s %q, detail %v of %v", e.code, e.message, e.detail, e.types)
				}
				if strings.Contains(e.all, canary) {
					t.Errorf("the canary is in the answer: %s", e.all)
				}
				if e.header.Get("X-Own") != "kept" || e.header.Get("Etag") != "" || e.header.Get("Content-Length") == "7" {
					t.Errorf("header = %v", e.header)
				}
				if r := told.One(t); r.Procedure != procedure || r.RequestID != "r-1" || r.Route != "" {
					t.Errorf("report = %+v", r)
				}
			})
		})
	}
}

// TestErrorAnswersRPCCallersWithoutAHandler by the default policy, which logs.
func TestErrorAnswersRPCCallersWithoutAHandler(t *testing.T) {
	silenceLog(t)
	for _, test := range rpcErrors {
		s := loopback.Serve(t, middleware(test.err))
		for _, w := range rpcWires {
			if e := w.ask(t, s); e.code != test.code || e.number != test.number || strings.Contains(e.all, canary) {
				t.Errorf("%s, %s: %+v", test.name, w.name, e)
			}
		}
	}
}

// TestErrorGivesA401ItsChallenge: a status of HTTP has it, for REST callers and Connect's unary calls.
func TestErrorGivesA401ItsChallenge(t *testing.T) {
	own := connect.NewError(connect.CodeUnauthenticated, errors.New("no"))
	own.Meta().Set("Www-Authenticate", "Digest")
	for _, test := range []struct {
		name, credential, set string
		err                   error
		want                  string
	}{
		{"no credential", "", "", errpactv1err.AuthNotProvided, `Bearer realm="shop"`},
		{"a credential", "Bearer x", "", errpactv1err.AuthExpired, `Bearer realm="shop", error="invalid_token"`},
		{"the middleware's own", "Bearer x", "Basic", errpactv1err.AuthInvalid, "Basic"},
		{"the error's own", "", "", own, "Digest"},
		{"no 401", "", "", errpactv1err.AuthForbidden, ""},
	} {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if test.set != "" {
				w.Header().Set("Www-Authenticate", test.set)
			}
			rest.Error(w, r, test.err)
		})
		s := loopback.Serve(t, quiet(t, h, rest.WithChallenge(`Bearer realm="shop"`)))
		header := []string{"Authorization", test.credential}
		if a := get(t, s, header...); a.header.Get("Www-Authenticate") != test.want {
			t.Errorf("%s, REST: %v", test.name, a.header)
		}
		for _, w := range rpcWires {
			want := test.want
			if !w.isUnary() && test.set == "" && !(test.err == error(own) && strings.HasPrefix(w.name, "gRPC-Web")) {
				want = "" // the status is 200, and trailers may not have it
			}
			if got := w.ask(t, s, header...).header.Get("Www-Authenticate"); got != want {
				t.Errorf("%s, %s: WWW-Authenticate %q, want %q", test.name, w.name, got, want)
			}
		}
	}
}

// TestErrorGivesRPCCallersTheRetryDelay in the header that callers of each protocol read.
func TestErrorGivesRPCCallersTheRetryDelay(t *testing.T) {
	s := loopback.Serve(t, quiet(t, middleware(errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(2500*time.Millisecond))))
	for _, w := range rpcWires {
		e, key, want := w.ask(t, s), "Retry-After", "3"
		switch {
		case w.isGRPC():
			key, want = "Grpc-Retry-Pushback-Ms", "2500"
		case w.isStream():
			want = ""
		}
		if got := e.header.Get(key); got != want || !strings.Contains(fmt.Sprint(e.types), "google.rpc.RetryInfo") {
			t.Errorf("%s: %s %q, want %q; details %v", w.name, key, got, want, e.types)
		}
	}
}

// TestErrorNeedsNoServer: a recorder has none, and WithRPCReports makes the policy known.
func TestErrorNeedsNoServer(t *testing.T) {
	silenceLog(t)
	for name, opts := range map[string][]rest.Option{"the default policy": nil, "the Handler's": {rest.WithRPCReports()}} {
		var told reported.Reports
		h := rest.Handler(middleware(errors.New(canary)), append(opts, rest.WithPolicy(newPolicy(t, &told)))...)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, procedure, nil))
		if w.Code != 500 || !strings.Contains(w.Body.String(), `"code":"unknown"`) || len(told.All()) != len(opts) {
			t.Errorf("%s: %d %s, %d reports", name, w.Code, w.Body, len(told.All()))
		}
	}
}

// TestErrorInsideATranscoderIsTheRESTCallers: the transcoder gets the answer in the protocol that it speaks, and the
// REST caller the envelope of the whole error.
func TestErrorInsideATranscoderIsTheRESTCallers(t *testing.T) {
	for _, test := range rpcErrors {
		var told reported.Reports
		s := serve(t, rest.Handler(transcoder(middleware(test.err)), rest.WithPolicy(newPolicy(t, &told))))
		a := get(t, s)
		want := serve(t, quiet(t, middleware(test.err)))
		if b := get(t, want); a.body != b.body || a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s, want %d %s", test.name, a.status, a.body, b.status, b.body)
		}
		told.One(t)
	}
}

func TestNotFoundAndMethodNotAllowedForRPCCallers(t *testing.T) {
	silenceLog(t)
	for _, test := range []struct {
		handler      http.HandlerFunc
		number, rest int
	}{{rest.NotFound, 2, 404}, {rest.MethodNotAllowed, 1, 405}} {
		for name, h := range map[string]http.Handler{"alone": test.handler, "Handler": quiet(t, test.handler)} {
			s := loopback.Serve(t, h)
			for _, w := range rpcWires {
				if e := w.ask(t, s); e.code != "unimplemented" || e.number != test.number {
					t.Errorf("%s, %s: %+v, want unimplemented, %d", name, w.name, e, test.number)
				}
			}
		}
		// A REST caller's request that a transcoder makes an RPC of stays a REST caller's.
		if a := get(t, serve(t, quiet(t, transcoder(test.handler)))); a.status != test.rest {
			t.Errorf("behind a transcoder: %d %s, want %d", a.status, a.body, test.rest)
		}
	}
}

// TestErrorTakesNotModifiedAsItIs, of an RPC that is a GET.
func TestErrorTakesNotModifiedAsItIs(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest.Error(w, r, connect.NewNotModifiedError(http.Header{"Etag": {"x"}}))
		_, _ = io.WriteString(w, "")
	})
	res, err := request(t, serve(t, quiet(t, h)), "GET", procedure+"?connect=v1", "")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNotModified || res.Header.Get("Etag") != "x" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
}
