// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package connectv2 installs errpact in servers and clients of connectrpc.com/connect/v2:
//
//	server := connect.NewServer(connectv2.NewServerInterceptor())
//	client := connect.NewClient(transport, connectv2.NewClientInterceptor())
//
// Options and rules are those of package interceptor, which does the same for Connect v1; the two, and
// package grpcgo, send and decode the same errors. What Connect v2 does differently:
//
//   - The interceptor surrounds the reading of the request and the writing of the response. A body that
//     cannot be read, or is too large, gets an entry of the catalogue, and a response that cannot be
//     marshalled, or is too large, is reported.
//   - The message of a [connect.Error] that a handler makes was written for the caller, and is sent as it
//     is, whatever its code.
//   - What a call through connectinprocess gives is decoded as if it had come over a wire.
//   - A call costs one allocation more, for the stream that remembers what its own errors are.
//
// On a server, put it outside all that can fail, and inside what observes, such as logging and
// tracing:
//
//	connect.NewServer(otel, logging, errpact, auth, validate)
//
// The names:
//
//   - [NewServerInterceptor] and [NewClientInterceptor] return the two sides. Each [Option]: [WithPolicy], [WithRelay]
//     and [WithSkip].
//   - [LimitResponses] bounds what a hostile server can make a client read.
package connectv2

import (
	"context"
	"net/http"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/responselimit"
	"github.com/errpact/errpact/mapping"
)

type config struct {
	policy *mapping.Policy
	relay  bool
	skip   func(connect.Spec) bool
}

// An Option changes what [NewServerInterceptor] and [NewClientInterceptor] make.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

// WithPolicy sets the catalogues, rules and limits. The default, and nil, is the default policy of
// package mapping; slog.Default() gets a line at Warn about nil.
func WithPolicy(policy *mapping.Policy) Option {
	return option(func(c *config) { c.policy = transport.GivenPolicy("connectv2.WithPolicy", policy) })
}

// WithRelay passes on the errors of a service. It is for a client to a service whose errors its own callers may see, such as one of the
// same team's: a server that returns such an error passes it on. The default is to answer that an
// external service failed. If such a service names no entry, the log says so once, at Warn: its texts go out, too. It does nothing on a server.
func WithRelay() Option { return option(func(c *config) { c.relay = true }) }

// WithSkip sets the function that decides which procedures a server leaves alone, such as those of gRPC's
// health checks and reflection: the errors of their handlers pass as they are, and their panics are not
// recovered. Nothing about them is reported. The default, and nil, skips none, and so does a skip that
// panics.
//
// skip is called once for every call, by several goroutines at once. It does nothing on a client.
//
//	connectv2.WithSkip(func(spec connect.Spec) bool { return strings.HasPrefix(spec.Procedure, "/grpc.") })
func WithSkip(skip func(connect.Spec) bool) Option {
	return option(func(c *config) { c.skip = skip })
}

func newConfig(opts []Option) config {
	var c config
	for _, o := range opts {
		if o != nil {
			o.apply(&c)
		}
	}
	return c
}

// NewServerInterceptor makes an interceptor for servers. It may be used by many at once. A nil next gives nil.
// A chain has one. Of two, the inner one reports an error, and the log says at Warn, once for a policy, that there are two.
func NewServerInterceptor(opts ...Option) connect.ServerInterceptor {
	config := newConfig(opts)
	return func(next connect.ServerFunc) connect.ServerFunc {
		if next == nil {
			return nil
		}
		server := &server{transport.Server{Policy: config.policy, Name: "connectv2.NewServerInterceptor"}}
		return func(ctx context.Context, spec connect.Spec, stream connect.ServerStream) error {
			if transport.Skips(config.skip, spec) && !transport.Probed(ctx) {
				return next(ctx, spec, stream)
			}
			return server.serve(ctx, spec, &serverStream{ServerStream: stream, own: transport.NewStream(ctx), schema: spec.Schema}, next)
		}
	}
}

// NewClientInterceptor makes an interceptor for clients. It may be used by many at once. A nil next gives nil.
func NewClientInterceptor(opts ...Option) connect.ClientInterceptor {
	config := newConfig(opts)
	return func(next connect.ClientFunc) connect.ClientFunc {
		if next == nil {
			return nil
		}
		client := newClient(config)
		return func(ctx context.Context, spec connect.Spec) (connect.ClientStream, error) {
			stream, err := next(client.Context(ctx), spec)
			if err != nil {
				return nil, client.decode(ctx, err)
			}
			return &clientStream{ClientStream: stream, ctx: ctx, client: client}, nil
		}
	}
}

// LimitResponses bounds what a hostile server can make Connect decode, as interceptor.LimitResponses does. A nil
// base is [http.DefaultTransport].
func LimitResponses(base http.RoundTripper) http.RoundTripper { return responselimit.Transport(base) }
