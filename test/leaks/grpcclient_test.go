// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// clientGRPC makes calls by one connection.
type clientGRPC struct{ conn *grpc.ClientConn }

// dialGRPC connects to a host. A path it has none: what would be the path is a host's name, as [upstreams]
// understands it.
func dialGRPC(tb testing.TB, to suite.Server, c suite.Calling) suite.Client {
	tb.Helper()
	base, err := url.Parse(to.URL)
	if err != nil {
		tb.Fatal(err)
	}
	var options []grpc.DialOption
	switch c.Side {
	case suite.Decoding:
		options = grpcgo.New().DialOptions()
	case suite.Relaying:
		options = grpcgo.New(grpcgo.WithRelay()).DialOptions()
	}
	if c.Twice {
		options = append(options, options...)
	}
	if name := strings.Trim(base.Path, "/"); name != "" && base.Scheme == "http" {
		options = append(options, grpc.WithAuthority(name+upstreamDomain))
	}
	road := new(http.Transport)
	if c.HTTP != nil {
		road, _ = c.HTTP.Transport.(*http.Transport)
	}
	if road.DialContext != nil {
		options = append(options, grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return road.DialContext(ctx, "tcp", address)
		}))
	}
	security := insecure.NewCredentials()
	if base.Scheme == "https" {
		security = credentials.NewTLS(road.TLSClientConfig)
	}
	options = append(options, grpc.WithTransportCredentials(security))
	if c.ReadMax > 0 {
		options = append(options, grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(c.ReadMax)))
	}
	if c.SendMax > 0 {
		options = append(options, grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(c.SendMax)))
	}
	host := base.Host
	if base.Port() == "" {
		host = net.JoinHostPort(host, base.Scheme)
	}
	conn, err := grpc.NewClient("passthrough:///"+host, options...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close() })
	return clientGRPC{conn}
}

func (c clientGRPC) Unary(ctx context.Context, header http.Header) error {
	return c.conn.Invoke(outgoing(ctx, header), suite.Unary, wrapperspb.String("request"), new(wrapperspb.StringValue))
}

func (c clientGRPC) Open(ctx context.Context, procedure string, header http.Header) (suite.Stream, error) {
	for i := range descGRPC.Streams {
		desc := &descGRPC.Streams[i]
		if !strings.HasSuffix(procedure, "/"+desc.StreamName) {
			continue
		}
		ctx, cancel := context.WithCancel(outgoing(ctx, header))
		stream, err := c.conn.NewStream(ctx, desc, procedure)
		if err != nil {
			cancel()
			return nil, err
		}
		return &streamGRPC{stream, desc.ServerStreams, cancel, false}, nil
	}
	panic("no such procedure: " + procedure)
}

func outgoing(ctx context.Context, header http.Header) context.Context {
	for key, values := range header {
		ctx = metadata.AppendToOutgoingContext(ctx, key, values[0])
	}
	return ctx
}

// streamGRPC is a client's end of a stream.
type streamGRPC struct {
	grpc.ClientStream
	many     bool
	cancel   context.CancelFunc
	received bool
}

func (s *streamGRPC) Send(value string) error { return s.SendMsg(wrapperspb.String(value)) }
func (s *streamGRPC) Close() error            { s.cancel(); return nil }

func (s *streamGRPC) Receive() error {
	if s.received && !s.many {
		return io.EOF
	}
	s.received = true
	return s.RecvMsg(new(wrapperspb.StringValue))
}
