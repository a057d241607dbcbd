// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// setTrailers sets what the answer says in headers: grpc-go sends an error's headers as trailers.
func setTrailers(ctx context.Context, answer *mapping.Answer) {
	if ctx != nil && answer.HasHeaders() {
		transport.SetHeaders(trailers{ctx}, answer)
	}
}

// trailers are those of a call.
type trailers struct{ ctx context.Context }

// Has implements [transport.Headers].
func (t trailers) Has(key string) bool { return len(t.get(key)) > 0 }

// get returns the values that are set. It goes by what grpc-go's own stream has, which nobody promises: the
// interface of one has no means to ask.
func (t trailers) get(key string) []string {
	stream, ok := grpc.ServerTransportStreamFromContext(t.ctx).(interface{ Trailer() metadata.MD })
	if !ok {
		return nil
	}
	return stream.Trailer().Get(key)
}

// Set implements [transport.Headers], except that grpc-go cannot take back a trailer: a value that the handler has
// set stays, and the answer's is the last one. Another stream in the handler's context could hold trailers back, but
// then grpc.SetSendCompressor would fail.
func (t trailers) Set(key, value string) {
	if slices.Contains(t.get(key), value) {
		return
	}
	_ = grpc.SetTrailer(t.ctx, metadata.Pairs(strings.ToLower(key), value)) // it fails where nothing is sent any more
}
