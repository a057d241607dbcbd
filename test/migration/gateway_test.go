// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package migration_test

import (
	"context"
	"net/http"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/vanguard"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"

	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/gateway"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connectv2"
)

// What follows is the code of the page, to the letter.

func restByGateway(ctx context.Context, backend *grpc.ClientConn) (http.Handler, error) {
	mux := runtime.NewServeMux(gateway.Options()...)
	if err := interopv1.RegisterTroubleServiceHandler(ctx, mux, backend); err != nil {
		return nil, err
	}
	return rest.Handler(mux), nil
}

func restByVanguard(policy *mapping.Policy) (http.Handler, error) {
	server := connect.NewServer(connectv2.NewServerInterceptor(connectv2.WithPolicy(policy)))
	interopv1connectv2.RegisterTroubleServiceHandler(server, serviceV2{})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	transcoder, err := vanguard.NewTranscoder([]*vanguard.Service{vanguard.NewService(interopv1connectv2.TroubleServiceName, mux)})
	if err != nil {
		return nil, err
	}
	return rest.Handler(transcoder, rest.WithPolicy(policy)), nil
}
