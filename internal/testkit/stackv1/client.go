// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package stackv1

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// A Way is a way to call, with the options that make a client of it.
type Way struct {
	Name    string
	HTTP2   bool
	Options []connect.ClientOption
}

// Ways lists the ways to call.
var Ways = []Way{
	{"connect/proto/http1", false, nil},
	{"connect/json/http1", false, []connect.ClientOption{connect.WithProtoJSON()}},
	{"connect/proto/http2", true, nil},
	{"connect/json/http2", true, []connect.ClientOption{connect.WithProtoJSON()}},
	{"grpc/proto/http2", true, []connect.ClientOption{connect.WithGRPC()}},
	{"grpc/json/http2", true, []connect.ClientOption{connect.WithGRPC(), connect.WithProtoJSON()}},
	{"grpcweb/proto/http1", false, []connect.ClientOption{connect.WithGRPCWeb()}},
	{"grpcweb/proto/http2", true, []connect.ClientOption{connect.WithGRPCWeb()}},
	{"grpcweb/json/http2", true, []connect.ClientOption{connect.WithGRPCWeb(), connect.WithProtoJSON()}},
}

// suites returns the way as the suite knows it.
func (w Way) suites(own func() *interceptor.Interceptor) suite.Way {
	protocol, codec, _ := strings.Cut(w.Name, "/")
	return suite.Way{
		Name: w.Name, Protocol: protocol, JSON: strings.HasPrefix(codec, "json"), HTTP2: w.HTTP2,
		Dial: func(tb testing.TB, to suite.Server, c suite.Calling) suite.Client { return w.dial(tb, to, c, own) },
	}
}

// A Client has a Connect client for each procedure.
type Client map[string]*connect.Client[text, text]

func (w Way) dial(tb testing.TB, to suite.Server, c suite.Calling, own func() *interceptor.Interceptor) suite.Client {
	tb.Helper()
	if c.HTTP == nil {
		c.HTTP = &http.Client{Transport: loopback.NewTransport(tb, w.HTTP2)}
	}
	options := append([]connect.ClientOption{connect.WithReadMaxBytes(c.ReadMax), connect.WithSendMaxBytes(c.SendMax)}, w.Options...)
	if c.Gzip {
		options = append(options, connect.WithSendGzip())
	} else {
		options = append(options, connect.WithAcceptCompression("gzip", nil, nil))
	}
	switch i := interceptorFor(c.Side); {
	case own != nil:
		options = append(options, connect.WithInterceptors(own()))
	case i != nil:
		options = append(options, connect.WithInterceptors(i))
	}
	if c.Twice {
		options = append(options, connect.WithInterceptors(interceptorFor(c.Side)))
	}
	if c.Get {
		options = append(options, connect.WithHTTPGet(), connect.WithIdempotency(connect.IdempotencyNoSideEffects))
	}
	made := Client{}
	for _, procedure := range []string{suite.Unary, suite.ClientStream, suite.ServerStream, suite.BidiStream} {
		made[procedure] = connect.NewClient[text, text](c.HTTP, to.URL+procedure, options...)
	}
	return made
}

func interceptorFor(side suite.Side) *interceptor.Interceptor {
	switch side {
	case suite.Decoding:
		return interceptor.New()
	case suite.Relaying:
		return interceptor.New(interceptor.WithRelay())
	}
	return nil
}

// Unary implements [suite.Client].
func (c Client) Unary(ctx context.Context, header http.Header) error {
	req := connect.NewRequest(wrapperspb.String("request"))
	maps.Copy(req.Header(), header)
	_, err := c[suite.Unary].CallUnary(ctx, req)
	return err
}

// Open implements [suite.Client].
func (c Client) Open(ctx context.Context, procedure string, header http.Header) (suite.Stream, error) {
	to := c[procedure]
	switch procedure {
	case suite.ClientStream:
		stream := to.CallClientStream(ctx)
		maps.Copy(stream.RequestHeader(), header)
		return &sending{stream, false}, nil
	case suite.ServerStream:
		req := connect.NewRequest(wrapperspb.String("request"))
		maps.Copy(req.Header(), header)
		stream, err := to.CallServerStream(ctx, req)
		if err != nil {
			return nil, err
		}
		return receiving{stream}, nil
	}
	stream := to.CallBidiStream(ctx)
	maps.Copy(stream.RequestHeader(), header)
	return exchanging{stream}, nil
}
