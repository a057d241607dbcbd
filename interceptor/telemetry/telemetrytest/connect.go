// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetrytest

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// CheckOrder says what is wrong with the order of a server's interceptors, given as to
// [connect.WithInterceptors]: errpact's is missing or there twice, one that refuses calls is outside of it, or one that
// begins spans is inside of it. That no interceptor begins a span is an error, too, since there is nothing to check then.
//
// Each interceptor is asked by itself, by unary calls of a procedure of its own: without any metadata, with an
// Authorization that nobody knows, and with a message that breaks a rule of protovalidate. One that refuses other calls
// alone, such as a limiter, is not found, nor is one that panics, and a nil one is passed over. What begins no span,
// such as a logger, or an observer whose filter leaves the calls out, looks like any other: it is for the reader to put
// it before errpact's.
func CheckOrder(interceptors ...connect.Interceptor) error {
	conducts := make([]conduct, len(interceptors))
	for at, i := range interceptors {
		conducts[at] = watch(i, func(ctx context.Context, a ask, handler func(context.Context)) outcome {
			return callV1(ctx, i, a, handler)
		})
	}
	return check(conducts)
}

// callV1 returns what a caller by HTTP gets.
func callV1(ctx context.Context, i connect.Interceptor, a ask, handler func(context.Context)) outcome {
	server := connect.NewUnaryHandlerSimple(procedure, func(ctx context.Context, _ *dynamicpb.Message) (*emptypb.Empty, error) {
		handler(ctx)
		return nil, errpactv1err.NotExist
	}, connect.WithInterceptors(i), connect.WithRequestInitializer(initialize))
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, procedure, bytes.NewReader(a.encode()))
	r.Header.Set("Content-Type", "application/proto")
	if a.authorization != "" {
		r.Header.Set("Authorization", a.authorization)
	}
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	switch {
	case w.Code == errpactv1err.NotExist.HTTPStatus():
		return translated
	case w.Code >= http.StatusBadRequest:
		return failed
	}
	return succeeded
}

// initialize gives the request its type.
func initialize(_ connect.Spec, request any) error {
	if m, ok := request.(*dynamicpb.Message); ok {
		*m = *dynamicpb.NewMessage(message())
	}
	return nil
}
