// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare_test

import (
	"context"
	"io"
	"net/http"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/trouble"
)

// private is a text that no caller may read.
const private = "dial postgres://admin:hunter2@10.0.0.7"

// quiet is the default policy without its log.
var quiet = func() *mapping.Policy {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		panic(err)
	}
	return policy
}()

// A side is one of the two that a test compares.
type side struct {
	handler []connect.HandlerOption
	client  []connect.ClientOption
}

func alone() side { return side{} }

// withErrpact has errpact's interceptor on both ends.
func withErrpact() side {
	i := connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(quiet)))
	return side{[]connect.HandlerOption{i}, []connect.ClientOption{i}}
}

// service is a TroubleService whose methods end with what fail returns.
func (s side) service(fail func(context.Context) error) (string, http.Handler) {
	answer := func(ctx context.Context, _ string) error { return fail(ctx) }
	return interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: answer}, s.handler...)
}

// dial returns a call of a method that ends with what fail returns.
func (s side) dial(t *testing.T, fail func(context.Context) error, opts ...connect.ClientOption) func(context.Context) error {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(s.service(fail))
	server := loopback.Serve(t, mux)
	over := &http.Client{Transport: loopback.NewTransport(t, true)}
	client := interopv1connect.NewTroubleServiceClient(over, server.URL, append(opts, s.client...)...)
	return func(ctx context.Context) error {
		_, err := client.Unary(ctx, connect.NewRequest(new(interopv1.UnaryRequest)))
		return err
	}
}

// call is the error that a client receives for err.
func (s side) call(t *testing.T, err error, opts ...connect.ClientOption) error {
	t.Helper()
	return s.dial(t, func(context.Context) error { return err }, opts...)(t.Context())
}

// get asks for a path, and returns the answer with its body.
func get(t *testing.T, handler http.Handler, path string, header ...string) (*http.Response, string) {
	t.Helper()
	server := loopback.Serve(t, handler)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := (&http.Client{Transport: loopback.NewTransport(t, false)}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}
