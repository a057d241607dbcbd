// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"context"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/test/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/test/trouble"
)

// service is Connect's handler of a service that answers every call alike.
func service(answer func() error, options ...connect.HandlerOption) (path string, handler http.Handler) {
	return interopv1connect.NewTroubleServiceHandler(
		trouble.Connect{Answer: func(context.Context, string) error { return answer() }}, options...)
}

func handlerOf(answer func() error, options ...connect.HandlerOption) http.Handler {
	_, handler := service(answer, options...)
	return handler
}

func succeed() error { return nil }

func withErrpact() connect.HandlerOption { return connect.WithInterceptors(interceptor.New()) }
