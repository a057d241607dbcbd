// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/vanguard"
	"google.golang.org/grpc"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
	"github.com/errpact/errpact/test/trouble"
)

// The stacks' names.
const (
	v1     = "Connect v1"
	v2     = "Connect v2"
	grpcGo = "grpc-go"
)

// A server is the service on one stack.
type server struct {
	stack, address string
	stop           func() error
}

// isHTTP is for REST callers, too, and hostile on some paths.
func (s server) isHTTP() bool { return s.stack != grpcGo }

func newPolicy() (*mapping.Policy, error) { return mapping.NewPolicy(mapping.WithReport(nil)) }

func startV1(s *stack) (server, error) {
	policy, err := newPolicy()
	if err != nil {
		return server{}, err
	}
	_, handler := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: s.answer},
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
	return startHTTP(v1, handler, policy)
}

func startV2(s *stack) (server, error) {
	policy, err := newPolicy()
	if err != nil {
		return server{}, err
	}
	served := connectv2.NewServer(errpactv2.NewServerInterceptor(errpactv2.WithPolicy(policy)))
	interopv1connectv2.RegisterTroubleServiceHandler(served, trouble.ConnectV2{Answer: s.answer})
	handler := http.NewServeMux()
	connecthttp.Mount(handler, served)
	return startHTTP(v2, handler, policy)
}

// startHTTP has rest.Handler outermost, over vanguard for REST and over Connect for RPCs.
func startHTTP(stack string, service http.Handler, policy *mapping.Policy) (server, error) {
	path := "/" + interopv1connect.TroubleServiceName + "/"
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, service)})
	if err != nil {
		return server{}, err
	}
	mux := http.NewServeMux()
	mux.Handle(path, service)
	mux.Handle("/", transcoder)
	mux.HandleFunc("/hostile/", answerHostile)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return server{}, err
	}
	h := &http.Server{
		Handler: rest.Handler(mux, rest.WithPolicy(policy)), Protocols: protocols(true, true), ReadHeaderTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() { _ = h.Serve(listener) }()
	return server{stack, listener.Addr().String(), h.Close}, nil
}

func startGRPC(s *stack) (server, error) {
	policy, err := newPolicy()
	if err != nil {
		return server{}, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return server{}, err
	}
	g := grpc.NewServer(grpcgo.New(grpcgo.WithPolicy(policy)).ServerOptions()...)
	interopv1.RegisterTroubleServiceServer(g, trouble.GRPC{Answer: s.answer})
	go func() { _ = g.Serve(listener) }()
	return server{grpcGo, listener.Addr().String(), func() error { g.Stop(); return nil }}, nil
}
