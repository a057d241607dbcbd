// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package validation_test

import (
	buf "buf.build/go/protovalidate"
	"connectrpc.com/connect"
	"connectrpc.com/validate"
	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/protovalidate"
	"google.golang.org/grpc"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/grpcgo"
)

// The code of docs/validation.md for Connect v1 and grpc-go; stackv2_test.go has that for Connect v2.
var (
	errpact   = grpcgo.New()
	validator = buf.GlobalValidator

	_ = connect.WithInterceptors(interceptor.New(), validate.NewInterceptor())
	_ = []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(errpact.UnaryServer, protovalidate.UnaryServerInterceptor(validator)),
		grpc.ChainStreamInterceptor(errpact.StreamServer, protovalidate.StreamServerInterceptor(validator)),
	}
)
