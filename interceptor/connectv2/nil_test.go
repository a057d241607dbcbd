// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"connectrpc.com/connect/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// contexts are one, and that of a caller who has none.
var contexts = []context.Context{context.Background(), nil}

// TestG7ExportedFunctionsTakeNil has a row for every exported function.
func TestG7ExportedFunctionsTakeNil(t *testing.T) {
	rows := map[string]func(*testing.T){
		"NewServerInterceptor": func(t *testing.T) { checkServer(t, connectv2.NewServerInterceptor(nil, nil)) },
		"NewClientInterceptor": func(t *testing.T) { checkClient(t, connectv2.NewClientInterceptor(nil, nil)) },
		"WithPolicy":           func(t *testing.T) { checkServer(t, connectv2.NewServerInterceptor(connectv2.WithPolicy(nil))) },
		"WithRelay":            func(t *testing.T) { checkClient(t, connectv2.NewClientInterceptor(connectv2.WithRelay())) },
		"WithSkip":             func(t *testing.T) { checkServer(t, connectv2.NewServerInterceptor(connectv2.WithSkip(nil))) },
		"LimitResponses":       checkTransport,
	}
	want, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(before)
	for name, row := range rows {
		t.Run(name, row)
	}
}

func checkServer(t *testing.T, interceptor connect.ServerInterceptor) {
	t.Helper()
	if interceptor(nil) != nil {
		t.Errorf("nothing was wrapped, and became something")
	}
	for _, ctx := range contexts {
		for _, failure := range suite.NilErrors() {
			err := interceptor(func(context.Context, connect.Spec, connect.ServerStream) error { return failure })(ctx, connect.Spec{}, nil)
			if e, ok := errors.AsType[*connect.Error](err); !ok || e == nil || e.Code() != connect.CodeUnknown {
				t.Errorf("%#v became %#v", failure, err)
			}
		}
	}
}

func checkClient(t *testing.T, interceptor connect.ClientInterceptor) {
	t.Helper()
	if interceptor(nil) != nil {
		t.Errorf("nothing was wrapped, and became something")
	}
	for _, ctx := range contexts {
		for _, failure := range suite.NilErrors() {
			_, err := interceptor(func(context.Context, connect.Spec) (connect.ClientStream, error) { return nil, failure })(ctx, connect.Spec{})
			if typed, ok := mapping.From(err); !ok || !typed.Remote() {
				t.Errorf("%#v became %#v", failure, err)
			}
		}
	}
}

func checkTransport(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for _, base := range []http.RoundTripper{nil, (*http.Transport)(nil)} {
		transport := connectv2.LimitResponses(base)
		if _, err := transport.RoundTrip(nil); err == nil {
			t.Errorf("a nil request was sent")
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
}
