// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

const (
	unary        = suite.Unary
	clientStream = suite.ClientStream
	serverStream = suite.ServerStream
	bidiStream   = suite.BidiStream
)

var procedures = []string{unary, clientStream, serverStream, bidiStream}

// service has the four procedures of the suite.
var service = grpc.ServiceDesc{
	ServiceName: "errpact.test.v1.Test",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Unary", Handler: func(srv any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
		req := new(text)
		if err := decode(req); err != nil {
			return nil, err
		}
		handle := func(ctx context.Context, _ any) (any, error) {
			if err := srv.(suite.Service).Answer(ctx, header(ctx)); err != nil {
				return nil, err
			}
			return wrapperspb.String("done"), nil
		}
		if intercept == nil {
			return handle(ctx, req)
		}
		return intercept(ctx, req, &grpc.UnaryServerInfo{Server: srv, FullMethod: unary}, handle)
	}}},
	Streams: []grpc.StreamDesc{
		{StreamName: "ClientStream", ClientStreams: true, Handler: func(srv any, stream grpc.ServerStream) error {
			if err := handle(srv, clientStream, stream); err != nil {
				return err
			}
			return stream.SendMsg(wrapperspb.String("done"))
		}},
		{StreamName: "ServerStream", ServerStreams: true, Handler: func(srv any, stream grpc.ServerStream) error {
			return handle(srv, serverStream, stream)
		}},
		{StreamName: "BidiStream", ClientStreams: true, ServerStreams: true, Handler: func(srv any, stream grpc.ServerStream) error {
			return handle(srv, bidiStream, stream)
		}},
	},
}

func handle(srv any, procedure string, stream grpc.ServerStream) error {
	return srv.(suite.Service).Handle(stream.Context(), procedure, header(stream.Context()), handlerStream{stream})
}

// handlerStream is a handler's end of a stream.
type handlerStream struct{ grpc.ServerStream }

func (s handlerStream) Send(value string) error { return s.SendMsg(wrapperspb.String(value)) }

func (s handlerStream) Receive() (string, error) {
	message := new(text)
	err := s.RecvMsg(message)
	return message.GetValue(), err
}

// answers is a service whose procedures end the same.
func answers(err error) suite.Service {
	return suite.Service{Answer: func(context.Context, suite.Header) error { return err }}
}

// cases is a service that answers as the request's header asks, and else with a success.
func cases(errs ...error) suite.Service {
	return suite.Service{Answer: func(_ context.Context, header suite.Header) error {
		if i, err := strconv.Atoi(header.Get("Case")); err == nil {
			return errs[i]
		}
		return nil
	}}
}

// serve starts a service, and gives the address.
func serve(t testing.TB, s suite.Service, options ...grpc.ServerOption) string {
	t.Helper()
	return serveServices(t, func(server *grpc.Server) { server.RegisterService(&service, s) }, options...)
}

// serveServices starts a server with the given services, and gives the address.
func serveServices(t testing.TB, register func(*grpc.Server), options ...grpc.ServerOption) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(append(options, grpc.WaitForHandlers(true))...)
	register(server)
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() {
		server.Stop()
		served.Wait()
	})
	return listener.Addr().String()
}

// newPolicy is silent unless the options say otherwise.
func newPolicy(t testing.TB, options ...mapping.Option) *mapping.Policy {
	t.Helper()
	policy, err := mapping.NewPolicy(append([]mapping.Option{mapping.WithReport(nil)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// serveErrors starts a service behind an interceptor with the given policy.
func serveErrors(t testing.TB, s suite.Service, options ...mapping.Option) string {
	t.Helper()
	return serve(t, s, grpcgo.New(grpcgo.WithPolicy(newPolicy(t, options...))).ServerOptions()...)
}

// dial connects. No proxy of the environment's is asked.
func dial(t testing.TB, address string, options ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	options = append([]grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy()}, options...)
	conn, err := grpc.NewClient(address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// decoding is a client's side of the interceptor.
func decoding(options ...grpcgo.Option) []grpc.DialOption {
	return grpcgo.New(options...).DialOptions()
}

// call makes one call, as such a procedure is usually called, and gives the error where it surfaces.
func call(ctx context.Context, conn *grpc.ClientConn, procedure string) error {
	return suite.Call(ctx, client{conn}, procedure, nil)
}

// everyProcedure runs a test for each of them.
func everyProcedure(t *testing.T, test func(t *testing.T, procedure string)) {
	t.Helper()
	for _, procedure := range procedures {
		t.Run(procedure[strings.LastIndexByte(procedure, '/')+1:], func(t *testing.T) { test(t, procedure) })
	}
}

// caseOf asks the server for one of its cases.
func caseOf(ctx context.Context, i int) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "case", strconv.Itoa(i))
}

// A wireAnswer is an answer as any gRPC client would get it.
type wireAnswer struct {
	header, trailer http.Header
	body            []byte
}

func (a wireAnswer) bytes() []byte {
	var b bytes.Buffer
	_ = a.header.Write(&b)
	b.Write(a.body)
	_ = a.trailer.Write(&b)
	return b.Bytes()
}

// status is gRPC's own status of the call, wherever it stands.
func (a wireAnswer) status(key string) string {
	if value := a.trailer.Get(key); value != "" {
		return value
	}
	return a.header.Get(key)
}

// frame is one message of gRPC.
func frame(message ...byte) []byte { return append([]byte{0, 0, 0, 0, byte(len(message))}, message...) }

// post makes a call by hand.
func post(t testing.TB, address, procedure string, body []byte, header ...string) wireAnswer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+procedure, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("Te", "trailers")
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return wireAnswer{res.Header, res.Trailer, read}
}

const canary = opaque.Canary

func raise(value any) func() error { return func() error { panic(value) } }
func give(err error) func() error  { return func() error { return err } }

var errPlain = errors.New(canary)

func wrapped(err error) error { return fmt.Errorf("%s: %w", canary, err) }
