// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"connectrpc.com/connect"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/grpclog"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/gateway"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/trouble"
)

func init() {
	// grpc-gateway logs every error that it meets.
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard))
}

// dial is a connection of grpc-go to a server of this test.
func dial(t testing.TB, s *httptest.Server) *grpc.ClientConn {
	t.Helper()
	transport, ok := s.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("no transport")
	}
	creds := credentials.NewTLS(&tls.Config{RootCAs: transport.TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12})
	conn, err := grpc.NewClient(strings.TrimPrefix(s.URL, "https://"), grpc.WithTransportCredentials(creds))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn
}

// gatewayOver is grpc-gateway in front of TroubleService, which it reaches over gRPC, and a count of how
// often that ran.
func gatewayOver(t testing.TB, hooks []runtime.ServeMuxOption, opts ...connect.HandlerOption) (http.Handler, *atomic.Int32) {
	t.Helper()
	ran := new(atomic.Int32)
	backend := http.NewServeMux()
	backend.Handle(interopv1connect.NewTroubleServiceHandler(counted(ran), append(opts, connect.WithReadMaxBytes(maxBody))...))
	mux := runtime.NewServeMux(hooks...)
	if err := interopv1.RegisterTroubleServiceHandler(t.Context(), mux, dial(t, serve(t, backend, true))); err != nil {
		t.Fatal(err)
	}
	return mux, ran
}

func counted(ran *atomic.Int32) trouble.Connect {
	return trouble.Connect{Answer: func(ctx context.Context, name string) error {
		ran.Add(1)
		return fail(ctx, name)
	}}
}

// deadGateway is grpc-gateway in front of a backend that nobody answers for.
func deadGateway(t testing.TB, hooks ...runtime.ServeMuxOption) http.Handler {
	t.Helper()
	s := serve(t, http.NotFoundHandler(), true)
	s.URL = "https://" + loopback.ClosedAddress(t)
	mux := runtime.NewServeMux(hooks...)
	if err := interopv1.RegisterTroubleServiceHandler(t.Context(), mux, dial(t, s)); err != nil {
		t.Fatal(err)
	}
	return mux
}

