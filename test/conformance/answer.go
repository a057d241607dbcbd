// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
)

// answer is what a method with one response does: it echoes what it was called with, in the response
// or in the details of the error that is asked for.
func (a author) answer(ctx context.Context, definition *conformancev1.UnaryResponseDefinition, requests ...proto.Message) (*conformancev1.ConformancePayload, error) {
	info, err := requestInfo(ctx, requests)
	if err != nil {
		return nil, err
	}
	if err := wait(ctx, definition.GetResponseDelayMs()); err != nil {
		return nil, err
	}
	if requested := definition.GetError(); requested != nil {
		err := a.make(requested, info)
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
	call := callOf(ctx)
	addHeaders(call.header, from.GetResponseHeaders())
	addHeaders(call.trailer, from.GetResponseTrailers())
}

// adder is what every stack's headers have.
type adder interface{ Add(name, value string) }

func addHeaders(to adder, headers []*conformancev1.Header) {
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

// handlerCall is what a handler is told of its call, and where it sets headers.
type handlerCall struct {
	request         http.Header
	query           url.Values
	header, trailer adder
}

// callOf asks the stack that made the context.
func callOf(ctx context.Context) handlerCall {
	if call, ok := connect.CallInfoForHandlerContext(ctx); ok {
		return handlerCall{call.RequestHeader(), call.Peer().Query, call.ResponseHeader(), call.ResponseTrailer()}
	}
	call, _ := connectv2.CallInfoForServerContext(ctx)
	out := handlerCall{request: maps.Collect(call.RequestHeader().All()), header: call.ResponseHeader(), trailer: call.ResponseTrailer()}
	if server, ok := connecthttp.ServerInfoForContext(ctx); ok {
		out.query = server.HTTPGetQueryParams()
	}
	return out
}

// requestInfo is what a handler sees of its call.
func requestInfo(ctx context.Context, requests []proto.Message) (*conformancev1.ConformancePayload_RequestInfo, error) {
	call := callOf(ctx)
	info := &conformancev1.ConformancePayload_RequestInfo{RequestHeaders: toHeaders(call.request)}
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline).Milliseconds()
		info.TimeoutMs = &left
	}
	if len(call.query) > 0 {
		info.ConnectGetInfo = &conformancev1.ConformancePayload_ConnectGetInfo{QueryParams: toHeaders(call.query)}
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
	author     author
	definition *conformancev1.StreamResponseDefinition
	send       func(*conformancev1.ConformancePayload) error // nil sends the headers alone
	sent       int
	unanswered []proto.Message
}

func newResponses(
	ctx context.Context, author author, definition *conformancev1.StreamResponseDefinition,
	send func(*conformancev1.ConformancePayload) error,
) *responses {
	setMetadata(ctx, nil, definition)
	return &responses{ctx: ctx, author: author, definition: definition, send: send}
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
		return r.author.make(requested, nil)
	}
	info, err := requestInfo(r.ctx, r.unanswered)
	if err != nil {
		return err
	}
	return r.author.make(requested, info)
}

// converse is what a method does that receives while it sends, or, where it is asked to, before.
func converse(
	ctx context.Context, author author, receive func() (*conformancev1.BidiStreamRequest, error),
	send func(*conformancev1.ConformancePayload) error,
) error {
	var responses *responses
	fullDuplex := false
	for {
		request, err := receive()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if responses == nil {
			responses = newResponses(ctx, author, request.GetResponseDefinition(), send)
			fullDuplex = request.GetFullDuplex()
		}
		responses.requested(request)
		if !fullDuplex {
			continue
		}
		if responses.done() {
			break // the error, if there is one, does not wait for the requests to end
		}
		if err := responses.next(); err != nil {
			return err
		}
	}
	if responses == nil {
		return nil
	}
	return responses.finish()
}
