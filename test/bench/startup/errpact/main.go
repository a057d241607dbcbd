// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command errpact is the same server with errpact's interceptor and middleware.
package main

import (
	"context"
	"net/http"

	"connectrpc.com/connect"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/test/bench/startup"
)

func main() { startup.Run(handler) }

func handler() http.Handler {
	return rest.Handler(connect.NewUnaryHandler(startup.Procedure, fail, connect.WithInterceptors(interceptor.New())))
}

func fail(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
	return nil, errpactv1err.NotExist
}