// gateways has the backend down for callers who ask with X-Dead.
func gateways(t testing.TB) []pair {
	t.Helper()
	policy := newPolicy(t)
	hooks := gateway.Options(gateway.WithPolicy(policy))
	before, _ := gatewayOver(t, nil)
	after, ran := gatewayOver(t, hooks, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
	either := func(h, dead http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Dead") != "" {
				dead.ServeHTTP(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	limit := func(h http.Handler) http.Handler { return http.MaxBytesHandler(h, 3*maxBody) }
	return []pair{{
		name: "grpc-gateway", before: limit(either(before, deadGateway(t))), http2: true, ran: ran,
		after: rest.Handler(limit(either(after, deadGateway(t, hooks...))), rest.WithPolicy(policy)),
	}}
}

var gatewayRows = []row{
	fails("an error of the catalogue", "mapped", want{status: 404, number: 10, message: "Resource does not exist"}),
	fails("an error with a retry delay", "retry", want{status: 503, number: 12, message: "Database is temporarily unavailable", header: []string{"Retry-After", "1"}}),
	fails("an expired token", "unauthenticated", want{status: 401, number: 8, message: "Access token has expired", header: []string{"Www-Authenticate", `Bearer realm="api"`}}),
	fails("an error that nobody mapped", "unmapped", want{status: 500, message: unknown}),
	fails("a Connect error for the caller", "connect", want{status: 409, number: 4, message: "is there"}),
	fails("a Connect error of code internal", "internal", want{status: 500, message: unknown}),
	fails("a detail of an unknown type", "any", want{status: 404, number: 10, message: "is not there"}),
	fails("a Connect code that does not exist", "17", want{status: 500, message: unknown}),
	fails("a panic", "panic", want{status: 500, message: unknown}),
	{"the caller's deadline", "GET", "/v1/trouble/slow", "", []string{"Grpc-Timeout", "500m"}, want{status: 504, message: "Gateway Timeout", runs: true}},
	{"a malformed deadline", "GET", "/v1/trouble/x", "", []string{"Grpc-Timeout", "soon"}, want{status: 400, number: 3, message: structure}},
	{"a backend that is down", "GET", "/v1/trouble/x", "", []string{"X-Dead", "1"}, want{status: 502, number: 11, message: "External service is unreachable", header: []string{"Retry-After", "1"}}},
	gets("an unknown path", "/nope", want{status: 404, number: 10, message: "Resource does not exist"}),
	{"a wrong method", "DELETE", "/v1/trouble/x", "", nil, want{status: 405, number: 1, message: "Method is not allowed", header: []string{"Allow", "GET"}}},
	{"HEAD", "HEAD", "/v1/trouble/x", "", nil, want{status: 405, header: []string{"Allow", "GET"}}},
	{"OPTIONS", "OPTIONS", "/v1/trouble/x", "", nil, want{status: 405, number: 1, message: "Method is not allowed", header: []string{"Allow", "GET"}}},
	posts("broken JSON", `{"name":`, want{status: 400, number: 3, message: structure}),
	posts("a value of the wrong type", `{"inner":{"count":"x"}}`, want{status: 400, number: 5, message: "Invalid type", field: "inner.count", reason: "WRONG_TYPE"}),
	posts("an array in place of an object", `[]`, want{status: 400, number: 5, message: "Invalid type"}),
	posts("a number out of range", `{"amount":4294967296}`, want{status: 400, number: 4, message: "Invalid value", field: "amount", reason: "NOT_ALLOWED"}),
	{"broken JSON for a field", "PUT", "/v1/trouble/x/inner", `{"label":`, []string{"Content-Type", "application/json"}, want{status: 400, number: 3, message: structure}},
	{"a wrong type for a field", "PUT", "/v1/trouble/x/inner", `{"count":"x"}`, []string{"Content-Type", "application/json"}, want{status: 400, number: 5, message: "Invalid type", field: "count", reason: "WRONG_TYPE"}},
	posts("a value in the words of a decoder", `{"amount":"request body too large"}`, want{status: 400, number: 5, message: "Invalid type", field: "amount", reason: "WRONG_TYPE"}),
	posts("a field mask in snake_case", `{"updateMask":"display_name"}`, want{status: 400, number: 4, message: "Invalid value", field: "updateMask", reason: "NOT_ALLOWED"}),
	posts("an Any whose type is a number", `{"payload":{"@type":5}}`, want{status: 400, number: 3, message: structure, field: "payload", reason: "SYNTAX"}),
	posts("an Any of an unknown type", `{"payload":{"@type":"acme.v1.Nobody"}}`, want{status: 400, number: 3, message: structure, field: "payload", reason: "SYNTAX"}),
	posts("an Any without its value", `{"payload":{"@type":"x/google.protobuf.Duration"}}`, want{status: 400, number: 3, message: structure, field: "payload", reason: "SYNTAX"}),
	{"a wrong type in a list", "PUT", "/v1/trouble/x/inners", "[\n  {\"count\": \"x\"},\n  {\"count\": \"y\"}\n]", []string{"Content-Type", "application/json"}, want{status: 400, number: 5, message: "Invalid type", field: "[0].count", reason: "WRONG_TYPE"}},
	{"a body that is a mask", "PUT", "/v1/trouble/x/mask", `"display_name"`, []string{"Content-Type", "application/json"}, want{status: 400, number: 4, message: "Invalid value"}},
	posts("an unknown field", `{"nope":1}`, want{status: 200, as: asIs, runs: true}),
	posts("an unknown enum name", `{"kind":"KIND_NOPE"}`, want{status: 200, as: asIs, runs: true}),
	gets("query: a wrong type", "/v1/trouble/x?amount=many", want{status: 400, number: 5, message: "Invalid type", field: "amount", reason: "WRONG_TYPE"}),
	gets("query: a number in quotes", "/v1/trouble/x?amount=%225%22", want{status: 400, number: 5, message: "Invalid type", field: "amount", reason: "WRONG_TYPE"}),
	gets("query: a wrong type for a wrapper", "/v1/trouble/x?size=many", want{status: 400, number: 5, message: "Invalid type", field: "size", reason: "WRONG_TYPE"}),
	gets("query: out of a wrapper's range", "/v1/trouble/x?size=4294967296", want{status: 400, number: 4, message: "Invalid value", field: "size", reason: "NOT_ALLOWED"}),
	gets("path: a wrong type for a wrapper", "/v1/trouble/x/sizes/many", want{status: 400, number: 5, message: "Invalid type", field: "size", reason: "WRONG_TYPE"}),
	gets("query: out of range", "/v1/trouble/x?amount=4294967296", want{status: 400, number: 4, message: "Invalid value", field: "amount", reason: "NOT_ALLOWED"}),
	gets("query: an unknown enum name", "/v1/trouble/x?kind=KIND_NOPE", want{status: 400, number: 4, message: "Invalid value", field: "kind", reason: "NOT_ALLOWED"}),
	gets("query: no base64", "/v1/trouble/x?data=!", want{status: 400, number: 4, message: "Invalid value", field: "data", reason: "NOT_ALLOWED"}),
	gets("query: an unknown name", "/v1/trouble/x?nope=1", want{status: 200, as: asIs, runs: true}),
	posts("a text that is not UTF-8", "{\"name\":\"\xff\"}", want{status: 400, number: 3, message: structure}),
	posts("a body too large for the backend", `{"name":"`+strings.Repeat("x", 2*maxBody)+`"}`, want{status: 413, number: 3, message: "Request Entity Too Large"}),
	posts("a body too large for http.MaxBytesHandler", `{"name":"`+strings.Repeat("x", 4*maxBody)+`"}`, want{status: 413, number: 3, message: "Request Entity Too Large"}),
	gets("a stream that fails before its first message", "/v1/trouble/mapped/stream", want{status: 404, number: 10, message: "Resource does not exist", runs: true}),
	gets("a stream that fails after one", "/v1/trouble/mapped/stream?messages=1", want{status: 200, number: 10, message: "Resource does not exist", as: late, runs: true}),
}
