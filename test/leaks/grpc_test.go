// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip" // which callers ask for
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/suite"
)

// stackGRPC is grpc-go, whose stack in interceptor/grpcgo is of a module that no other can import tests of.
var stackGRPC = suite.Stack{
	Serve: serveGRPC,
	Ways:  []suite.Way{{Name: "grpc/proto/http2", Protocol: suite.GRPC, HTTP2: true, Dial: dialGRPC}},
	Native: func(err error) (suite.Native, bool) {
		st, ok := status.FromError(err)
		return suite.Native{Code: uint32(st.Code()), Message: st.Message(), Details: st.Proto().GetDetails()}, ok && err != nil
	},
	Local: localGRPC, Received: localGRPC,
	Traits: suite.Traits{AnswersBadMessages: true, MutePlain: true, StrictStatus: true},
}

func localGRPC(code uint32, message string, details ...*anypb.Any) error {
	return status.FromProto(&spb.Status{Code: int32(code), Message: message, Details: details}).Err()
}

// descGRPC has the suite's procedures.
var descGRPC = grpc.ServiceDesc{
	ServiceName: strings.Split(suite.Unary, "/")[1],
	HandlerType: (*any)(nil),
	Methods:     []grpc.MethodDesc{{MethodName: "Unary", Handler: answerGRPC}},
	Streams: []grpc.StreamDesc{
		{StreamName: "ClientStream", ClientStreams: true, Handler: handleGRPC},
		{StreamName: "ServerStream", ServerStreams: true, Handler: handleGRPC},
		{StreamName: "BidiStream", ClientStreams: true, ServerStreams: true, Handler: handleGRPC},
	},
}

func answerGRPC(srv any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
	req := new(wrapperspb.StringValue)
	if err := decode(req); err != nil {
		return nil, err
	}
	handle := func(ctx context.Context, _ any) (any, error) {
		if err := srv.(suite.Service).Answer(ctx, headerGRPC{ctx}); err != nil {
			return nil, err
		}
		return wrapperspb.String("done"), nil
	}
	if intercept == nil {
		return handle(ctx, req)
	}
	return intercept(ctx, req, &grpc.UnaryServerInfo{Server: srv, FullMethod: suite.Unary}, handle)
}

func handleGRPC(srv any, stream grpc.ServerStream) error {
	procedure, _ := grpc.MethodFromServerStream(stream)
	err := srv.(suite.Service).Handle(stream.Context(), procedure, headerGRPC{stream.Context()}, handlerStream{stream})
	if err != nil || procedure != suite.ClientStream {
		return err
	}
	return stream.SendMsg(wrapperspb.String("done"))
}

// headerGRPC is the metadata of a request, by its context.
type headerGRPC struct{ context.Context }

func (h headerGRPC) Get(key string) string {
	return strings.Join(metadata.ValueFromIncomingContext(h, key), ",")
}

// handlerStream is a handler's end of a stream.
type handlerStream struct{ grpc.ServerStream }

func (s handlerStream) Send(value string) error { return s.SendMsg(wrapperspb.String(value)) }

func (s handlerStream) Receive() (string, error) {
	message := new(wrapperspb.StringValue)
	err := s.RecvMsg(message)
	return message.GetValue(), err
}

func serveGRPC(tb testing.TB, s suite.Service) suite.Server {
	tb.Helper()
	options := []grpc.ServerOption{grpc.WaitForHandlers(true), grpc.ChainUnaryInterceptor(expireUnary), grpc.ChainStreamInterceptor(expireStream)}
	if s.ReadMax > 0 {
		options = append(options, grpc.MaxRecvMsgSize(s.ReadMax))
	}
	if s.SendMax > 0 {
		options = append(options, grpc.MaxSendMsgSize(s.SendMax))
	}
	i := grpcgo.New(grpcgo.WithPolicy(s.Policy(tb)))
	if !s.Bare {
		options = append(options, i.ServerOptions()...)
	}
	if s.Twice {
		options = append(options, i.ServerOptions()...)
	}
	server := grpc.NewServer(options...)
	server.RegisterService(&descGRPC, s)
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(listener) })
	tb.Cleanup(func() {
		server.Stop()
		served.Wait()
	})
	return suite.Server{URL: "http://" + listener.Addr().String()}
}

// expiring has a request end by a deadline that its caller does not know, so that the server's answer is seen.
func expiring(ctx context.Context) (context.Context, context.CancelFunc) {
	if timeout, err := time.ParseDuration(headerGRPC{ctx}.Get(suite.TimeoutHeader)); err == nil {
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
