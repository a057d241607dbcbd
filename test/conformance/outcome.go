// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"net/http"
	"time"

	"connectrpc.com/connect"

	conformancev1 "github.com/errpact/errpact/test/gen/connectrpc/conformance/v1"
)

// outcome is what came of a call, and where the case cancels it.
type outcome struct {
	request *conformancev1.ClientCompatRequest
	kind    Errors
	cancel  context.CancelFunc
	result  conformancev1.ClientResponseResult
}

// sent says whether a request was sent, and notes how many are left if it was not. The response says
// why.
func (o *outcome) sent(err error, left int) bool {
	if err != nil {
		o.result.NumUnsentRequests = int32(left)
	}
	return err == nil
}

// closing is the moment before the requests end.
func (o *outcome) closing() {
	if _, ok := o.request.GetCancel().GetCancelTiming().(*conformancev1.ClientCompatRequest_Cancel_BeforeCloseSend); ok {
		o.cancel()
	}
}

// closed is the moment when the requests of a stream have ended. A case that cancels, and does not
// say when, means it.
func (o *outcome) closed(ctx context.Context) {
	if delay, ok := o.afterClose(); ok {
		_ = wait(ctx, delay)
		o.cancel()
	}
}

// calling is closed for methods that end the requests and return no sooner than the response is there.
func (o *outcome) calling() {
	if delay, ok := o.afterClose(); ok {
		time.AfterFunc(time.Duration(delay)*time.Millisecond, o.cancel)
	}
}

func (o *outcome) afterClose() (milliseconds uint32, ok bool) {
	if o.request.GetCancel() == nil {
		return 0, false
	}
	switch timing := o.request.GetCancel().GetCancelTiming().(type) {
	case nil:
		return 0, true
	case *conformancev1.ClientCompatRequest_Cancel_AfterCloseSendMs:
		return timing.AfterCloseSendMs, true
	}
	return 0, false
}

// received notes a response.
func (o *outcome) received(payload *conformancev1.ConformancePayload) {
	o.result.Payloads = append(o.result.Payloads, payload)
	if n := o.request.GetCancel().GetAfterNumResponses(); n > 0 && int(n) == len(o.result.GetPayloads()) {
		o.cancel()
	}
}

// failed notes the call's error, if there is one. The error that it returns is not the call's.
func (o *outcome) failed(err error) error {
	if err == nil {
		return nil
	}
	o.result.Error, err = o.kind.received(err, requestedError(o.request))
	return err
}

// failedAlone notes an error that is all there is of a response. Connect v1 does not tell its headers
// from its trailers.
func (o *outcome) failedAlone(err error) error {
	if e, ok := errors.AsType[*connect.Error](err); ok {
		o.result.ResponseHeaders = toHeaders(e.Meta())
		o.result.ResponseTrailers = toHeaders(e.Meta())
	}
	return o.failed(err)
}

// ended notes what comes with a response, and the error of closing it if there was no other.
func (o *outcome) ended(err error, header, trailer http.Header) error {
	o.result.ResponseHeaders = toHeaders(header)
	o.result.ResponseTrailers = toHeaders(trailer)
	if o.result.GetError() != nil {
		return nil
	}
	return o.failed(err)
}

// streamsRequests says whether a case may send no request at all.
func streamsRequests(request *conformancev1.ClientCompatRequest) bool {
	switch request.GetStreamType() {
	case conformancev1.StreamType_STREAM_TYPE_UNARY, conformancev1.StreamType_STREAM_TYPE_SERVER_STREAM:
		return false
	}
	return true
}

// requestedError is the error that the case asks the server for; nil if it asks for none.
func requestedError(request *conformancev1.ClientCompatRequest) *conformancev1.Error {
	messages := request.GetRequestMessages()
	if len(messages) == 0 {
		return nil
	}
	message, err := messages[0].UnmarshalNew()
	if err != nil {
		return nil
	}
	switch message := message.(type) {
	case interface {
		GetResponseDefinition() *conformancev1.UnaryResponseDefinition
	}:
		return message.GetResponseDefinition().GetError()
	case interface {
		GetResponseDefinition() *conformancev1.StreamResponseDefinition
	}:
		return message.GetResponseDefinition().GetError()
	}
	return nil
}
