// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"net/http"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	conformancev1 "github.com/errpact/errpact/internal/interop/gen/connectrpc/conformance/v1"
)

// answer is what a method with one response does: it echoes what it was called with, in the response
// or in the details of the error that is asked for.
func (s *service) answer(ctx context.Context, definition *conformancev1.UnaryResponseDefinition, requests ...proto.Message) (*conformancev1.ConformancePayload, error) {
	info, err := requestInfo(ctx, requests)
	if err != nil {
		return nil, err
	}
	if err := wait(ctx, definition.GetResponseDelayMs()); err != nil {
		return nil, err
	}
	if requested := definition.GetError(); requested != nil {
		err := s.kind.make(requested, info)
		setMetadata(ctx, err, definition)
		return nil, err
	}
	setMetadata(ctx, nil, definition)
	return &conformancev1.ConformancePayload{Data: definition.GetResponseData(), RequestInfo: info}, nil
}

// metadata is what both kinds of response definition have.
type metadata interface {
	GetResponseHeaders() []*conformancev1.Header
	GetResponseTrailers() []*conformancev1.Header
}

// setMetadata sets the headers and trailers of a response. An error of Connect's own carries them
// itself, which Connect v1 sends as one.
func setMetadata(ctx context.Context, err error, from metadata) {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		addHeaders(e.Meta(), from.GetResponseHeaders())
		addHeaders(e.Meta(), from.GetResponseTrailers())
		return
	}
	call, _ := connect.CallInfoForHandlerContext(ctx)
	addHeaders(call.ResponseHeader(), from.GetResponseHeaders())
	addHeaders(call.ResponseTrailer(), from.GetResponseTrailers())
}

func addHeaders(to http.Header, headers []*conformancev1.Header) {
	for _, header := range headers {
		for _, value := range header.GetValue() {
			to.Add(header.GetName(), value)
		}
	}
}

// toHeaders is how the suite writes headers.
func toHeaders(from map[string][]string) []*conformancev1.Header {
	headers := make([]*conformancev1.Header, 0, len(from))
	for name, values := range from {
		headers = append(headers, &conformancev1.Header{Name: name, Value: values})
	}
	return headers
}

// requestInfo is what a handler sees of its call.
func requestInfo(ctx context.Context, requests []proto.Message) (*conformancev1.ConformancePayload_RequestInfo, error) {
	call, _ := connect.CallInfoForHandlerContext(ctx)
	info := &conformancev1.ConformancePayload_RequestInfo{RequestHeaders: toHeaders(call.RequestHeader())}
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline).Milliseconds()
		info.TimeoutMs = &left
	}
	if query := call.Peer().Query; len(query) > 0 {
		info.ConnectGetInfo = &conformancev1.ConformancePayload_ConnectGetInfo{QueryParams: toHeaders(query)}
	}
	for _, request := range requests {
		packed, err := anypb.New(request)
		if err != nil {
			return nil, err
		}
		info.Requests = append(info.Requests, packed)
	}
	return info, nil
}

// responses is what a method with many responses does.
type responses struct {
	ctx        context.Context
	kind       Errors
	definition *conformancev1.StreamResponseDefinition
	send       func(*conformancev1.ConformancePayload) error // nil sends the headers alone
	sent       int
	unanswered []proto.Message
}

func newResponses(
	ctx context.Context, kind Errors, definition *conformancev1.StreamResponseDefinition,
	send func(*conformancev1.ConformancePayload) error,
) *responses {
	setMetadata(ctx, nil, definition)
	return &responses{ctx: ctx, kind: kind, definition: definition, send: send}
}

// requested notes a request, which the next response echoes.
func (r *responses) requested(request proto.Message) { r.unanswered = append(r.unanswered, request) }

func (r *responses) done() bool { return r.sent == len(r.definition.GetResponseData()) }

// next sends a response. Headers go ahead of the first one, so that the client sees them before the
// delay. The first echoes all that the handler saw, the others what they answer.
func (r *responses) next() error {
	if r.sent == 0 {
		if err := r.send(nil); err != nil {
			return err
		}
	}
	if err := wait(r.ctx, r.definition.GetResponseDelayMs()); err != nil {
		return err
	}
	payload := &conformancev1.ConformancePayload{Data: r.definition.GetResponseData()[r.sent]}
	if len(r.unanswered) > 0 {
		info, err := requestInfo(r.ctx, r.unanswered)
		if err != nil {
			return err
		}
		if r.sent > 0 {
			info = &conformancev1.ConformancePayload_RequestInfo{Requests: info.GetRequests()}
		}
		payload.RequestInfo = info
	}
	r.sent++
	r.unanswered = nil
	return r.send(payload)
}

// finish sends the responses that are left, and gives the error that is asked for. It echoes the
// requests where no response did.
func (r *responses) finish() error {
	for !r.done() {
		if err := r.next(); err != nil {
			return err
		}
	}
	requested := r.definition.GetError()
	if requested == nil {
		return nil
	}
	if r.sent > 0 {
		return r.kind.make(requested, nil)
	}
	info, err := requestInfo(r.ctx, r.unanswered)
	if err != nil {
		return err
	}
	return r.kind.make(requested, info)
}
