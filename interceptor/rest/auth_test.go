// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// authnRequest is a request as authn v0.1.0 hands it on. The real one is tested in the module of tests.
type authnRequest struct{ request *http.Request }

func (r authnRequest) Header() http.Header { return r.request.Header }
func (r authnRequest) Procedure() string   { return r.request.URL.Path }

// authenticate does what authn's middleware does: it writes an error by Connect's ErrorWriter.
func authenticate[R any](of func(*http.Request) R, f func(context.Context, R) (any, error)) func(http.Handler) http.Handler {
	writer := connect.NewErrorWriter()
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			info, err := f(r.Context(), of(r))
			if err != nil {
				_ = writer.Write(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), authnRequest{}, info)))
		})
	}
}

func asAuthn(r *http.Request) authnRequest    { return authnRequest{r} }
func asNetHTTP(r *http.Request) *http.Request { return r }

// authnWires leave out what authn's writer takes for something else than Handler does.
var authnWires = slices.DeleteFunc(slices.Clone(rpcWires), func(w rpcWire) bool {
	return w.method == http.MethodPut || w.name == "no type" || w.name == "Connect stream, version 2"
})

func TestAuthAnswersRPCCallersInTheirProtocol(t *testing.T) {
	for i, test := range rpcErrors {
		fails := func() (any, error) { return nil, test.err }
		for name, middleware := range map[string]func(http.Handler) http.Handler{
			"authn v0.1.0": authenticate(asAuthn, rest.Auth(func(context.Context, authnRequest) (any, error) { return fails() })),
			"net/http":     authenticate(asNetHTTP, rest.Auth(func(context.Context, *http.Request) (any, error) { return fails() })),
		} {
			t.Run(test.name+"/"+name, func(t *testing.T) {
				var told reported.Reports
				onMounts(t, i, authnWires, middleware(http.NotFoundHandler()), rest.WithPolicy(newPolicy(t, &told)), func(t *testing.T, s *httptest.Server, w rpcWire) {
					told.Take()
					e := w.ask(t, s, "X-Request-Id", "r-1")
					if e.code != test.code || e.message != test.message || e.number != test.number || e.detail.GetReason() != test.reason {
						t.Errorf("%s %q, detail %v of %v", e.code, e.message, e.detail, e.types)
					}
					if strings.Contains(e.all, canary) {
						t.Errorf("the canary is in the answer: %s", e.all)
					}
					if want := w.isUnary() && test.code == "unauthenticated"; want != (e.header.Get("Www-Authenticate") != "") {
						t.Errorf("header = %v", e.header)
					}
					if r := told.One(t); r.Procedure != procedure || r.RequestID != "r-1" || r.Stage != mapping.StageTransport {
						t.Errorf("report = %+v", r)
					}
				})
			})
		}
	}
}

func TestAuthGivesRESTCallersTheEnvelope(t *testing.T) {
	for _, test := range rpcErrors {
		var told reported.Reports
		auth := authenticate(asAuthn, rest.Auth(func(context.Context, authnRequest) (any, error) { return nil, test.err }))
		s := serve(t, rest.Handler(auth(http.NotFoundHandler()), rest.WithPolicy(newPolicy(t, &told))))
		want := get(t, serve(t, quiet(t, middleware(test.err))))
		if a := get(t, s); a.status != want.status || a.body != want.body || a.header.Get("Www-Authenticate") != want.header.Get("Www-Authenticate") {
			t.Errorf("%s: %d %s %v, want %d %s", test.name, a.status, a.body, a.header, want.status, want.body)
		}
		told.One(t)
	}
}

// TestAuthLetsSuccessesThrough with what the function returned.
func TestAuthLetsSuccessesThrough(t *testing.T) {
	var told reported.Reports
	auth := authenticate(asNetHTTP, rest.Auth(func(_ context.Context, r *http.Request) (any, error) { return r.Header.Get("Authorization"), nil }))
	s := serve(t, rest.Handler(auth(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.Context().Value(authnRequest{}).(string)))
	})), rest.WithPolicy(newPolicy(t, &told))))
	for _, path := range []string{"/", procedure} {
		if a := send(t, s, "POST", path, "", "Authorization", "Bearer x"); a.status != 200 || a.body != "Bearer x" || len(told.All()) > 0 {
			t.Errorf("%s: %+v, %v", path, a, told.All())
		}
	}
}

// TestG9APanicOfAnAuthFuncIsOpaque, and http.ErrAbortHandler aborts.
func TestG9APanicOfAnAuthFuncIsOpaque(t *testing.T) {
	var told reported.Reports
	value := any(canary)
	auth := authenticate(asAuthn, rest.Auth(func(context.Context, authnRequest) (any, error) { panic(value) }))
	s := loopback.Serve(t, rest.Handler(auth(http.NotFoundHandler()), rest.WithPolicy(newPolicy(t, &told))))
	for _, w := range authnWires {
		if e := w.ask(t, s); e.code != "unknown" || e.number != 0 || strings.Contains(e.all, canary) {
			t.Errorf("%s: %+v", w.name, e)
		}
		if r := told.Take(); len(r) != 1 || r[0].Panic != canary || len(r[0].Stack) == 0 {
			t.Errorf("%s: reports %+v", w.name, r)
		}
	}
	get(t, s).want(t, 500, envelope(0, errpactv1err.Unknown.Message()))
	value = http.ErrAbortHandler
	for _, path := range []string{"/", procedure} {
		if a := send(t, s, "POST", path, ""); a.err == nil {
			t.Errorf("%s: %+v, want the connection cut", path, a)
		}
	}
}

// TestAuthReportsAnErrorThatNobodyMapped, with its cause, to a caller of whatever kind.
func TestAuthReportsAnErrorThatNobodyMapped(t *testing.T) {
	var told reported.Reports
	cause := errors.New(canary)
	auth := authenticate(asAuthn, rest.Auth(func(context.Context, authnRequest) (any, error) { return nil, cause }))
	s := loopback.Serve(t, rest.Handler(auth(http.NotFoundHandler()), rest.WithPolicy(newPolicy(t, &told))))
	for _, path := range []string{"/", procedure} {
		a := send(t, s, "POST", path, "")
		if r := told.Take(); len(r) != 1 || !errors.Is(r[0].Err, cause) || !r[0].Redacted || strings.Contains(a.body, canary) {
			t.Errorf("%s: %+v, reports %+v", path, a, r)
		}
	}
}
