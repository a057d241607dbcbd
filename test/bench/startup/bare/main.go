// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command bare is a Connect server that writes its errors by hand.
package main

import (
	"context"
	"errors"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/test/bench/startup"
)

func main() { startup.Run(handler) }

func handler() http.Handler { return connect.NewUnaryHandler(startup.Procedure, fail) }

func fail(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
	err := connect.NewError(connect.CodeNotFound, errors.New("resource does not exist"))
	if detail, wrong := connect.NewErrorDetail(&errdetails.ErrorInfo{Reason: "NOT_EXIST"}); wrong == nil {
		err.AddDetail(detail)
	}
	return nil, err
}
