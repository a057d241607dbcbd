// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"net/http"
	"slices"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/stackv1"
	"github.com/errpact/errpact/internal/testkit/stackv2"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// A stack is one of the suite's. Its service is built as a real one is: Connect's has REST beside RPC.
type stack struct {
	name string
	suite.Stack
}

// The stacks' names.
const (
	onV1   = "v1"
	onV2   = "v2"
	onGRPC = "grpc-go"
)

var stacks = []stack{
	{onV1, withREST(stackv1.New(nil), stackv1.Handler, troubleV1)},
	{onV2, withREST(stackv2.New(), stackv2.Handler, troubleV2)},
	{onGRPC, stackGRPC},
}

// withREST has a stack serve REST beside its RPC.
func withREST(s suite.Stack, rpc func(testing.TB, suite.Service) http.Handler, rest func(trouble.Answer, *mapping.Policy) http.Handler) suite.Stack {
	s.Serve = func(tb testing.TB, service suite.Service) suite.Server {
		return suite.Server{URL: loopback.Serve(tb, newHouse(tb, service, rpc(tb, service), rest)).URL}
	}
	return s
}

// way returns the first way with a protocol and a codec.
func (st stack) way(protocol string, json bool) (suite.Way, bool) {
	i := slices.IndexFunc(st.Ways, func(w suite.Way) bool { return w.Protocol == protocol && w.JSON == json })
	if i < 0 {
		return suite.Way{}, false
	}
	return st.Ways[i], true
}

// speaks tells the wires by which the stack can be called.
func (st stack) speaks(wires []wire) []wire {
	return slices.DeleteFunc(slices.Clone(wires), func(w wire) bool { return st.name == onGRPC && w.way.Protocol != suite.GRPC })
}

// everyStack runs a test for each wire of the service on each stack, at the same time.
func everyStack(t *testing.T, s suite.Service, wires []wire, test func(*testing.T, *caller)) {
	t.Helper()
	for _, st := range stacks {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			everyWire(t, st, st.Serve(t, s), wires, test)
		})
	}
}

// troubleV1 is the service with bindings of REST, on Connect v1. A nil policy leaves errpact away.
func troubleV1(answer trouble.Answer, policy *mapping.Policy) http.Handler {
	var options []connect.HandlerOption
	if policy != nil {
		options = append(options, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
	}
	_, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: answer}, options...)
	return handler
}

// troubleV2 is the same on Connect v2.
func troubleV2(answer trouble.Answer, policy *mapping.Policy) http.Handler {
	var interceptors []connectv2.ServerInterceptor
	if policy != nil {
		interceptors = append(interceptors, errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy)))
	}
	server := connectv2.NewServer(interceptors...)
	interopv1connectv2.RegisterTroubleServiceHandler(server, trouble.ConnectV2{Answer: answer})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	return mux
}
