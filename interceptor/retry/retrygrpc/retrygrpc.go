// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package retrygrpc sends unary requests of grpc-go's clients again that failed. Package retry says which, when and how
// often.
package retrygrpc

import (
	"context"
	"errors"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/mapping"
)

// errNothingToCall is for an interceptor that is called with nothing inside.
var errNothingToCall = errors.New("retrygrpc: nothing to call")

// UnaryClientInterceptor returns an interceptor with a budget of its own. Give it to the client before errpact's options,
// and before all other interceptors that are to see each try:
//
//	options := []grpc.DialOption{grpc.WithChainUnaryInterceptor(retrygrpc.UnaryClientInterceptor())}
//	conn, err := grpc.NewClient(target, append(options, grpcgo.New().DialOptions()...)...)
//
// A method is idempotent if its descriptor says so: the generated package of its service must be linked. grpc-go's own
// retries, of a service config with a retryPolicy, run inside of each try: configure one of the two.
func UnaryClientInterceptor(opts ...retry.Option) grpc.UnaryClientInterceptor {
	retrier := retry.New(opts...)
	return func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if invoke == nil {
			return errNothingToCall
		}
		if ctx == nil {
			ctx = context.Background()
		}
		c := call{method: method}
		opts = append(opts[:len(opts):len(opts)], grpc.Header(&c.header), grpc.Trailer(&c.trailer))
		c.request, _ = metadata.FromOutgoingContext(ctx)
		c.invoke = func(ctx context.Context) error { return invoke(ctx, method, req, reply, conn, opts...) }
		err := retrier.Do(ctx, &c)
		if counted, ok := err.(*retry.Error); ok {
			return newStatusError(counted)
		}
		return err
	}
}

// call is a [retry.Call] of grpc-go. An interceptor inside cannot change the context or the options of another try.
type call struct {
	method          string
	invoke          func(context.Context) error
	request         metadata.MD
	header, trailer metadata.MD
}

// Try implements [retry.Call].
func (c *call) Try(ctx context.Context) error {
	c.header, c.trailer = nil, nil
	return c.invoke(ctx)
}

// RequestHeader implements [retry.Call].
func (c *call) RequestHeader(name string) string { return first(c.request, name) }

// ResponseHeader implements [retry.Call].
func (c *call) ResponseHeader(_ error, name string) string {
	if value := first(c.trailer, name); value != "" {
		return value
	}
	return first(c.header, name)
}

func first(md metadata.MD, name string) string {
	if values := md.Get(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// ConnectCode implements [retry.Call].
func (c *call) ConnectCode(err error) mapping.ConnectCode {
	if st, ok := status.FromError(err); ok && st.Code() != codes.OK {
		return mapping.ConnectCode(st.Code())
	}
	return 0
}
