// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"context"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/mapping"
)

// isAnswer says whether a status without details is the peer's answer, rather than what grpc-go made
// for want of one.
func (c clientCall) isAnswer(st *status.Status) bool {
	if isOfClient(st) {
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

// closing is grpc-go's text for a client that was closed under the call, which it calls canceled.
const closing = "grpc: the client connection is closing"

// ofClient are how texts begin that grpc-go's client writes itself: the service could not be reached,
// the connection was lost, something else answered, or the answer cannot be read.
var ofClient = [...]string{
	"connection error: ", "last connection error: ", "last resolver error: ", "name resolver error: ",
	"error reading from server: ", "closing transport due to: ", "transport: malformed ", "transport: received ", "keepalive ping failed",
	"the connection is draining", "the stream is rejected because server is draining", "no children to pick from",
	"stream terminated by RST_STREAM with error code: ", "SubConn state is not Ready",
	"unexpected HTTP status code received from server: ", "malformed header: ", "trying to send message larger than max ",
	"grpc-status-details-bin mismatch: ", "cardinality violation: ", "peer header list size exceeded limit",
	"grpc: received ", "grpc: failed to unmarshal ", "grpc: failed to decompress ", "grpc: failed to read ", "grpc: message ",
	"grpc: error while ", "grpc: compress", "grpc: Decompressor ", "grpc: no decompressor ", closing,
	"server closed the stream without sending trailers", "a HEADERS frame cannot appear in the middle of a stream",
}

func isOfClient(st *status.Status) bool {
	message := st.Message()
	switch st.Code() {
	case codes.Canceled:
		return strings.Contains(message, context.Canceled.Error()) || message == closing
	case codes.DeadlineExceeded:
		return strings.Contains(message, context.DeadlineExceeded.Error())
	}
	for _, start := range ofClient {
		if strings.HasPrefix(message, start) {
			return true
		}
	}
	return false
}

// codeOfClient is the code of what grpc-go's client writes itself: it calls its own end the caller's, and
// an answer that it does not read a lack of resources.
func codeOfClient(st *status.Status) mapping.ConnectCode {
	switch {
	case st.Message() == closing:
		return mapping.ConnectCode(codes.Unavailable)
	case st.Code() == codes.ResourceExhausted:
		return mapping.ConnectCode(codes.Internal)
	}
	return mapping.ConnectCode(st.Code())
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
