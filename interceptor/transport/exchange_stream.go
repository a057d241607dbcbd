// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"

	"github.com/errpact/errpact/mapping"
)

// A Streamer is the outermost middleware of a request, for a transcoder that ends a stream with an
// error and is told no more of the request than its context.
type Streamer interface {
	// FailStream settles what the caller is told of err, which is in place of what the transcoder writes
	// from then on.
	FailStream(ctx context.Context, err error) *mapping.Error
}

// StreamerKey is the context key under which a middleware gives its Streamer.
type StreamerKey struct{}

// FailStream has the request's middleware settle what the caller is told. It is not ok where there is
// no middleware.
func FailStream(ctx context.Context, err error) (settled *mapping.Error, ok bool) {
	streamer, ok := ctx.Value(StreamerKey{}).(Streamer)
	if !ok {
		return nil, false
	}
	return streamer.FailStream(ctx, err), true
}

// EndStream leaves the error that a stream ends with. What is written from then on does not count.
func (s *Exchange) EndStream(err *mapping.Error) {
	s.set(func(s *Exchange) { s.recorded.Err = err })
	if s != nil {
		s.ended.Store(true)
	}
}

// StreamEnded reports whether a stream has ended with an error.
func (s *Exchange) StreamEnded() bool { return s != nil && s.ended.Load() }

// frontKey is the context key of a request that a front answers.
type frontKey struct{}

// WithFront marks a request as a REST caller's, whatever it looks like: that of a transcoder that
// answers nothing else.
func WithFront(ctx context.Context) context.Context { return context.WithValue(ctx, frontKey{}, true) }

// IsFront reports whether the request is marked as a REST caller's.
func IsFront(ctx context.Context) bool { return ctx.Value(frontKey{}) != nil }
