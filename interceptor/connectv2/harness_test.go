// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/connect/v2/connectinprocess"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
)

const canary = opaque.Canary

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

// specs are the procedures of a test service.
var specs = []connect.Spec{
	{Procedure: "/errpact.test.v1.Test/Unary", StreamType: connect.StreamTypeUnary, IdempotencyLevel: connect.IdempotencyNoSideEffects},
	{Procedure: "/errpact.test.v1.Test/ClientStream", StreamType: connect.StreamTypeClient},
	{Procedure: "/errpact.test.v1.Test/ServerStream", StreamType: connect.StreamTypeServer},
	{Procedure: "/errpact.test.v1.Test/BidiStream", StreamType: connect.StreamTypeBidi},
}

// unary is the first of them.
var unary = specs[0]

// An answerer is what all procedures do in the end: nil is a success.
type answerer func(context.Context) error

// newServer has the procedures. Each reads all that a caller sends; the streams send a message before they
// answer.
func newServer(answer answerer, interceptors ...connect.ServerInterceptor) *connect.Server {
	server := connect.NewServer(interceptors...)
	for _, spec := range specs {
		server.Register(connect.Method{Spec: spec, Handler: func(ctx context.Context, spec connect.Spec, stream connect.ServerStream) error {
			if err := receiveAll(spec, stream); err != nil {
				return err
			}
			if spec.StreamType&connect.StreamTypeServer != 0 {
				if err := stream.Send(wrapperspb.String("first")); err != nil {
					return err
				}
			}
			if err := answer(ctx); err != nil {
				return err
			}
			return stream.Send(wrapperspb.String("done"))
		}})
	}
	return server
}

func receiveAll(spec connect.Spec, stream connect.ServerStream) error {
	for {
		err := stream.Receive(new(text))
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil || spec.StreamType&connect.StreamTypeClient == 0 {
			return err
		}
	}
}

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
	inProcess bool
	http1     bool
	options   []connecthttp.Option
}

var ways = []way{
	{"connect/http1", false, true, nil},
	{"connect/http2", false, false, []connecthttp.Option{connecthttp.WithProtoJSON()}},
	{"grpc", false, false, []connecthttp.Option{connecthttp.WithGRPC()}},
	{"grpcweb/http1", false, true, []connecthttp.Option{connecthttp.WithGRPCWeb()}},
	{"in process", true, false, nil},
}

// everyWay runs a test for each procedure of a server in each way in which it can be called.
func everyWay(t *testing.T, server *connect.Server, test func(t *testing.T, spec connect.Spec, transport connect.Transport, w way)) {
	t.Helper()
	started := loopback.Serve(t, mounted(server))
	for _, w := range ways {
		transport := connectinprocess.New(server)
		if !w.inProcess {
			transport = connecthttp.NewTransport(newHTTPClient(t, w.http1), started.URL, w.options...)
		}
		for _, spec := range specs {
			if w.http1 && spec.StreamType == connect.StreamTypeBidi {
				continue
			}
			t.Run(w.name+spec.Procedure[strings.LastIndexByte(spec.Procedure, '/'):], func(t *testing.T) { test(t, spec, transport, w) })
		}
	}
}

func newHTTPClient(t *testing.T, http1 bool) *http.Client {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(http1)
	transport.Protocols.SetUnencryptedHTTP2(!http1)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: connectv2.LimitResponses(transport)}
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

// asking has a request header.
func asking(ctx context.Context, key, value string) context.Context {
	ctx, info := connect.NewClientContext(ctx)
	info.RequestHeader().Set(key, value)
	return ctx
}

// asked is a header of the request that a handler has.
func asked(ctx context.Context, key string) string {
	info, _ := connect.CallInfoForServerContext(ctx)
	return info.RequestHeader().Get(key)
}

// cases fail as the request's header asks; a request that asks for none succeeds.
func cases(fails ...func() error) answerer {
	return func(ctx context.Context) error {
		if i, err := strconv.Atoi(asked(ctx, "Case")); err == nil {
			return fails[i]()
		}
		return nil
	}
}

func caseOf(ctx context.Context, i int) context.Context { return asking(ctx, "Case", strconv.Itoa(i)) }
