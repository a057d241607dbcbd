// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"context"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// isAnswer says whether a status without details is the peer's answer, rather than what grpc-go made
// for want of one.
func (c clientCall) isAnswer(st *status.Status) bool {
	if _, made := transport.GRPCClientMade(mapping.ConnectCode(st.Code()), st.Message()); made {
		return false
	}
	switch st.Code() {
	case codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.FailedPrecondition, codes.Aborted,
		codes.OutOfRange, codes.DataLoss:
		// No library makes these. https://github.com/grpc/grpc/blob/master/doc/statuscodes.md
		return true
	case codes.ResourceExhausted:
		// Else what grpc-go's client refuses to read or send: that is known by its text.
		return true
	}
	return c.watched != nil && c.watched.answered.Load()
}

// watch is told of a call by the connection's [observer].
type watch struct{ answered atomic.Bool }

type watchKey struct{}

func watching(ctx context.Context) (context.Context, *watch) {
	w := new(watch)
	return context.WithValue(ctx, watchKey{}, w), w
}

// observer is a [stats.Handler] that sees the trailers, in which alone a peer's status comes. A call
// may be tried again, and then only the last attempt counts.
type observer struct{}

func (observer) HandleRPC(ctx context.Context, event stats.RPCStats) {
	w, ok := ctx.Value(watchKey{}).(*watch)
	if !ok {
		return
	}
	switch event.(type) {
	case *stats.Begin:
		w.answered.Store(false)
	case *stats.InTrailer:
		w.answered.Store(true)
	}
}

func (observer) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }

func (observer) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (observer) HandleConn(context.Context, stats.ConnStats) {}
