// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/vanguard"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// A server is where the service is, and how many connections it was given.
type server struct {
	address     string
	connections *atomic.Int32
	// onlyGRPC servers have neither gRPC-Web nor Connect nor REST.
	onlyGRPC bool
}

// serveGRPC starts the service on grpc-go, which answers with what errpact sends of the errors. Connect
// never sends the error of gRPC in headers alone; grpc-go does wherever no message came before.
func serveGRPC(t *testing.T, statuses map[string]*statuspb.Status) server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	interopv1.RegisterTroubleServiceServer(s, trouble.GRPC{Answer: func(_ context.Context, name string) error {
		return status.ErrorProto(statuses[name])
	}})
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return server{address: listener.Addr().String(), onlyGRPC: true}
}

// serve starts the service on Connect v1, RPC and REST on one port, on HTTP/1.1 and HTTP/2, with errpact
// unless it is bare.
func serve(t *testing.T, answer trouble.Answer, bare bool, options ...mapping.Option) server {
	t.Helper()
	policy := newPolicy(t, options...)
	var handlerOptions []connect.HandlerOption
	if !bare {
		handlerOptions = append(handlerOptions, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
	}
	_, rpc := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: answer}, handlerOptions...)
	return serveHTTP(t, rpc, policy)
}

// serveV2 does it on Connect v2.
func serveV2(t *testing.T, answer trouble.Answer, options ...mapping.Option) server {
	t.Helper()
	policy := newPolicy(t, options...)
	s := connectv2.NewServer(errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy)))
	interopv1connectv2.RegisterTroubleServiceHandler(s, trouble.ConnectV2{Answer: answer})
	rpc := http.NewServeMux()
	connecthttp.Mount(rpc, s)
	return serveHTTP(t, rpc, policy)
}

func newPolicy(t *testing.T, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

func serveHTTP(t *testing.T, rpc http.Handler, policy *mapping.Policy) server {
	t.Helper()
	path := "/" + interopv1connect.TroubleServiceName + "/"
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{
		vanguard.NewService(path, rpc, vanguard.WithTargetCodecs(vanguard.CodecProto)),
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(path, rpc)
	mux.Handle("/", transcoder)
	var connections atomic.Int32
	h := loopback.New(rest.Handler(mux, rest.WithPolicy(policy)))
	h.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	h.Start()
	t.Cleanup(h.Close)
	return server{address: h.Listener.Addr().String(), connections: &connections}
}

// answers are those of a service whose problems have names.
func answers(errs map[string]error) trouble.Answer {
	return func(_ context.Context, name string) error { return errs[name] }
}

// serveProblems starts the service on each stack.
func serveProblems(t *testing.T, problems map[string]problem, options ...mapping.Option) map[string]server {
	t.Helper()
	errs, statuses := map[string]error{}, map[string]*statuspb.Status{}
	for name, p := range problems {
		errs[name], statuses[name] = p.err, p.status
	}
	return map[string]server{
		"connect-go":    serve(t, answers(errs), false, options...),
		"connect-go v2": serveV2(t, answers(errs), options...),
		"grpc-go":       serveGRPC(t, statuses),
	}
}
