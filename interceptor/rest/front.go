// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// What a front such as grpc-gateway needs, which answers REST callers in the name of a gRPC backend.

// tooLarge is a request that is larger than the server takes.
var tooLarge = mapping.Classification{
	Source: mapping.SourceCaller, ConnectCode: connectcode.ResourceExhausted, Condition: mapping.ConditionTooLarge,
}

// classifyFront distinguishes what the front itself wrote about a request that it could not decode from what
// the backend answered. A backend of Connect's says resource_exhausted of a request that is too large.
func classifyFront(f *transport.Front) mapping.Classification {
	condition, ok := decodeFailure(f.Message, f.Undecided)
	switch {
	case f.Source == mapping.SourceBackend && f.ConnectCode == connectcode.ResourceExhausted && condition == mapping.ConditionTooLarge:
		return tooLarge
	case f.ConnectCode != connectcode.InvalidArgument || !ok:
		return f.Classification
	}
	if !f.Undecided {
		o := f.Classification
		o.Message = "" // a decoder's, which names types and positions
		return o
	}
	if condition == mapping.ConditionTooLarge {
		return tooLarge
	}
	return mapping.Classification{Source: mapping.SourceCaller, ConnectCode: connectcode.InvalidArgument, Condition: condition, Fields: f.Fields}
}

// FailStream implements [transport.Streamer].
func (c *capture) FailStream(ctx context.Context, err error) *mapping.Error {
	failed := asked(err)
	call := c.call()
	call.Context, call.Input = ctx, failed.Input
	answer := transport.Decide(c.config.policy, &call, transport.Failure{Err: failed.Err}, c.exchange.EndStream)
	return answer.Error()
}

// endStream writes the error that ended a stream in a line of its own, under the key by which
// grpc-gateway's callers know an error from a result. It is not ok where a line would be taken for
// data, or where nothing may follow.
func (c *capture) endStream(e *mapping.Error) (ok bool) {
	if c.state != stateSuccess || !c.exchange.StreamEnded() || !isJSON(c.Header()) {
		return false
	}
	envelope, _, _ := e.EnvelopeIn(c.config.envelope(nil, c.exchange.RequestID()))
	_, _ = io.WriteString(c.ResponseWriter, `{"error":`+envelope+"}\n") // nobody is left to tell
	return true
}

// isJSON knows JSON, and lines of it.
func isJSON(h http.Header) bool {
	mediaType, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch strings.ToLower(strings.TrimSpace(mediaType)) {
	case "application/json", "application/x-ndjson":
		return true
	}
	return false
}
