// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package auth_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"connectrpc.com/authn"
	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
)

// What follows is the code of the page, to the letter.

// userOf returns the user that a request's token belongs to, or why the request is refused.
func userOf(ctx context.Context, header http.Header) (string, error) {
	token, found := strings.CutPrefix(header.Get("Authorization"), "Bearer ")
	if !found {
		return "", errpactv1err.AuthNotProvided
	}
	session, err := sessions.Find(ctx, token)
	switch {
	case err != nil:
		return "", err // of the store of sessions: a rule knows it, or it is UNKNOWN
	case session == nil:
		return "", errpactv1err.AuthInvalid
	case session.Expired():
		return "", errpactv1err.AuthExpired
	case session.Guest:
		return "", errpactv1err.AuthForbidden.New("guests may only look")
	}
	return session.User, nil
}

func withAuthn(api http.Handler) http.Handler {
	middleware := authn.NewMiddleware(rest.Auth(func(ctx context.Context, req authn.Request) (any, error) {
		return userOf(ctx, req.Header())
	}))
	return rest.Handler(middleware.Wrap(api))
}

// authenticator is an interceptor.
type authenticator struct{}

func (authenticator) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		user, err := userOf(ctx, req.Header())
		if err != nil {
			return nil, err
		}
		return next(withUser(ctx, user), req)
	}
}

func (authenticator) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		user, err := userOf(ctx, conn.RequestHeader())
		if err != nil {
			return err
		}
		return next(withUser(ctx, user), conn)
	}
}

func (authenticator) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func withInterceptor(service interopv1connect.TroubleServiceHandler) (path string, handler http.Handler) {
	return interopv1connect.NewTroubleServiceHandler(service,
		connect.WithInterceptors(interceptor.New(), authenticator{})) // errpact outside, auth inside
}

func auth(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := userOf(r.Context(), r.Header)
		if err != nil {
			rest.Error(w, r, err)
			return
		}
		api.ServeHTTP(w, r.WithContext(withUser(r.Context(), user)))
	})
}

func withForeign(api http.Handler, limiter func(http.Handler) http.Handler) http.Handler {
	return rest.Handler(rest.Gate(limiter)(api))
}

// TestPageIsCompiled: each block of Go in the page is in this file.
func TestPageIsCompiled(t *testing.T) {
	page, err := os.ReadFile("../../docs/auth.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("page_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) != 5 {
		t.Errorf("%d blocks, want 5", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(string(code), "\n"+block) {
			t.Errorf("the page's code is not compiled here:\n%s", block)
		}
	}
}
