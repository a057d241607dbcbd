// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package grpcgo installs errpact in servers and clients of google.golang.org/grpc:
//
//	errpact := grpcgo.New()
//	server := grpc.NewServer(errpact.ServerOptions()...)
//	conn, err := grpc.NewClient(address, append(errpact.DialOptions(), credentials)...)
//
// Options and rules are those of package interceptor, which does the same for Connect; the two send and
// decode the same errors. On a server it turns whatever a handler returns into an error of a catalogue,
// as the [mapping.Policy] says, and hides what is not for the caller. On a client it turns what the
// server sent into a [*mapping.Error], for errors.Is, errors.As and [mapping.From], which unwraps to
// grpc's own error; status.FromError and status.Code see that one as they would without errpact:
//
//	if errors.Is(err, errpactv1err.NotExist) { … }
//
// On a server, put it outside all that can fail, and inside what observes, such as logging and tracing.
// It recovers panics by itself; a recovery inside, such as go-grpc-middleware's, does no harm:
//
//	grpc.ChainUnaryInterceptor(logging, errpact.UnaryServer, auth, validate)
//	grpc.ChainStreamInterceptor(logging, errpact.StreamServer, auth, validate)
//
// What grpc-go does differently from Connect:
//
//   - An error of package status tells nothing of where it comes from. One that a handler returns is taken
//     for the handler's own, unless this package's client interceptor returned it, or its code and whole text
//     are those that grpc-go's client writes for want of an answer: install the interceptor in every client, or another
//     service's words are sent as the handler's.
//   - A request that cannot be read, of a stream as well, has been answered by grpc-go before an
//     interceptor or a handler hears of it, with grpc-go's own text. So has a message of a stream that
//     cannot be sent. What the handler returns for these is reported, as any other, but not sent: the caller
//     has neither the text nor the id of the report.
//   - A response of a unary call that cannot be sent, since it is larger than grpc.MaxSendMsgSize or does not marshal,
//     fails after all interceptors have returned. grpc-go answers it with its own text, and errpact has no report of
//     it. A [google.golang.org/grpc/stats.Handler] gets the error, in stats.End.
//   - A panic with [http.ErrAbortHandler] is a panic like others: grpc-go would let it end the process.
//   - Headers of a Connect error that a handler returns are not sent.
//   - A trailer that a handler has set stays. With [mapping.WithConnectMessages], if the handler set an X-Request-Id of
//     its own, the id of the report is the last value of that trailer, and not the only one.
//   - A client knows by itself whether a request carried a credential only where that is in the
//     outgoing metadata. For grpc.WithPerRPCCredentials, tell it by [mapping.WithCredential].
//   - grpc-go reads up to 16 MiB of headers and details from a server. [LimitResponses] lowers that to 64 KiB:
//     install it in clients of servers that you do not trust.
//
// The names:
//
//   - [New] returns the [Interceptor], whose methods are the interceptors of grpc-go and the options with all of them.
//     Each [Option]: [WithPolicy], [WithRelay] and [WithSkip].
//   - [LimitResponses] is an option of a client.
package grpcgo

import (
	"google.golang.org/grpc"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// Interceptor is an interceptor for servers and clients. It may be used by many at once. Nil and zero
// are as New without options.
type Interceptor struct {
	policy *mapping.Policy
	relay  bool
	skip   func(fullMethod string) bool
}

// An Option changes what [New] makes.
type Option interface{ apply(*Interceptor) }

type option func(*Interceptor)

func (o option) apply(i *Interceptor) { o(i) }

// WithPolicy sets the catalogues, rules and limits. The default, and nil, is the default policy of
// package mapping; slog.Default() gets a line at Warn about nil.
func WithPolicy(policy *mapping.Policy) Option {
	return option(func(i *Interceptor) { i.policy = transport.GivenPolicy("grpcgo.WithPolicy", policy) })
}

// WithRelay passes on the errors of a service. It is for a client to a service whose errors its own callers may see, such as one of the
// same team's: a server that returns such an error passes it on. The default is to answer that an
// external service failed.
//
// An error that names no entry is passed on where it is known to be the service's, and not grpc-go's
// account of a failed call. To know that of all of them takes [Interceptor.DialOptions].
func WithRelay() Option { return option(func(i *Interceptor) { i.relay = true }) }

// WithSkip sets the function that decides which procedures a server leaves alone, such as those of gRPC's
// health checks and reflection: the errors of their handlers pass as they are, and their panics are not
// recovered, so that one ends the process. Nothing about them is reported. The default, and nil, skips none,
// and so does a skip that panics.
//
// skip is called with names such as "/grpc.health.v1.Health/Check" once for every call, by several goroutines
// at once. It does nothing on a client.
//
//	grpcgo.WithSkip(func(fullMethod string) bool { return strings.HasPrefix(fullMethod, "/grpc.") })
func WithSkip(skip func(fullMethod string) bool) Option {
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

// ServerOptions installs the interceptor in a server, for unary calls and streams. It is inside of the
// interceptors of options that come before, and outside of those that come after.
func (i *Interceptor) ServerOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(i.UnaryServer),
		grpc.ChainStreamInterceptor(i.StreamServer),
	}
}

// DialOptions installs the interceptor in a client, for unary calls and streams. [WithRelay] adds a
// [google.golang.org/grpc/stats.Handler] that notes whether the service has answered.
func (i *Interceptor) DialOptions() []grpc.DialOption {
	options := []grpc.DialOption{
		grpc.WithChainUnaryInterceptor(i.UnaryClient),
		grpc.WithChainStreamInterceptor(i.StreamClient),
	}
	if i.config().relay {
		options = append(options, grpc.WithStatsHandler(observer{}))
	}
	return options
}
