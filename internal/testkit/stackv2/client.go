// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package stackv2

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectinprocess"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// A Way is a way to call. One in process has neither a protocol nor a version of HTTP.
type Way struct {
	Name             string
	InProcess, HTTP2 bool
	protocol         string
	json             bool
}

// Ways lists the ways to call.
var Ways = []Way{
	{"connect/proto/http1", false, false, suite.Connect, false},
	{"connect/proto/http2", false, true, suite.Connect, false},
	{"connect/json/http2", false, true, suite.Connect, true},
	{"grpc/proto/http2", false, true, suite.GRPC, false},
	{"grpcweb/proto/http1", false, false, suite.GRPCWeb, false},
	{"grpcweb/json/http2", false, true, suite.GRPCWeb, true},
	{"in process", true, false, "", false},
}

// Transport makes calls of a server, with a client that may be nil.
func (w Way) Transport(tb testing.TB, to suite.Server, client *http.Client, options ...connecthttp.Option) connect.Transport {
	tb.Helper()
	if w.InProcess {
		return connectinprocess.New(to.Object.(*connect.Server))
	}
	if client == nil {
		client = &http.Client{Transport: loopback.NewTransport(tb, w.HTTP2)}
	}
	switch w.protocol {
	case suite.GRPC:
		options = append(options, connecthttp.WithGRPC())
	case suite.GRPCWeb:
		options = append(options, connecthttp.WithGRPCWeb())
	}
	if w.json {
		options = append(options, connecthttp.WithProtoJSON())
	}
	return connecthttp.NewTransport(client, to.URL, options...)
}

func (w Way) dial(tb testing.TB, to suite.Server, c suite.Calling) suite.Client {
	tb.Helper()
	var interceptors []connect.ClientInterceptor
	switch c.Side {
	case suite.Decoding:
		interceptors = append(interceptors, connectv2.NewClientInterceptor())
	case suite.Relaying:
		interceptors = append(interceptors, connectv2.NewClientInterceptor(connectv2.WithRelay()))
	}
	if c.Twice {
		interceptors = append(interceptors, interceptors...)
	}
	options := []connecthttp.Option{connecthttp.WithReadMaxBytes(c.ReadMax), connecthttp.WithSendMaxBytes(c.SendMax)}
	if c.Get {
		options = append(options, connecthttp.WithHTTPGet())
	}
	if c.Gzip {
		options = append(options, connecthttp.WithSendGzip())
	}
	return Client{connect.NewClient(w.Transport(tb, to, c.HTTP, options...), interceptors...)}
}

// A Client makes calls by one transport.
type Client struct{ *connect.Client }

func withHeader(ctx context.Context, header http.Header) context.Context {
	ctx, info := connect.NewClientContext(ctx)
	for key, values := range header {
		info.RequestHeader().Set(key, values[0])
	}
	return ctx
}

// Unary implements [suite.Client].
func (c Client) Unary(ctx context.Context, header http.Header) error {
	return c.CallUnary(withHeader(ctx, header), Specs[0], wrapperspb.String("request"), new(text))
}

// Open implements [suite.Client].
func (c Client) Open(ctx context.Context, procedure string, header http.Header) (suite.Stream, error) {
	for _, spec := range Specs {
		if spec.Procedure == procedure {
			stream, err := c.CallClientStream(withHeader(ctx, header), spec)
			if err != nil {
				return nil, err
			}
			return &clientStream{stream, spec, false}, nil
		}
	}
	return nil, errors.New("no such procedure")
}

// clientStream is a client's end of a stream.
type clientStream struct {
	connect.ClientStream
	spec     connect.Spec
	received bool
}

func (s *clientStream) Send(value string) error {
	return s.ClientStream.Send(wrapperspb.String(value))
}

func (s *clientStream) Receive() error {
	if s.received && s.spec.StreamType&connect.StreamTypeServer == 0 {
		return io.EOF
	}
	s.received = true
	return s.ClientStream.Receive(new(text))
}
