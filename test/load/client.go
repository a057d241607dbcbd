// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"net"
	"net/http"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/test/callers"
)

// A client is a stack that calls, with errpact and every limit that it can have.
type client struct {
	stack string
	ways  []callers.Way
	// dial is for a client of HTTP, by a transport; grpc-go has connections of its own, and no dial.
	dial func(http.RoundTripper, string, callers.Way) callers.Caller
	// code is what the stack itself finds in an error.
	code func(error) uint32
}

var clients = []client{
	{v1, ways, dialV1, func(err error) uint32 { return uint32(connect.CodeOf(err)) }},
	{v2, ways, dialV2, func(err error) uint32 { return uint32(connectv2.CodeOf(err)) }},
	{grpcGo, []callers.Way{{Protocol: callers.GRPC}}, nil, func(err error) uint32 { return uint32(status.Code(err)) }},
}

// ways are those of both versions of Connect.
var ways = []callers.Way{
	{Protocol: callers.Connect, HTTP1: true},
	{Protocol: callers.Connect, JSON: true},
	{Protocol: callers.GRPC},
	{Protocol: callers.GRPCWeb, HTTP1: true},
	{Protocol: callers.GRPCWeb, JSON: true},
}

// methods are one of each kind, with what streams answer before the end.
var methods = []callers.Method{
	{Name: callers.Unary}, {Name: callers.ClientStream}, {Name: callers.ServerStream, Messages: 2}, {Name: callers.BidiStream, Messages: 1},
}

// calls says whether a client is let loose on a server: on its own stack's in each way, and on the others'
// in the one that all share. All pairs in all ways are package pairs' to compare.
func (c client) calls(to server, w callers.Way) bool {
	return c.stack == to.stack || w == callers.Way{Protocol: callers.GRPC}
}

// to is a client of a server, on connections that many share.
func (c client) to(s *stack, started server, w callers.Way, path string) callers.Caller {
	if c.dial == nil {
		return callers.NewGRPC(s.conns[started.address])
	}
	return c.dial(s.transport(w), "http://"+started.address+path, w)
}

// alone is a client with a connection of its own.
func (c client) alone(ctx context.Context, started server, w callers.Way, dial dialer) (call callers.Caller, hangUp func(), err error) {
	if c.dial == nil {
		conn, err := connectGRPC(ctx, started.address, dial)
		if err != nil {
			return nil, nil, err
		}
		return callers.NewGRPC(conn), func() { _ = conn.Close() }, nil
	}
	transport := newTransport(w, dial)
	return c.dial(transport, "http://"+started.address, w), transport.CloseIdleConnections, nil
}

const maxMessage = 1 << 20

func dialV1(transport http.RoundTripper, base string, w callers.Way) callers.Caller {
	return callers.NewConnect(&http.Client{Transport: interceptor.LimitResponses(transport)}, base, w,
		connect.WithInterceptors(interceptor.New()), connect.WithReadMaxBytes(maxMessage))
}

func dialV2(transport http.RoundTripper, base string, w callers.Way) callers.Caller {
	return callers.NewConnectV2(callers.NewTransportV2(&http.Client{Transport: errpactv2.LimitResponses(transport)}, base, w,
		connecthttp.WithReadMaxBytes(maxMessage)), errpactv2.NewClientInterceptor())
}

// A dialer connects in a test's own way; nil is the usual one.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// connectGRPC is there when the connection is.
func connectGRPC(ctx context.Context, address string, dial dialer) (*grpc.ClientConn, error) {
	options := append(grpcgo.New().DialOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if dial != nil {
		options = append(options, grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return dial(ctx, "tcp", address)
		}))
	}
	conn, err := grpc.NewClient("passthrough:///"+address, options...)
	if err != nil {
		return nil, err
	}
	conn.Connect()
	for state := conn.GetState(); state != connectivity.Ready; state = conn.GetState() {
		if !conn.WaitForStateChange(ctx, state) {
			return nil, errors.Join(ctx.Err(), conn.Close())
		}
	}
	return conn, nil
}

// newTransport reads more headers than [interceptor.LimitResponses] lets pass: net/http's own limit ends the
// connection, and so the calls of others on it.
func newTransport(w callers.Way, dial dialer) *http.Transport {
	return &http.Transport{
		Protocols: protocols(w.HTTP1, !w.HTTP1), MaxResponseHeaderBytes: 1 << 20, MaxIdleConnsPerHost: concurrent, DialContext: dial,
	}
}

func protocols(http1, http2 bool) *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(http1)
	p.SetUnencryptedHTTP2(http2)
	return p
}
