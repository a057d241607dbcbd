// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package interceptor installs errpact in Connect's servers and clients (connectrpc.com/connect v1).
// One interceptor serves both sides, and all kinds of RPC:
//
//	connect.WithInterceptors(interceptor.New())
//
// On a server it turns whatever a handler returns into an error of a catalogue, as the
// [mapping.Policy] says, and hides what is not for the caller. On a client it turns what the server
// sent into a [*mapping.Error], which unwraps to Connect's own error:
//
//	if errors.Is(err, errpactv1err.NotExist) { … }
//
// On a server, put it outside all that can fail, and inside what observes, such as logging and
// tracing:
//
//	connect.WithInterceptors(otel, logging, errpact, auth, validate)
//
// A panic is answered and reported here. A [connect.WithRecover] outside errpact is therefore never called; one
// inside answers first, with an error of its own.
//
//   - [New] returns the [Interceptor]. Each [Option]: [WithPolicy] decides what callers get, [WithRelay] lets a handler
//     pass on what a client received, and [WithSkip] leaves procedures alone.
//   - [LimitResponses] bounds what a hostile server can make a client read.
package interceptor

import (
	"context"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// Interceptor implements [connect.Interceptor] for servers and clients. It may be used by many at
// once. Nil and zero are as New without options.
type Interceptor struct {
	policy *mapping.Policy
	relay  bool
	skip   func(connect.Spec) bool
}

var _ connect.Interceptor = (*Interceptor)(nil)

// An Option changes what [New] makes.
type Option interface{ apply(*Interceptor) }

type option func(*Interceptor)

func (o option) apply(i *Interceptor) { o(i) }

// WithPolicy sets the catalogues, rules and limits. The default, and nil, is the default policy of
// package mapping; slog.Default() gets a line at Warn about nil.
func WithPolicy(policy *mapping.Policy) Option {
	return option(func(i *Interceptor) { i.policy = transport.GivenPolicy("interceptor.WithPolicy", policy) })
}

// WithRelay passes on the errors of a service. It is for a client to a service whose errors its own callers may see, such as one of the
// same team's: a server that returns such an error passes it on. The default is to answer that an
// external service failed. If such a service names no entry, the log says so once, at Warn: its texts go out, too.
func WithRelay() Option { return option(func(i *Interceptor) { i.relay = true }) }

// WithSkip sets the function that decides which procedures a server leaves alone, such as those of gRPC's
// health checks and reflection: the errors of their handlers pass as they are, and their panics are not
// recovered. Nothing about them is reported. The default, and nil, skips none, and so does a skip that
// panics.
//
// skip is called once for every call, by several goroutines at once. It does nothing on a client.
//
//	interceptor.WithSkip(func(spec connect.Spec) bool { return strings.HasPrefix(spec.Procedure, "/grpc.") })
func WithSkip(skip func(connect.Spec) bool) Option {
	return option(func(i *Interceptor) { i.skip = skip })
}

// New makes an interceptor. A chain has one. Of two, the inner one reports an error, and the log says at Warn, once for
// a policy, that there are two.
func New(opts ...Option) *Interceptor {
	i := new(Interceptor)
	for _, o := range opts {
		if o != nil {
			o.apply(i)
		}
	}
	return i
}

func (i *Interceptor) config() Interceptor {
	if i == nil {
		return Interceptor{}
	}
	return *i
}

// WrapUnary implements [connect.Interceptor]. A nil next gives nil, here as below.
func (i *Interceptor) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	if next == nil {
		return nil
	}
	config := i.config()
	server, client := newServer(config.policy), config.newClient()
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if spec := req.Spec(); !spec.IsClient {
			if transport.Skips(config.skip, spec) && !transport.Probed(ctx) {
				return next(ctx, req)
			}
			return server.serveUnary(ctx, req, next)
		}
		res, err := next(client.Context(ctx), req)
		if err != nil {
			return nil, client.decode(err, req.Header())
		}
		return res, nil
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (i *Interceptor) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	if next == nil {
		return nil
	}
	config := i.config()
	server := newServer(config.policy)
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		if config.skip != nil && transport.Skips(config.skip, conn.Spec()) && !transport.Probed(ctx) {
			return next(ctx, conn)
		}
		return server.serveStream(ctx, &handlerConn{StreamingHandlerConn: conn, stream: transport.NewStream(ctx)}, next)
	}
}

// WrapStreamingClient implements [connect.Interceptor].
func (i *Interceptor) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	if next == nil {
		return nil
	}
	client := i.config().newClient()
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		return &clientConn{StreamingClientConn: next(client.Context(ctx), spec), client: client}
	}
}
