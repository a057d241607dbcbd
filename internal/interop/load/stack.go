// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/internal/interop/trouble"
	"github.com/errpact/errpact/mapping"
)

// A stack is a server with every adapter in it, and the transports of its callers.
type stack struct {
	failures []failure
	server   *http.Server
	address  string
	// http1 and http2 speak one version of HTTP each.
	http1, http2 *http.Transport
}

func newStack() (*stack, error) {
	s := &stack{failures: failures(), http1: newTransport(false), http2: newTransport(true)}
	handler, err := s.handler()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.address = listener.Addr().String()
	s.server = &http.Server{
		Handler: handler, Protocols: protocols(true, true), ReadHeaderTimeout: time.Minute,
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

func (s *stack) close() {
	s.closeIdle()
	_ = s.server.Close()
}

// closeIdle lets go of the connections that callers keep, so that what is left is counted alone.
func (s *stack) closeIdle() {
	s.http1.CloseIdleConnections()
	s.http2.CloseIdleConnections()
}

// handler is rest.Handler outermost, over vanguard for REST and over Connect for RPCs.
func (s *stack) handler() (http.Handler, error) {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		return nil, err
	}
	path, service := interopv1connect.NewTroubleServiceHandler(trouble.Connect{Answer: s.answer},
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(path, service)})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(path, service)
	mux.Handle("/", transcoder)
	mux.HandleFunc("/hostile/", answerHostile)
	return rest.Handler(mux, rest.WithPolicy(policy)), nil
}

func (s *stack) answer(ctx context.Context, name string) error {
	switch name {
	case "", "success":
		return nil
	case waits:
		<-ctx.Done()
		return ctx.Err()
	}
	for _, f := range s.failures {
		if f.name == name {
			return f.fail(ctx)
		}
	}
	return errors.New("no failure has this name")
}

// client is a caller's, with every limit that it can have.
func (s *stack) client(w way, path string) interopv1connect.TroubleServiceClient {
	transport := s.http1
	if w.http2 {
		transport = s.http2
	}
	options := append([]connect.ClientOption{
		connect.WithInterceptors(interceptor.New()), connect.WithReadMaxBytes(1 << 20),
	}, w.options...)
	return interopv1connect.NewTroubleServiceClient(
		&http.Client{Transport: interceptor.Transport(transport)}, "http://"+s.address+path, options...)
}

// A way is a protocol, a codec and a version of HTTP.
type way struct {
	name    string
	http2   bool
	options []connect.ClientOption
}

var ways = []way{
	{"Connect, HTTP/1.1", false, nil},
	{"Connect, HTTP/2", true, []connect.ClientOption{connect.WithProtoJSON()}},
	{"gRPC", true, []connect.ClientOption{connect.WithGRPC()}},
	{"gRPC-Web, HTTP/1.1", false, []connect.ClientOption{connect.WithGRPCWeb()}},
	{"gRPC-Web, HTTP/2", true, []connect.ClientOption{connect.WithGRPCWeb(), connect.WithProtoJSON()}},
}

func protocols(http1, http2 bool) *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(http1)
	p.SetUnencryptedHTTP2(http2)
	return p
}

// newTransport reads more headers than [interceptor.Transport] lets pass: net/http's own limit ends the
// connection, and so the calls of others on it.
func newTransport(http2 bool) *http.Transport {
	return &http.Transport{Protocols: protocols(!http2, http2), MaxResponseHeaderBytes: 1 << 20, MaxIdleConnsPerHost: callers}
}
