// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"net"
	"net/http"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	connectcors "connectrpc.com/cors"
	"github.com/rs/cors"
	"google.golang.org/grpc"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// The stacks, as the matrix calls them.
const (
	v1           = "connect v1"
	v2           = "connect v2"
	grpcGo       = "grpc-go"
	nodeJS       = "connect-node"
	nodeOurs     = "Node with errpact"
	browser      = "browser"
	browserBlind = "browser, nothing exposed"
	inProcess    = "in process, v2"
)

// A server is the service on one stack.
type server struct {
	stack   string
	address string
	// exposing and hiding are where it answers pages of other origins: with the headers exposed that errpact asks
	// for, and with none.
	exposing, hiding string
	// here is set for a server that is called without a network.
	here *connectv2.Server
}

// speaks tells what a server can be called by.
func (s server) speaks(w way) bool {
	switch {
	case s.here != nil || w.Protocol == inProcess:
		return s.here != nil && w.Protocol == inProcess
	case s.stack == grpcGo:
		return w.Protocol == "gRPC" && !w.JSON
	}
	return true
}

// servers start the service on each stack.
func servers(t *testing.T, answer trouble.Answer) []server {
	t.Helper()
	policy := newPolicy(t)
	return []server{
		serveV1(t, answer, policy), serveV2(t, answer, policy), serveGRPC(t, answer, policy),
		{stack: inProcess, here: newV2(answer, policy)},
	}
}

// newPolicy knows both catalogues, and reports nothing.
func newPolicy(t *testing.T) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(mapping.WithCatalogues(nil, conformance), mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

func serveV1(t *testing.T, answer trouble.Answer, policy *mapping.Policy) server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle(interopv1connect.NewTroubleServiceHandler(
		trouble.Connect{Answer: answer}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))))
	return serveWeb(t, v1, mux)
}

func serveV2(t *testing.T, answer trouble.Answer, policy *mapping.Policy) server {
	t.Helper()
	mux := http.NewServeMux()
	connecthttp.Mount(mux, newV2(answer, policy))
	return serveWeb(t, v2, mux)
}

// serveWeb serves other programs, and pages of other origins.
func serveWeb(t *testing.T, stack string, handler http.Handler) server {
	t.Helper()
	return server{
		stack: stack, address: serveHTTP(t, handler),
		exposing: serveHTTP(t, forPages(handler, append(connectcors.ExposedHeaders(), rest.ExposedHeaders()...))),
		hiding:   serveHTTP(t, forPages(handler, nil)),
	}
}

func forPages(handler http.Handler, exposed []string) http.Handler {
	return cors.New(cors.Options{
		AllowedMethods: connectcors.AllowedMethods(),
		AllowedHeaders: append(connectcors.AllowedHeaders(), "X-Request-Id"),
		ExposedHeaders: exposed,
		MaxAge:         7200,
	}).Handler(handler)
}

func newV2(answer trouble.Answer, policy *mapping.Policy) *connectv2.Server {
	s := connectv2.NewServer(errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy)))
	interopv1connectv2.RegisterTroubleServiceHandler(s, trouble.ConnectV2{Answer: answer})
	return s
}

func serveGRPC(t *testing.T, answer trouble.Answer, policy *mapping.Policy) server {
	t.Helper()
	s := grpc.NewServer(grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()...)
	interopv1.RegisterTroubleServiceServer(s, trouble.GRPC{Answer: answer})
	return server{stack: grpcGo, address: listenGRPC(t, s)}
}

func listenGRPC(t *testing.T, s *grpc.Server) (address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// serveHTTP speaks HTTP/1.1 and HTTP/2 on one port.
func serveHTTP(t *testing.T, handler http.Handler) (address string) {
	t.Helper()
	return loopback.Serve(t, handler).Listener.Addr().String()
}
