// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// quietly starts a service whose method answers so, and reports nothing.
func quietly(t *testing.T, answer func(context.Context) error) *httptest.Server {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	server := serveFolders(func(ctx context.Context, _ string) (string, error) { return "", answer(ctx) },
		interceptor.New(interceptor.WithPolicy(policy)))
	t.Cleanup(server.Close)
	return server
}

func always(err error) func(context.Context) error { return func(context.Context) error { return err } }

// TestUnreachableIsInferredUnlessTheServerNamedIt: a client tells its own connection from what is behind the server.
func TestUnreachableIsInferredUnlessTheServerNamedIt(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no backend", http.StatusServiceUnavailable)
	}))
	t.Cleanup(proxy.Close)
	for name, test := range map[string]struct {
		url               string
		inferred, network bool
	}{
		"nobody listens":      {"http://" + loopback.ClosedAddress(t), true, true},
		"a proxy":             {proxy.URL, true, false},
		"the server named it": {quietly(t, always(errpactv1err.ExternalServiceUnreachable)).URL, false, false},
	} {
		_, err := callFolders(test.url, interceptor.New())(t.Context(), "f-17")
		if e, _ := mapping.From(err); !errors.Is(err, errpactv1err.ExternalServiceUnreachable) || e.Inferred() != test.inferred {
			t.Errorf("%s: %v, inferred %t, want UNREACHABLE, inferred %t", name, err, e.Inferred(), test.inferred)
		}
		if _, ok := errors.AsType[*net.OpError](err); ok != test.network {
			t.Errorf("%s: %v has a net.OpError: %t, want %t", name, err, ok, test.network)
		}
	}
}

// TestRequestIDIsInEachRESTAnswerAndInFailuresOfRPCs: an RPC's caller gets it where the log has more than the answer.
func TestRequestIDIsInEachRESTAnswerAndInFailuresOfRPCs(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	for failure, wanted := range map[error]bool{errpactv1err.NotExist: false, errpactv1err.Database: true, errors.New("x"): true} {
		_, err := callFolders(quietly(t, always(failure)).URL, interceptor.New())(t.Context(), "f-17")
		if e, _ := mapping.From(err); (e.RequestID() != "") != wanted {
			t.Errorf("an RPC's %v has request id %q, want one: %t", err, e.RequestID(), wanted)
		}
		answer := httptest.NewRecorder()
		rest.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, failure) }), rest.WithPolicy(policy)).
			ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
		if e, _ := mapping.From(rest.CheckResponse(answer.Result())); e.RequestID() == "" {
			t.Errorf("a REST answer's %v has no request id", e)
		}
	}
}

// TestOwnDeadlineHasItsConnectCode, whether the client or the server notices it first.
func TestOwnDeadlineHasItsConnectCode(t *testing.T) {
	waiting := quietly(t, func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	named := quietly(t, always(connect.NewError(connect.CodeDeadlineExceeded, nil)))
	ctx, cancel := context.WithTimeout(t.Context(), 1)
	defer cancel()
	for name, call := range map[string]func() error{
		"the client": func() error { _, err := callFolders(waiting.URL, interceptor.New())(ctx, "f-17"); return err },
		"the server": func() error { _, err := callFolders(named.URL, interceptor.New())(t.Context(), "f-17"); return err },
	} {
		if err := call(); connect.CodeOf(err) != connect.CodeDeadlineExceeded {
			t.Errorf("%s: %v has code %v, want deadline_exceeded", name, err, connect.CodeOf(err))
		}
	}
}
