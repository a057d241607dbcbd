// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"buf.build/go/protovalidate"
	middleware "github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/protovalidate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
)

var (
	validateUnary  = middleware.UnaryServerInterceptor(protovalidate.GlobalValidator)
	validateStream = middleware.StreamServerInterceptor(protovalidate.GlobalValidator)
)

// errpactOutside of the validation is the order on the page, and errpactInside the other.
func errpactOutside(policy *mapping.Policy) []grpc.ServerOption {
	own := grpcgo.New(grpcgo.WithPolicy(policy))
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(own.UnaryServer, validateUnary), grpc.ChainStreamInterceptor(own.StreamServer, validateStream),
	}
}

func errpactInside(policy *mapping.Policy) []grpc.ServerOption {
	own := grpcgo.New(grpcgo.WithPolicy(policy))
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(validateUnary, own.UnaryServer), grpc.ChainStreamInterceptor(validateStream, own.StreamServer),
	}
}

// serveGRPC is a real server of grpc-go on loopback.
func serveGRPC(t *testing.T, options []grpc.ServerOption) server {
	t.Helper()
	s := grpc.NewServer(options...)
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: string(service().FullName()),
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: unary, Handler: acceptGRPC}},
		Streams: []grpc.StreamDesc{
			{StreamName: clientStream, ClientStreams: true, Handler: acceptStreamGRPC(true)},
			{StreamName: serverStream, ServerStreams: true, Handler: acceptStreamGRPC(false)},
			{StreamName: bidiStream, ClientStreams: true, ServerStreams: true, Handler: acceptStreamGRPC(true)},
		},
	}, struct{}{})
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(s.Stop)
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	return server{url: "http://" + listener.Addr().String(), client: &http.Client{Transport: transport}, grpcGo: true}
}

// acceptGRPC is what protoc-gen-go-grpc would generate.
func acceptGRPC(srv any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
	order := newMessage()
	if err := decode(order); err != nil {
		return nil, err
	}
	info := &grpc.UnaryServerInfo{Server: srv, FullMethod: procedure(unary)}
	return intercept(ctx, order, info, func(context.Context, any) (any, error) { return new(emptypb.Empty), nil })
}

// acceptStreamGRPC reads one order, or all, and answers once.
func acceptStreamGRPC(all bool) grpc.StreamHandler {
	return func(_ any, stream grpc.ServerStream) error {
		for more := true; more; more = all {
			if err := stream.RecvMsg(newMessage()); err != nil {
				if err = unlessEnd(err); err != nil {
					return err
				}
				break
			}
		}
		return stream.SendMsg(new(emptypb.Empty))
	}
}

func callGRPC(ctx context.Context, to remote, kind string, orders []*dynamicpb.Message) error {
	conn, err := dialGRPC(to)
	if err != nil {
		return err
	}
	defer conn.Close()
	last := orders[len(orders)-1]
	if kind == unary {
		return conn.Invoke(ctx, procedure(kind), last, new(emptypb.Empty))
	}
	if kind == serverStream {
		orders = []*dynamicpb.Message{last}
	}
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, procedure(kind))
	if err != nil {
		return err
	}
	for _, order := range orders {
		if err := unlessEnd(stream.SendMsg(order)); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		if err := stream.RecvMsg(new(emptypb.Empty)); err != nil {
			return unlessEnd(err)
		}
	}
}

func dialGRPC(to remote) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if address, ok := strings.CutPrefix(to.url, "https://"); ok {
		own, ok := to.client.Transport.(*http.Transport)
		if !ok {
			return nil, errors.New("the server's client has no certificate")
		}
		transport = credentials.NewTLS(&tls.Config{RootCAs: own.TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12})
		to.url = address
	}
	options := []grpc.DialOption{grpc.WithTransportCredentials(transport)}
	if !to.plain {
		options = append(options, grpcgo.New().DialOptions()...)
	}
	return grpc.NewClient(strings.TrimPrefix(to.url, "http://"), options...)
}
