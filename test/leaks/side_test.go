// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/errpact/errpact/interceptor"
	errpactv2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// A side is the client of A's that calls B, of one of the stacks.
type side struct {
	name, stack string
	with        errpactWith
	dial        func(testing.TB, target, speech, errpactWith) troubleClient
}

// errpactWith says what a client has of errpact.
type errpactWith int

const (
	nothing errpactWith = iota
	decoding
	relaying
)

// sides are every client of every stack.
var sides = slices.Concat(clientsOf(onV1, dialV1), clientsOf(onV2, dialV2), clientsOf(onGRPC, dialGRPC))

func clientsOf(stack string, dial func(testing.TB, target, speech, errpactWith) troubleClient) []side {
	return []side{
		{stack + " plain", stack, nothing, dial},
		{stack + " decoding", stack, decoding, dial},
		{stack + " relaying", stack, relaying, dial},
	}
}

// sidesOf are those that know a protocol, and have one of some things of errpact.
func sidesOf(sp speech, with ...errpactWith) []side {
	return slices.DeleteFunc(slices.Clone(sides), func(s side) bool {
		return !slices.Contains(with, s.with) || s.stack == onGRPC && (sp.protocol != "grpc" || sp.json)
	})
}

// isMute says that the client's errors do not tell that they are another service's: those of grpc-go are
// nothing to Connect, and to a handler of grpc-go its own, but for what its client says itself.
func (s side) isMute() bool { return s.stack == onGRPC && s.with == nothing }

// tells is what a caller gets for what B has told the client.
func (s side) tells(w want) want {
	if s.isMute() {
		return unknown.on(onV1, onV2)
	}
	return w
}

// ends are the rows for a call that ends in the client, which knows B's words from its own.
func (s side) ends(name string, fail func(context.Context) error, w want) []failure {
	rows := []failure{{name + " by " + s.name, fail, s.tells(w)}}
	if s.isMute() {
		rows = append(rows, failure{rows[0].name, fail, w.on(onGRPC)})
	}
	return rows
}

// A target is where B is, and how to get there.
type target struct {
	base string
	http *http.Client
}

// calling gives what a handler of A's does to call B.
func (s side) calling(t testing.TB, to target, sp speech) func(ctx context.Context, name string) error {
	t.Helper()
	client := s.dial(t, to, sp, s.with)
	if sp.stream {
		return func(ctx context.Context, name string) error { return client.serverStream(ctx, name, nil, 0) }
	}
	return func(ctx context.Context, name string) error { return client.unary(ctx, name, nil) }
}

func dialV1(_ testing.TB, to target, sp speech, with errpactWith) troubleClient {
	var options []connect.ClientOption
	switch with {
	case decoding:
		options = append(options, connect.WithInterceptors(interceptor.New()))
	case relaying:
		options = append(options, connect.WithInterceptors(interceptor.New(interceptor.WithRelay())))
	}
	switch sp.protocol {
	case "grpc":
		options = append(options, connect.WithGRPC())
	case "grpc-web":
		options = append(options, connect.WithGRPCWeb())
	}
	if sp.json {
		options = append(options, connect.WithProtoJSON())
	}
	if sp.get {
		options = append(options, connect.WithHTTPGet())
	}
	options = append(options, connect.WithReadMaxBytes(sp.readMaxBytes))
	return clientV1{interopv1connect.NewTroubleServiceClient(to.http, to.base, options...)}
}

func dialV2(_ testing.TB, to target, sp speech, with errpactWith) troubleClient {
	var interceptors []connectv2.ClientInterceptor
	switch with {
	case decoding:
		interceptors = append(interceptors, errpactv2.NewClientInterceptor())
	case relaying:
		interceptors = append(interceptors, errpactv2.NewClientInterceptor(errpactv2.WithRelay()))
	}
	var options []connecthttp.Option
	switch sp.protocol {
	case "grpc":
		options = append(options, connecthttp.WithGRPC())
	case "grpc-web":
		options = append(options, connecthttp.WithGRPCWeb())
	}
	if sp.json {
		options = append(options, connecthttp.WithProtoJSON())
	}
	if sp.get {
		options = append(options, connecthttp.WithHTTPGet())
	}
	options = append(options, connecthttp.WithReadMaxBytes(sp.readMaxBytes))
	client := connectv2.NewClient(connecthttp.NewTransport(to.http, to.base, options...), interceptors...)
	return clientV2{interopv1connectv2.NewTroubleServiceClient(client)}
}

// dialGRPC gets to the same host on the same road. A path it has none: what would be the path is a host's
// name, as [upstreams] understands it.
func dialGRPC(t testing.TB, to target, sp speech, with errpactWith) troubleClient {
	t.Helper()
	base, err := url.Parse(to.base)
	if err != nil {
		t.Fatal(err)
	}
	var options []grpc.DialOption
	switch with {
	case decoding:
		options = grpcgo.New().DialOptions()
	case relaying:
		options = grpcgo.New(grpcgo.WithRelay()).DialOptions()
	}
	if name := strings.Trim(base.Path, "/"); name != "" && base.Scheme == "http" {
		options = append(options, grpc.WithAuthority(name+upstreamDomain))
	}
	road, _ := to.http.Transport.(*http.Transport)
	if road != nil && road.DialContext != nil {
		options = append(options, grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return road.DialContext(ctx, "tcp", address)
		}))
	}
	security := insecure.NewCredentials()
	if base.Scheme == "https" {
		security = credentials.NewTLS(road.TLSClientConfig)
	}
	options = append(options, grpc.WithTransportCredentials(security))
	if sp.readMaxBytes > 0 {
		options = append(options, grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(sp.readMaxBytes)))
	}
	host := base.Host
	if base.Port() == "" {
		host = net.JoinHostPort(host, base.Scheme)
	}
	conn, err := grpc.NewClient("passthrough:///"+host, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return clientGRPC{interopv1.NewTroubleServiceClient(conn)}
}
