// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectinprocess"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

const canary = opaque.Canary

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

// specs are the procedures of a test service.
var specs = []connect.Spec{
	{Procedure: suite.Unary, StreamType: connect.StreamTypeUnary, IdempotencyLevel: connect.IdempotencyNoSideEffects},
	{Procedure: suite.ClientStream, StreamType: connect.StreamTypeClient},
	{Procedure: suite.ServerStream, StreamType: connect.StreamTypeServer},
	{Procedure: suite.BidiStream, StreamType: connect.StreamTypeBidi},
}

// unary is the first of them.
var unary = specs[0]

// An answerer is what a procedure does in the end: nil is a success.
type answerer func(context.Context) error

// intercepted is the interceptor with a policy, silent unless the options say otherwise.
func intercepted(t *testing.T, options ...mapping.Option) connect.ServerInterceptor {
	t.Helper()
	return connectv2.NewServerInterceptor(connectv2.WithPolicy(newPolicy(t, options...)))
}

func newPolicy(t *testing.T, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// mounted is a server's handler.
func mounted(server *connect.Server, options ...connecthttp.Option) http.Handler {
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server, options...)
	return mux
}

// A way is how a call is made. That without a network has neither options nor a version of HTTP.
type way struct {
	name      string
	protocol  string
	inProcess bool
	http1     bool
	json      bool
	options   []connecthttp.Option
}

var ways = []way{
	{"connect/proto/http1", suite.Connect, false, true, false, nil},
	{"connect/proto/http2", suite.Connect, false, false, false, nil},
	{"connect/json/http2", suite.Connect, false, false, true, []connecthttp.Option{connecthttp.WithProtoJSON()}},
	{"grpc/proto/http2", suite.GRPC, false, false, false, []connecthttp.Option{connecthttp.WithGRPC()}},
	{"grpcweb/proto/http1", suite.GRPCWeb, false, true, false, []connecthttp.Option{connecthttp.WithGRPCWeb()}},
	{"grpcweb/json/http2", suite.GRPCWeb, false, false, true, []connecthttp.Option{connecthttp.WithGRPCWeb(), connecthttp.WithProtoJSON()}},
	{"in process", "", true, false, false, nil},
}

// everyWay runs a test for each procedure of a server in each way in which it can be called.
func everyWay(t *testing.T, server *connect.Server, test func(t *testing.T, spec connect.Spec, transport connect.Transport, w way)) {
	t.Helper()
	started := loopback.Serve(t, mounted(server))
	for _, w := range ways {
		transport := connectinprocess.New(server)
		if !w.inProcess {
			transport = connecthttp.NewTransport(&http.Client{Transport: newHTTPTransport(t, w.http1)}, started.URL, w.options...)
		}
		for _, spec := range specs {
			if w.http1 && spec.StreamType == connect.StreamTypeBidi {
				continue
			}
			t.Run(w.name+spec.Procedure[strings.LastIndexByte(spec.Procedure, '/'):], func(t *testing.T) { test(t, spec, transport, w) })
		}
	}
}

func newHTTPTransport(t testing.TB, http1 bool) *http.Transport {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(http1)
	transport.Protocols.SetUnencryptedHTTP2(!http1)
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// call makes one call, as such a procedure is usually called, and gives the error where it surfaces. The
// clean end of a stream is nil.
func call(ctx context.Context, client *connect.Client, spec connect.Spec) error {
	if spec.StreamType == connect.StreamTypeUnary {
		return client.CallUnary(ctx, spec, wrapperspb.String("request"), new(text))
	}
	stream, err := client.CallClientStream(ctx, spec)
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	if err := unlessEnd(stream.Send(wrapperspb.String("request"))); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		if err := stream.Receive(new(text)); err != nil {
			return unlessEnd(err)
		}
	}
}

func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
