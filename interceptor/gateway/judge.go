// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// judge returns whose words a gRPC status is: the backend's, the gateway's own, or those of the
// client between them. grpc-go has one type for all three. What is no status is returned as it is. The request is nil for
// an error that a stream of the backend's gave, which is not the gateway's own.
func judge(ctx context.Context, r *http.Request, err error) error {
	if own, ok := mapping.From(err); ok && !own.Remote() {
		return err
	}
	st, ok := statusOf(err)
	if !ok {
		return err
	}
	proto := st.Proto()
	c := call{Status: st, local: grpc.ServerTransportStreamFromContext(ctx) != nil, request: r}
	c.metadata, _ = runtime.ServerMetadataFromContext(ctx)
	c.finished = len(c.metadata.TrailerMD) > 0 || len(proto.GetDetails()) > 0
	return &transport.Front{
		Classification: mapping.Classification{
			Source: c.source(), ConnectCode: c.connectCode(), Condition: c.condition(), Failure: c.failure(),
			Message: st.Message(), Details: transport.AnyDetails(proto.GetDetails()),
		},
		Undecided: !c.finished && len(c.metadata.HeaderMD) == 0 && r != nil,
		Cause:     err,
	}
}

// statusOf finds the status of an error, with its own message rather than that of what wraps it.
func statusOf(err error) (*status.Status, bool) {
	var coded interface{ GRPCStatus() *status.Status }
	if !errors.As(err, &coded) {
		return nil, false
	}
	st := coded.GRPCStatus()
	return st, st.Code() != codes.OK // also of nil
}

// classify is for what no middleware of package rest sees.
func classify(err error) (mapping.Classification, bool) {
	f, ok := errors.AsType[*transport.Front](err)
	if !ok || f == nil {
		return mapping.Classification{}, false
	}
	return f.Classification, true
}

// call is a call of the backend that failed.
type call struct {
	*status.Status
	metadata runtime.ServerMetadata
	request  *http.Request
	// local says that the backend is called in process.
	local bool
	// finished says that the status is known to be the backend's. A stream's need not be known to be.
	finished bool
}

func (c call) source() mapping.Source {
	switch {
	case c.local:
		return mapping.SourceLocal
	case c.tooLargeRequest(), c.notUTF8():
		return mapping.SourceCaller
	case c.unanswered():
		return mapping.SourceRemote
	}
	return mapping.SourceBackend
}

// failure says how the call of a backend that did not answer failed.
func (c call) failure() mapping.CallFailure {
	if c.source() != mapping.SourceRemote {
		return 0
	}
	return transport.GRPCFailure(mapping.ConnectCode(c.Code()), c.Message())
}

func (c call) condition() mapping.Condition {
	switch {
	case c.local:
	case c.tooLargeRequest():
		return mapping.ConditionTooLarge
	case c.notUTF8():
		return mapping.ConditionUndecodable
	}
	return mapping.ConditionAny
}

// connectCode is the status's, which both have in common, except for what grpc-go calls otherwise than
// it is to a caller of the front.
func (c call) connectCode() mapping.ConnectCode {
	over, _ := c.overLimit()
	switch {
	case c.local:
	case over && !c.tooLargeRequest():
		return mapping.ConnectCode(codes.Internal) // the answer is too large: it is not the caller who has exhausted anything
	case c.notUTF8():
		return mapping.ConnectCode(codes.InvalidArgument)
	case transport.GRPCClosed(c.Message()):
		return mapping.ConnectCode(codes.Unavailable)
	}
	return mapping.ConnectCode(c.Code())
}

// overLimit reports whether a message was larger than grpc-go takes or sends.
func (c call) overLimit() (over, sending bool) {
	return transport.GRPCOverLimit(mapping.ConnectCode(c.Code()), c.Message())
}

// tooLargeRequest reports whether it was the request: before the backend has begun to answer. What a stream of the
// backend's gave is not what the gateway's client could not send.
func (c call) tooLargeRequest() bool {
	over, sending := c.overLimit()
	answered := c.finished || c.request == nil
	return over && len(c.metadata.HeaderMD) == 0 && sending != answered
}

// notUTF8 reports whether the caller's path, query or form has a text that is not UTF-8. The gateway decodes it, and its
// client cannot send it on. A backend writes the same of an answer.
func (c call) notUTF8() bool {
	if c.finished || c.request == nil || len(c.metadata.HeaderMD) > 0 || !transport.GRPCNotUTF8(mapping.ConnectCode(c.Code()), c.Message()) {
		return false
	}
	query, _ := url.QueryUnescape(c.request.URL.RawQuery)
	form, _ := url.QueryUnescape(c.request.PostForm.Encode())
	return !utf8.ValidString(c.request.URL.Path) || !utf8.ValidString(query) || !utf8.ValidString(form)
}

func (c call) unanswered() bool {
	return !c.finished && transport.GRPCNoAnswer(mapping.ConnectCode(c.Code()), c.Message())
}
