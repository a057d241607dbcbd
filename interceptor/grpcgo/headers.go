// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"context"
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

// Has implements [transport.Headers]. It goes by what grpc-go's own stream has, which nobody promises: the
// interface of one has no means to ask.
func (t trailers) Has(key string) bool {
	stream, ok := grpc.ServerTransportStreamFromContext(t.ctx).(interface{ Trailer() metadata.MD })
	return ok && len(stream.Trailer().Get(key)) > 0
}

// Set implements [transport.Headers]. What is set already, grpc-go keeps, and adds to.
func (t trailers) Set(key, value string) {
	_ = grpc.SetTrailer(t.ctx, metadata.Pairs(strings.ToLower(key), value)) // it fails where nothing is sent any more
}
