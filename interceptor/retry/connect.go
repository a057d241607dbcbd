// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"errors"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/mapping"
)

// An Interceptor tries the unary calls of Connect v1's clients again. Handlers and streams pass it untouched. A zero
// Interceptor, and a nil one, tries every call once.
type Interceptor struct{ retrier *Retrier }

// NewInterceptor returns an Interceptor with a budget of its own. List it before errpact's and all others that are to see
// each try:
//
//	connect.WithInterceptors(retry.NewInterceptor(), interceptor.New())
func NewInterceptor(opts ...Option) *Interceptor { return &Interceptor{New(opts...)} }

// WrapUnary implements [connect.Interceptor].
func (i *Interceptor) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	if i == nil || i.retrier == nil || next == nil {
		return next
	}
	return func(ctx context.Context, request connect.AnyRequest) (connect.AnyResponse, error) {
		if !request.Spec().IsClient {
			return next(ctx, request)
		}
		call := connectCall{next: next, request: request, header: request.Header().Clone()}
		if err := i.retrier.Do(ctx, &call); err != nil {
			return nil, err
		}
		return call.response, nil
	}
}

// WrapStreamingClient implements [connect.Interceptor].
func (*Interceptor) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

// WrapStreamingHandler implements [connect.Interceptor].
func (*Interceptor) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

// connectCall is a [Call] of Connect v1.
type connectCall struct {
	next    connect.UnaryFunc
	request connect.AnyRequest
	// header is what the request had when the call began.
	header   http.Header
	tried    bool
	response connect.AnyResponse
}

// Try restores the header in its place: all tries share the request.
func (c *connectCall) Try(ctx context.Context) (err error) {
	if c.tried {
		header := c.request.Header()
		clear(header)
		for name, values := range c.header {
			header[name] = append([]string(nil), values...)
		}
	}
	c.tried = true
	c.response, err = c.next(ctx, c.request)
	return err
}

func (c *connectCall) Idempotent() bool {
	switch c.request.Spec().IdempotencyLevel {
	case connect.IdempotencyNoSideEffects, connect.IdempotencyIdempotent:
		return true
	}
	return false
}

func (c *connectCall) RequestHeader(name string) string { return c.header.Get(name) }

// ResponseHeader finds headers and trailers in one place.
func (c *connectCall) ResponseHeader(err error, name string) string {
	if e, ok := errors.AsType[*connect.Error](err); ok && e != nil {
		return e.Meta().Get(name)
	}
	return ""
}

func (c *connectCall) ConnectCode(err error) mapping.ConnectCode {
	if e, ok := errors.AsType[*connect.Error](err); ok && e != nil {
		return mapping.ConnectCode(e.Code())
	}
	return 0
}
