// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// stack is grpc-go with errpact on both sides.
var stack = newStack(nil)

// newStack is the stack with an interceptor of a test's on both sides, if it has one.
func newStack(own func() *grpcgo.Interceptor) suite.Stack {
	return suite.Stack{
		Serve: func(tb testing.TB, service suite.Service) suite.Server {
			return suite.Server{URL: "http://" + serve(tb, service, serverOptions(tb, service, own)...)}
		},
		Ways: []suite.Way{{
			Name: "grpc", Protocol: suite.GRPC, HTTP2: true,
			Dial: func(tb testing.TB, to suite.Server, c suite.Calling) suite.Client { return newClient(tb, to, c, own) },
		}},
		Native: native, Local: localError, Received: localError,
		Places: func(tb testing.TB) []suite.Place { return placesOf(tb, own) },
		Opaque: []opaque.Failure{
			{Name: "no status", Fail: give(statusless{errPlain})},
			{Name: "GRPCStatus panics", Fail: give(panicky{errPlain}), Panics: true},
			{Name: "panic with what aborts an answer of net/http", Fail: raise(http.ErrAbortHandler), Panics: true},
		},
		Private: privateErrors(),
		Traits:  suite.Traits{AnswersBadMessages: true, MutePlain: true, StrictStatus: true},
	}
}

// statusless has no status, and wrong says that it is a success.
type (
	statusless struct{ error }
	wrong      struct{ error }
	panicky    struct{ error }
)

func (statusless) GRPCStatus() *status.Status { return nil }
func (wrong) GRPCStatus() *status.Status      { return status.New(codes.OK, canary) }
func (panicky) GRPCStatus() *status.Status    { panic(canary) }

func privateErrors() []error {
	errs := []error{wrapped(status.Error(codes.NotFound, "public")), wrong{errPlain}, wrapped(connectv2.NewError(connectv2.CodeNotFound, "public"))}
	for _, code := range []codes.Code{codes.Unknown, codes.Internal, codes.DataLoss, codes.Unavailable, codes.DeadlineExceeded, 17, 1<<32 - 1} {
		errs = append(errs, status.Error(code, canary))
	}
	debug, err := status.New(codes.NotFound, "public").WithDetails(&errdetails.DebugInfo{Detail: canary})
	if err != nil {
		panic(err)
	}
	return append(errs, debug.Err(), connect.NewError(connect.CodeInternal, errPlain))
}

// serverOptions are a server's, with errpact as the service has it.
func serverOptions(tb testing.TB, service suite.Service, own func() *grpcgo.Interceptor) []grpc.ServerOption {
	options := []grpc.ServerOption{grpc.ChainUnaryInterceptor(expireUnary), grpc.ChainStreamInterceptor(expireStream)}
	if service.ReadMax > 0 {
		options = append(options, grpc.MaxRecvMsgSize(service.ReadMax))
	}
	if service.SendMax > 0 {
		options = append(options, grpc.MaxSendMsgSize(service.SendMax))
	}
	if service.Bare {
		return options
	}
	i := grpcgo.New(grpcgo.WithPolicy(service.Policy(tb)))
	if own != nil {
		i = own()
	}
	options = append(options, i.ServerOptions()...)
	if service.Twice {
		options = append(options, i.ServerOptions()...)
	}
	return options
}

// expiring has a request end by a deadline that its caller does not know, so that the server's answer is seen.
func expiring(ctx context.Context) (context.Context, context.CancelFunc) {
	if timeout, err := time.ParseDuration(header(ctx).Get(suite.TimeoutHeader)); err == nil {
		return context.WithTimeout(ctx, timeout)
	}
	return ctx, func() {}
}

func expireUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	ctx, cancel := expiring(ctx)
	defer cancel()
	return handle(ctx, req)
}

func expireStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	ctx, cancel := expiring(stream.Context())
	defer cancel()
	return handle(srv, expiringStream{stream, ctx})
}

type expiringStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s expiringStream) Context() context.Context { return s.ctx }

// header is a request's metadata.
func header(ctx context.Context) http.Header {
	received, _ := metadata.FromIncomingContext(ctx)
	h := http.Header{}
	for key, values := range received {
		h[http.CanonicalHeaderKey(key)] = values
	}
	return h
}

// native returns the facts of an error that grpc-go's users see.
func native(err error) (suite.Native, bool) {
	if err == nil {
		return suite.Native{}, false
	}
	st, ok := status.FromError(err)
	return suite.Native{Code: uint32(st.Code()), Message: st.Message(), Details: st.Proto().GetDetails()}, ok
}

func localError(code uint32, message string, details ...*anypb.Any) error {
	st := &spb.Status{Code: int32(code), Message: message}
	for _, each := range details {
		if each == nil {
			each = new(anypb.Any)
		}
		st.Details = append(st.Details, each)
	}
	return status.FromProto(st).Err()
}

// client makes calls by one connection.
type client struct{ conn *grpc.ClientConn }

func newClient(tb testing.TB, to suite.Server, c suite.Calling, own func() *grpcgo.Interceptor) suite.Client {
	tb.Helper()
	base, err := url.Parse(to.URL)
	if err != nil {
		tb.Fatal(err)
	}
	i := map[suite.Side]*grpcgo.Interceptor{suite.Decoding: grpcgo.New(), suite.Relaying: grpcgo.New(grpcgo.WithRelay())}[c.Side]
	if own != nil {
		i = own()
	}
	var options []grpc.DialOption
	if c.Side != suite.Plain {
		options = append(options, i.DialOptions()...)
	}
	if c.Twice {
		options = append(options, i.DialOptions()...)
	}
	if c.HTTP != nil {
		options = append(options, grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return c.HTTP.Transport.(*http.Transport).DialContext(ctx, "tcp", address)
		}))
	}
	if base.Scheme == "https" {
		options = append(options, grpc.WithTransportCredentials(credentials.NewTLS(nil)))
	}
	if c.ReadMax > 0 {
		options = append(options, grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(c.ReadMax)))
	}
	if c.SendMax > 0 {
		options = append(options, grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(c.SendMax)))
	}
	return client{dial(tb, base.Host, options...)}
}

func withHeader(ctx context.Context, header http.Header) context.Context {
	for key, values := range header {
		ctx = metadata.AppendToOutgoingContext(ctx, key, values[0])
	}
	return ctx
}

func (c client) Unary(ctx context.Context, header http.Header) error {
	return c.conn.Invoke(withHeader(ctx, header), unary, wrapperspb.String("request"), new(text))
}

func (c client) Open(ctx context.Context, procedure string, header http.Header) (suite.Stream, error) {
	desc := descOf(procedure)
	ctx, cancel := context.WithCancel(withHeader(ctx, header))
	stream, err := c.conn.NewStream(ctx, desc, procedure)
	if err != nil {
		cancel()
		return nil, err
	}
	return &openStream{stream, desc, cancel, false}, nil
}

// openStream is a client's end of a stream.
type openStream struct {
	grpc.ClientStream
	desc     *grpc.StreamDesc
	cancel   context.CancelFunc
	received bool
}

func (s *openStream) Send(value string) error { return s.SendMsg(wrapperspb.String(value)) }
func (s *openStream) Close() error            { s.cancel(); return nil }

func (s *openStream) Receive() error {
	if s.received && !s.desc.ServerStreams {
		return io.EOF
	}
	s.received = true
	return s.RecvMsg(new(text))
}

func descOf(procedure string) *grpc.StreamDesc {
	return &service.Streams[strings.Index("CSB", procedure[len("/errpact.test.v1.Test/"):][:1])]
}
