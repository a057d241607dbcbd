// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package accesslog

import (
	"context"
	"log/slog"
	"sync"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/mapping"
)

type key struct{}

// outcome is what an RPC, or the RPC inside a REST request, ended with.
type outcome struct {
	id string

	mu  sync.Mutex
	rpc bool
	err error
}

func (o *outcome) end(err error) {
	if o != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.rpc, o.err = true, err
	}
}

// attrs say how the call ended: as Connect has it, and the catalogue.
func (o *outcome) attrs() []slog.Attr {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case !o.rpc: // it was answered before it got to an RPC
		return nil
	case o.err == nil:
		return []slog.Attr{slog.String("code", "ok")}
	}
	attrs := []slog.Attr{slog.String("code", connect.CodeOf(o.err).String())}
	if e, ok := mapping.From(o.err); ok {
		attrs = append(attrs, slog.Int("error_code", int(e.Code().Number())))
		if e.Reason() != "" {
			attrs = append(attrs, slog.String("reason", e.Reason()))
		}
	}
	return attrs
}

// Interceptor tells [Handler] how a call ended. Without it, it does nothing.
func Interceptor() connect.Interceptor { return interceptor{} }

type interceptor struct{}

// WrapUnary implements [connect.Interceptor].
func (interceptor) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		resp, err := next(ctx, req)
		outcomeOf(ctx).end(err)
		return resp, err
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (interceptor) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		err := next(ctx, conn)
		outcomeOf(ctx).end(err)
		return err
	}
}

// WrapStreamingClient implements [connect.Interceptor]: clients pass.
func (interceptor) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func outcomeOf(ctx context.Context) *outcome {
	out, _ := ctx.Value(key{}).(*outcome)
	return out
}
