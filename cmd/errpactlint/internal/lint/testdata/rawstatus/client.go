// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rawstatus

import (
	"context"

	"connectrpc.com/connect"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
)

func fineUnary(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoker grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if err := onlyForClients(method); err != nil {
		return err
	}
	return invoker(ctx, method, req, reply, cc, opts...)
}

func onlyForClients(method string) error {
	if method == "" {
		return status.Error(codes.Unauthenticated, "no token")
	}
	return nil
}

func fineStream(token string) grpc.StreamClientInterceptor {
	return func(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, streamer grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		if token == "" {
			return nil, status.Error(codes.Unauthenticated, "no token")
		}
		s, err := streamer(ctx, desc, cc, method, opts...)
		return fineClientStream{s}, err
	}
}

type fineClientStream struct{ grpc.ClientStream }

func (fineClientStream) RecvMsg(any) error { return status.Error(codes.Aborted, "x") }

type fineCredentials struct{}

func (fineCredentials) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return nil, status.Error(codes.Unauthenticated, "x")
}

func (fineCredentials) RequireTransportSecurity() bool { return true }

type fineShop struct{ shopv1.ShopServiceClient }

func (fineShop) Buy(context.Context, *shopv1.BuyRequest, ...grpc.CallOption) (*shopv1.BuyResponse, error) {
	return nil, status.Error(codes.Unimplemented, "x")
}

type fineConnectShop struct{}

func (fineConnectShop) Ping(context.Context, *connect.Request[shopv1.PingRequest]) (*connect.Response[shopv1.PingResponse], error) {
	return nil, connect.NewError(connect.CodeUnimplemented, nil)
}

func fineNewConnectShop() shopv1connect.LegacyServiceClient { return fineConnectShop{} }

func bothEnds(token string) connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if !req.Spec().IsClient {
				return nil, connect.NewError(connect.CodeUnauthenticated, nil) // want `connect.NewError makes`
			}
			return next(ctx, req)
		}
	}
}

func fineClientEnd(token string) connect.UnaryInterceptorFunc {
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if spec := req.Spec(); spec.IsClient && token == "" {
				return nil, connect.NewError(connect.CodeUnauthenticated, nil)
			}
			return next(ctx, req)
		}
	}
}

// server is a server's end: its interceptor, its stream, and a method that only looks like a client's.
type server struct{ grpc.ServerStream }

func (server) intercept(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if err := forBoth(req); err != nil {
		return nil, err
	}
	return next(ctx, req)
}

func interceptClient(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, next grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	return forBoth(req)
}

func forBoth(req any) error {
	if req == nil {
		return status.Error(codes.InvalidArgument, "x") // want `status.Error makes`
	}
	return nil
}

func (server) RecvMsg(any) error { return status.Error(codes.Aborted, "x") } // want `status.Error makes`

func (server) Refund(context.Context, *shopv1.BuyRequest, ...grpc.CallOption) (*shopv1.BuyResponse, error) {
	return nil, status.Error(codes.Unimplemented, "x") // want `status.Error makes`
}

type standIn struct{}

func (standIn) Ping(context.Context, *shopv1.PingRequest, ...grpc.CallOption) (*shopv1.PingResponse, error) {
	return nil, status.Error(codes.Unimplemented, "x") // want `status.Error makes`
}

var _ shopv1.LegacyServiceClient = standIn{}

// Relay answers with what the stand-in says.
func (s server) Relay(ctx context.Context, req *shopv1.PingRequest) (*shopv1.PingResponse, error) {
	return standIn{}.Ping(ctx, req)
}
