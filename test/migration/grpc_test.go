// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"context"
	"fmt"
	"net/http"

	"buf.build/go/protovalidate"
	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/otelconnect"
	"connectrpc.com/validate"
	validation "github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/protovalidate"
	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/recovery"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// serviceGRPC is the service before it moves. What follows is the code of the page, to the letter.
type serviceGRPC struct {
	interopv1.UnimplementedTroubleServiceServer
}

func serverGRPC(policy *mapping.Policy) *grpc.Server {
	errpact, validator := grpcgo.New(grpcgo.WithPolicy(policy)), protovalidate.GlobalValidator
	server := grpc.NewServer(
		grpc.StatsHandler(otelgrpc.NewServerHandler()),
		grpc.ChainUnaryInterceptor(errpact.UnaryServer, recovery.UnaryServerInterceptor(), validation.UnaryServerInterceptor(validator)),
		grpc.ChainStreamInterceptor(errpact.StreamServer, recovery.StreamServerInterceptor(), validation.StreamServerInterceptor(validator)),
		grpc.MaxRecvMsgSize(1<<20),
	)
	interopv1.RegisterTroubleServiceServer(server, serviceGRPC{})
	return server
}

func serverOfGRPCClients(address string, policy *mapping.Policy) (*http.Server, error) {
	otel, err := otelconnect.NewServerInterceptor()
	if err != nil {
		return nil, err
	}
	server := connect.NewServer(otel, connectv2.NewServerInterceptor(connectv2.WithPolicy(policy)), validate.NewServerInterceptor())
	interopv1connectv2.RegisterTroubleServiceHandler(server, serviceV2{})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server, connecthttp.WithReadMaxBytes(1<<20))

	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)            // for gRPC clients with TLS,
	protocols.SetUnencryptedHTTP2(true) // and without
	return &http.Server{Addr: address, Handler: mux, Protocols: protocols}, nil
}

func (serviceGRPC) Unary(ctx context.Context, req *interopv1.UnaryRequest) (*interopv1.UnaryResponse, error) {
	text, err := find(req.GetName(), language(ctx))
	if err != nil {
		return nil, errpactv1err.NotExist.WithMetadata("name", req.GetName()).Wrap(err)
	}
	if err := grpc.SetHeader(ctx, metadata.Pairs("content-language", "fr")); err != nil {
		return nil, err
	}
	return &interopv1.UnaryResponse{Text: text}, nil
}

func (serviceGRPC) ServerStream(req *interopv1.ServerStreamRequest, stream grpc.ServerStreamingServer[interopv1.ServerStreamResponse]) error {
	for i := range req.GetMessages() {
		if err := stream.Send(&interopv1.ServerStreamResponse{Index: i}); err != nil {
			return err
		}
	}
	return errpactv1err.NotExist.WithMetadata("name", req.GetName())
}

// An oldError is one of package status.
type oldError interface {
	error
	GRPCStatus() *status.Status
}

// entryOf chooses the entries of old errors. What it does not know stays as it is: UNKNOWN, on a Connect server.
func entryOf(old oldError) *mapping.Error {
	switch st := old.GRPCStatus(); st.Code() {
	case codes.NotFound:
		return errpactv1err.NotExist.New(st.Message())
	case codes.InvalidArgument:
		return errpactv1err.InvalidValue.New(st.Message())
	case codes.PermissionDenied:
		return errpactv1err.AuthForbidden.New(st.Message())
	}
	return nil
}

func newPolicy() (*mapping.Policy, error) {
	return mapping.NewPolicy(mapping.WithRules(mapping.MapAs(entryOf)))
}

func clientGRPC(address string) (interopv1.TroubleServiceClient, error) {
	options := append(grpcgo.New().DialOptions(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	conn, err := grpc.NewClient(address, options...)
	if err != nil {
		return nil, err
	}
	return interopv1.NewTroubleServiceClient(conn), nil
}

func clientOfGRPC(url string) interopv1connectv2.TroubleServiceClient {
	base := &http.Transport{Protocols: new(http.Protocols)}
	base.Protocols.SetHTTP2(true)
	base.Protocols.SetUnencryptedHTTP2(true) // for a server without TLS
	transport := connecthttp.NewTransport(&http.Client{Transport: connectv2.LimitResponses(base)}, url, connecthttp.WithGRPC())
	return interopv1connectv2.NewTroubleServiceClient(connect.NewClient(transport, connectv2.NewClientInterceptor()))
}

func takenGRPC(name string, cause error) error {
	st, err := status.Newf(codes.AlreadyExists, "there is a folder %q already", name).WithDetails(&interopv1.Inner{Label: name})
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: %w", st.Err(), cause)
}
