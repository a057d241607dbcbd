// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetrytest

import (
	"context"
	"io"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// CheckOrderV2 does what [CheckOrder] does for the interceptors that connectrpc.com/connect/v2's NewServer takes.
func CheckOrderV2(interceptors ...connect.ServerInterceptor) error {
	conducts := make([]conduct, len(interceptors))
	for at, i := range interceptors {
		conducts[at] = watch(i, func(ctx context.Context, handler func(context.Context)) bool {
			return callV2(ctx, i, handler)
		})
	}
	return check(conducts)
}

// callV2 reports whether the handler's error comes out of the server as one that Connect knows.
func callV2(ctx context.Context, i connect.ServerInterceptor, handler func(context.Context)) bool {
	server := connect.NewServer(i)
	server.Register(connect.Method{
		Spec: connect.Spec{Procedure: procedure},
		Handler: func(ctx context.Context, _ connect.Spec, _ connect.ServerStream) error {
			handler(ctx)
			return errpactv1err.NotExist
		},
	})
	err := server.Call(ctx, procedure, new(connect.CallInfo), silent{})
	return connect.CodeOf(err) == connect.CodeNotFound
}

// silent is the stream of a caller who sends nothing.
type silent struct{}

func (silent) Receive(any) error  { return io.EOF }
func (silent) SendHeaders() error { return nil }
func (silent) Send(any) error     { return nil }
