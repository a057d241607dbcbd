// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package retryv2 sends unary requests of Connect v2's clients again that failed. Package retry says which, when and how
// often.
package retryv2

import (
	"context"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/interceptor/retry"
)

// NewClientInterceptor returns an interceptor with a budget of its own. List it before errpact's and all others that are
// to see each try:
//
//	connect.NewClient(transport, retryv2.NewClientInterceptor(), connectv2.NewClientInterceptor())
//
// A unary call sends its request when the response is asked for. Streams pass untouched.
func NewClientInterceptor(opts ...retry.Option) connect.ClientInterceptor {
	retrier := retry.New(opts...)
	return func(next connect.ClientFunc) connect.ClientFunc {
		return func(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
			if spec.StreamType != connect.StreamTypeUnary {
				return next(ctx, spec)
			}
			s := &stream{retrier: retrier, call: call{next: next, spec: spec}}
			s.ctx, s.cancel = context.WithCancel(ctx)
			return s, nil
		}
	}
}
