// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // which callers ask for

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/loopback"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// A stack is a framework for RPC on which the service runs.
type stack struct {
	name string
	// serve starts the service and gives its address.
	serve func(testing.TB, service) (base string)
	// grpcOnly is for one that speaks neither Connect nor gRPC-Web, and has no REST.
	grpcOnly bool
}

// The stacks' names.
const (
	onV1   = "v1"
	onV2   = "v2"
	onGRPC = "grpc-go"
)

var stacks = []stack{
	{onV1, overHTTP(service.connectV1), false},
	{onV2, overHTTP(service.connectV2), false},
	{onGRPC, serveGRPC, true},
}

// speaks tells the wires by which the stack can be called.
func (st stack) speaks(wires []wire) []wire {
	return slices.DeleteFunc(slices.Clone(wires), func(w wire) bool {
		return st.grpcOnly && !strings.HasPrefix(w.name, "grpc/")
	})
}

// everyStack runs a test for each wire of the service on each stack, at the same time.
func everyStack(t *testing.T, s service, wires []wire, test func(*testing.T, *caller)) {
	t.Helper()
	for _, st := range stacks {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			everyWire(t, st, st.serve(t, s), wires, test)
		})
	}
}

// servicePath is where Connect's handlers are mounted.
const servicePath = "/" + interopv1connect.TroubleServiceName + "/"

func (s service) connectV1() http.Handler {
	var options []connect.HandlerOption
	if !s.bare {
		options = append(options, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(s.policy))))
	}
	_, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: s.answer}, options...)
	return handler
}

func (s service) connectV2() http.Handler {
	var interceptors []connectv2.ServerInterceptor
	if !s.bare {
		interceptors = append(interceptors, errpactv2.NewServerInterceptor(errpactv2.WithPolicy(s.policy)))
	}
	server := connectv2.NewServer(interceptors...)
	interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: s.answer})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return mux
}

// overHTTP serves RPC by net/http, beside REST.
func overHTTP(rpc func(service) http.Handler) func(testing.TB, service) string {
	return func(t testing.TB, s service) string {
		t.Helper()
		return loopback.Serve(t, s.handler(t, rpc(s))).URL
	}
}

func serveGRPC(t testing.TB, s service) string {
	t.Helper()
	var options []grpc.ServerOption
	if !s.bare {
		options = grpcgo.New(grpcgo.WithPolicy(s.policy)).ServerOptions()
	}
	server := grpc.NewServer(options...)
	interopv1.RegisterTroubleServiceServer(server, trouble.GRPC{Answer: s.answer})
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}
