// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/gateway"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/reported"
)

func TestHeadersAreThoseOfPackageRest(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	for name, h := range map[string]http.Handler{
		"alone": over(t, conn, gateway.Options(gateway.WithPolicy(newPolicy(t, nil)), gateway.WithChallenge("Basic realm=\"books\""))...),
		"within rest.Handler": rest.Handler(over(t, conn, gateway.Options(gateway.WithChallenge("Digest"))...),
			rest.WithPolicy(newPolicy(t, nil)), rest.WithChallenge("Basic realm=\"books\"")),
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, h)
			got := send(t, s, http.MethodGet, "/v1/books/7?fail=expired", "", "X-Request-Id", "mine-1")
			got.wantError(t, 401, envelope(8, "Access token has expired", none))
			if got.header.Get("X-Request-Id") != "mine-1" || got.header.Get("Www-Authenticate") != `Basic realm="books"` {
				t.Errorf("header = %v", got.header)
			}
			problem := send(t, s, http.MethodGet, "/v1/books/7?fail=exists", "", "Accept", "application/problem+json", "X-Request-Id", "mine-1")
			want := `{"type":"about:blank","title":"Conflict","status":409,"detail":"the book is there","request_id":"mine-1","error_code":4,"error_message":"the book is there","details":null}`
			if problem.body != want || problem.header.Get("Content-Type") != "application/problem+json" || problem.header.Get("Vary") != "Accept" {
				t.Errorf("answer = %v %s\nwant %s", problem.header, problem.body, want)
			}
			head := send(t, s, http.MethodHead, "/v1/books/7", "")
			if head.status != 405 || head.body != "" || head.header.Get("Allow") != "GET" || head.header.Get("Content-Type") != "application/json" {
				t.Errorf("HEAD = %d %v %q", head.status, head.header, head.body)
			}
		})
	}
}

// To the gateway every caller is a REST caller, whatever its request looks like.
func TestRequestThatLooksLikeAnRPC(t *testing.T) {
	conn, _ := shelf{errs: errs(t)}.dial(t)
	bothWays(t, func(o ...runtime.ServeMuxOption) *runtime.ServeMux { return over(t, conn, o...) }, func(t *testing.T, h http.Handler, _ *reported.Reports) {
		s := serve(t, h)
		rpc := []string{"Connect-Protocol-Version", "1", "Content-Type", "application/grpc"}
		silenceLog(t)
		send(t, s, http.MethodGet, "/v1/books/7?fail=exists", "", rpc...).wantError(t, 409, envelope(4, "the book is there", none))
		send(t, s, http.MethodGet, "/v1/watch?fail=exists", "", rpc...).wantError(t, 409, envelope(4, "the book is there", none))
		send(t, s, http.MethodPost, "/acme.v1.Books/Get", "{}").wantError(t, 404, envelope(10, "Resource does not exist", none))
	})
}

func TestAllowHasEveryMethodOfThePath(t *testing.T) {
	conn, _ := shelf{}.dial(t)
	calls := 0
	own := runtime.WithMiddlewares(func(next runtime.HandlerFunc) runtime.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request, p map[string]string) {
			calls++
			next(w, r, p)
		}
	})
	mux := over(t, conn, append(quiet(t), own)...)
	for _, method := range []string{http.MethodPost, http.MethodDelete, http.MethodPatch} {
		if err := mux.HandlePath(method, "/v1/books/{number}", func(http.ResponseWriter, *http.Request, map[string]string) { calls++ }); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, mux)
	for path, want := range map[string]string{
		"/v1/books/7":      "DELETE, GET, PATCH, POST",
		"/v1/kinds/1":      "GET",
		"/v1/books:batch":  "POST",
		"/v1/books/7/text": "GET",
	} {
		// What makes another method of a POST does not make one of what is not allowed.
		got := send(t, s, http.MethodPut, path, "a=1", "Content-Type", "application/x-www-form-urlencoded", "X-HTTP-Method-Override", "GET")
		got.wantError(t, 405, envelope(1, "Method is not allowed", none))
		if allow := got.header.Get("Allow"); allow != want || calls != 0 {
			t.Errorf("%s: Allow = %q, and %d routes have run: want %q and none", path, allow, calls, want)
		}
	}
}

// Routes of your own answer with the hook, by a status or by an error.
func TestErrorsOfOnesOwnRoutes(t *testing.T) {
	mux := runtime.NewServeMux(quiet(t)...)
	for path, err := range map[string]error{
		"/status":  &runtime.HTTPStatusError{HTTPStatus: http.StatusTeapot, Err: errors.New(canary)},
		"/success": &runtime.HTTPStatusError{HTTPStatus: http.StatusOK, Err: errors.New(canary)},
		"/entry":   &runtime.HTTPStatusError{HTTPStatus: http.StatusTeapot, Err: errpactv1err.NotRealized.New("")},
		"/nothing": &runtime.HTTPStatusError{HTTPStatus: http.StatusTeapot},
		"/typed":   (*runtime.HTTPStatusError)(nil),
		"/own":     errpactv1err.AuthForbidden.New(""),
		"/plain":   errors.New(canary),
		"/above":   errpactv1err.Database.Wrap(&runtime.HTTPStatusError{HTTPStatus: http.StatusNotFound, Err: errors.New(canary)}),
		"/wrapped": fmt.Errorf("x: %w", errpactv1err.InvalidValue.New("It is locked").Wrap(&runtime.HTTPStatusError{HTTPStatus: http.StatusGone})),
		"/beside":  fmt.Errorf("%w: %w", &runtime.HTTPStatusError{HTTPStatus: http.StatusLocked, Err: errors.New(canary)}, errpactv1err.InvalidValue.New("It is locked")),
		"/joined":  errors.Join(errpactv1err.InvalidValue.New("It is locked"), &runtime.HTTPStatusError{HTTPStatus: http.StatusGone, Err: errpactv1err.NotRealized}),
		"/twice": &runtime.HTTPStatusError{HTTPStatus: http.StatusTeapot, Err: errpactv1err.InvalidValue.New("It is locked").Wrap(
			&runtime.HTTPStatusError{HTTPStatus: http.StatusGone, Err: errpactv1err.NotRealized})},
	} {
		if err := mux.HandlePath(http.MethodGet, path, func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
			runtime.HTTPError(r.Context(), mux, &runtime.JSONPb{}, w, r, err)
		}); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, mux)
	unmapped := envelope(0, "Unknown server side error occurred", none)
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"/status":  {418, envelope(4, "I'm a teapot", none)},
		"/success": {500, unmapped},
		"/entry":   {418, envelope(2, "Method is not realized", none)},
		"/nothing": {418, envelope(4, "I'm a teapot", none)},
		"/typed":   {500, unmapped},
		"/own":     {403, envelope(9, "Access is denied", none)},
		"/plain":   {500, unmapped},
		"/above":   {500, envelope(12, "Critical database error", none)},
		"/wrapped": {400, envelope(4, "It is locked", none)},
		"/beside":  {423, envelope(4, "It is locked", none)},
		"/joined":  {410, envelope(4, "It is locked", none)},
		"/twice":   {418, envelope(4, "It is locked", none)},
	} {
		t.Run(path, func(t *testing.T) { send(t, s, http.MethodGet, path, "").wantError(t, want.status, want.body) })
	}
}
