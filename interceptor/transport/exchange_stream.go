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
	// FailStream decides what the caller gets for err, in place of what the transcoder writes from then on.
	FailStream(ctx context.Context, err error) *mapping.Error
}

// StreamerKey is the context key under which a middleware gives its Streamer.
type StreamerKey struct{}

// FailStream has the request's middleware decide what the caller gets. It is not ok if there is no middleware.
func FailStream(ctx context.Context, err error) (sent *mapping.Error, ok bool) {
	streamer, ok := value(ctx, StreamerKey{}).(Streamer)
	if !ok {
		return nil, false
	}
	return streamer.FailStream(ctx, err), true
}

// EndStream records the error that a stream ends with. What is written from then on does not count.
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

// WithFront marks a request as a REST caller's, whatever it looks like, for a transcoder that answers nothing
// else. It takes a nil context for an empty one.
func WithFront(ctx context.Context) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	return context.WithValue(ctx, frontKey{}, true)
}

// IsFront reports whether the request is marked as a REST caller's.
func IsFront(ctx context.Context) bool { return value(ctx, frontKey{}) != nil }
