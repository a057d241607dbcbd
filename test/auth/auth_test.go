// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package auth_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
)

// An outcome is what a caller gets for what it sends.
type outcome struct {
	authorization string
	want          mapping.Code
	// message is the entry's where it is empty.
	message string
}

// good is what the service lets in.
const good = "Bearer ann"

var outcomes = []outcome{
	{"", errpactv1err.AuthNotProvided, ""},
	{"Basic YW5uOng=", errpactv1err.AuthNotProvided, ""},
	{"Bearer", errpactv1err.AuthNotProvided, ""},
	{"Bearer nobody", errpactv1err.AuthInvalid, ""},
	{"Bearer no body", errpactv1err.AuthInvalid, ""},
	{"Bearer old", errpactv1err.AuthExpired, ""},
	{"Bearer wrapped", errpactv1err.AuthExpired, ""},
	{"Bearer guest", errpactv1err.AuthForbidden, "guests may only look"},
	{"Bearer authn", errpactv1err.AuthInvalid, asked},
	{"Bearer broken", errpactv1err.Unknown, ""},
	{"Bearer upstream", errpactv1err.ExternalServiceRejected, ""},
	{"Bearer timeout", errpactv1err.ExternalServiceTimedOut, ""},
	{good, mapping.Code{}, ""},
}

// TestEachWayTellsTheNumbersApart asks every server of the page by every client, with a call of each kind.
func TestEachWayTellsTheNumbersApart(t *testing.T) {
	for _, in := range installs {
		t.Run(in.name, func(t *testing.T) {
			t.Parallel()
			var called users
			s := loopback.Serve(t, in.handler(t, &called))
			for _, o := range outcomes {
				for _, c := range clients() {
					call := c.dial(t, s, o.authorization)
					for _, m := range callers.Methods {
						if c.way.Carries(m) {
							checkRPC(t, fmt.Sprintf("%q, %s, %s", o.authorization, c.name, m), call.Err(t.Context(), m, ""), o)
						}
					}
				}
				checkREST(t, s, o)
			}
			if len(called.all) != 1 || !called.all["ann"] {
				t.Errorf("the service was called for %v", called.all)
			}
		})
	}
}

// asked is the text of an error of authn's own, which names no entry. The number is the client's to infer, by what its
// interceptor saw of the request: not what a transport adds below.
const asked = `who is "authn"?`

func checkRPC(t *testing.T, name string, err error, o outcome) {
	t.Helper()
	if o.authorization == good {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	e, ok := mapping.From(err)
	if e.Inferred() && o.message == asked && errors.Is(e, errpactv1err.AuthNotProvided) {
		return
	}
	message := o.message
	if message == "" {
		message = o.want.Message()
	}
	if !ok || !errors.Is(err, o.want) || e.Message() != message || strings.Contains(fmt.Sprintf("%+v", err), canary) {
		t.Errorf("%s: %+v, want %v %q", name, err, o.want, message)
	}
}

// checkREST asks by GET and by POST.
func checkREST(t *testing.T, s *httptest.Server, o outcome) {
	t.Helper()
	for method, path := range map[string]string{http.MethodGet: "/v1/trouble/x", http.MethodPost: "/v1/trouble"} {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodGet {
			r.Body, r.ContentLength = http.NoBody, 0
		}
		r.Header.Set("Content-Type", "application/json")
		if o.authorization != "" {
			r.Header.Set("Authorization", o.authorization)
		}
		res, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%q, REST, %s", o.authorization, method)
		checkRPC(t, name, rest.CheckResponse(res), o)
		if challenge := res.Header.Get("Www-Authenticate"); (res.StatusCode == http.StatusUnauthorized) != (challenge != "") {
			t.Errorf("%s: %d with challenge %q", name, res.StatusCode, challenge)
		}
		_ = res.Body.Close()
	}
}
