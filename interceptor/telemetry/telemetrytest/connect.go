// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetrytest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// CheckOrder says what is wrong with the order of a server's interceptors, given as to
// [connect.WithInterceptors]: errpact's is missing, or one that begins spans is inside of it. That no
// interceptor begins a span is an error, too, since there is nothing to check then.
//
// Each interceptor is asked by itself, by a unary call of a procedure of its own without any metadata: one
// that refuses such a call, or panics, is passed over, and so is a nil one. What begins no span, such as
// a logger, or an observer whose filter leaves the call out, looks like any other: it is for the reader
// to put it before errpact's.
func CheckOrder(interceptors ...connect.Interceptor) error {
	conducts := make([]conduct, len(interceptors))
	for at, i := range interceptors {
		conducts[at] = watch(i, func(ctx context.Context, handler func(context.Context)) bool {
			return callV1(ctx, i, handler)
		})
	}
	return check(conducts)
}

// callV1 reports whether the handler's error is what a caller by HTTP gets.
func callV1(ctx context.Context, i connect.Interceptor, handler func(context.Context)) bool {
	server := connect.NewUnaryHandlerSimple(procedure, func(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
		handler(ctx)
		return nil, errpactv1err.NotExist
	}, connect.WithInterceptors(i))
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, procedure, strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w.Code == errpactv1err.NotExist.HTTPStatus()
}
