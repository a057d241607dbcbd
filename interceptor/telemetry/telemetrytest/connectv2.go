// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetrytest

import (
	"context"
	"io"

	"connectrpc.com/connect/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// CheckOrderV2 does what [CheckOrder] does for the interceptors that connectrpc.com/connect/v2's NewServer takes.
func CheckOrderV2(interceptors ...connect.ServerInterceptor) error {
	conducts := make([]conduct, len(interceptors))
	for at, i := range interceptors {
		conducts[at] = watch(i, func(ctx context.Context, a ask, handler func(context.Context)) outcome {
			return callV2(ctx, i, a, handler)
		})
	}
	return check(conducts)
}

// callV2 returns what comes out of the server, as Connect knows it.
func callV2(ctx context.Context, i connect.ServerInterceptor, a ask, handler func(context.Context)) outcome {
	server := connect.NewServer(i)
	server.Register(connect.Method{
		Spec: connect.Spec{Procedure: procedure},
		Handler: func(ctx context.Context, _ connect.Spec, stream connect.ServerStream) error {
			if err := stream.Receive(dynamicpb.NewMessage(message())); err != nil {
				return err
			}
			handler(ctx)
			return errpactv1err.NotExist
		},
	})
	info := new(connect.CallInfo)
	if a.authorization != "" {
		info.RequestHeader().Set("Authorization", a.authorization)
	}
	switch err := server.Call(ctx, procedure, info, caller{a}); {
	case err == nil:
		return succeeded
	case connect.CodeOf(err) == connect.CodeNotFound:
		return translated
	}
	return failed
}

// caller is the stream of a caller who sends one message, and reads nothing.
type caller struct{ ask }

func (c caller) Receive(into any) error {
	m, ok := into.(proto.Message)
	if !ok {
		return io.EOF
	}
	return proto.Unmarshal(c.encode(), m)
}
func (caller) SendHeaders() error { return nil }
func (caller) Send(any) error     { return nil }
