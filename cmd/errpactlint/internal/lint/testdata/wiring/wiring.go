// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package wiring puts errpact together.
package wiring

import (
	"context"
	"net/http"

	"connectrpc.com/connect"
	"connectrpc.com/validate"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

type auth struct{ connect.Interceptor }

func (auth) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if req.Header().Get("Authorization") == "" {
			return nil, shopv1err.Forbidden
		}
		return next(ctx, req)
	}
}

type log struct{ connect.Interceptor }

func (log) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		return next(ctx, req)
	}
}

func find(mux http.Handler, policy *mapping.Policy) []any {
	return []any{
		connect.WithInterceptors(auth{}, interceptor.New()),                    // want `auth can fail outside errpact's interceptor: put it after errpact's \[wiring\]`
		connect.WithInterceptors(log{}, &auth{}, interceptor.New()),            // want `auth can fail outside`
		connect.WithInterceptors(validate.NewInterceptor(), interceptor.New()), // want `connectrpc.com/validate can fail outside`
		connect.WithInterceptors(interceptor.New(), log{}, interceptor.New()),  // want `the list has errpact's interceptor twice: keep the outermost`
		connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))),
		rest.Handler(mux), // want `rest.Handler has the default policy, and the interceptor another: add rest.WithPolicy\(policy\)`
		rest.Handler(mux, rest.WithChallenge("Bearer")), // want `rest.Handler has the default policy`
	}
}
