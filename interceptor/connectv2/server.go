// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"

	"connectrpc.com/connect/v2"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// server is the server side of one procedure.
type server struct{ adapter.Server }

func (s *server) serve(ctx context.Context, spec connect.Spec, stream *serverStream, next connect.ServerFunc) error {
	return s.Serve(ctx, func() any { return spec.Schema }, func() error {
		return next(ctx, spec, stream)
	}, func(f adapter.Failure) error {
		if isNotModified(f.Err) {
			f.NotModified(responseHeader(ctx))
			return f.Err
		}
		if e, ok := stream.received(f.Err); ok && f.IsMiddlewares(streamError(e)) {
			return f.Err
		}
		header := func() http.Header { return requestHeader(ctx) }
		if sent, answer := f.Static(header); sent != nil {
			return newError(answer.ConnectCode, sent.Message(), answer.Details, sent.Public())
		}
		return fail(f, &mapping.Call{
			Context: ctx, Procedure: spec.Procedure, Header: header(), Classify: stream.classify,
		})
	})
}

// fail makes Connect's error of what a call failed with.
func fail(f adapter.Failure, call *mapping.Call) error {
	answer := f.Answer(call)
	defer answer.Report(call)
	message, details, _ := f.Wire(call, &answer)
	return newError(answer.Error().ConnectCode(), message, details, answer.Public(message))
}

// newError copies the details, bytes and all: Connect v2's have fields that anyone may set.
func newError(code uint32, message string, details []*anypb.Any, public error) *connect.Error {
	size := 0
	for _, detail := range details {
		size += len(detail.GetValue())
	}
	values, made := make([]byte, 0, size), make([]connect.ErrorDetail, len(details))
	out := connect.NewError(connect.Code(code), message).WithCause(public)
	from := origin.DetailsOfAnys(details)
	for i := range made {
		start := len(values)
		values = append(values, from.Value(i)...)
		made[i] = connect.ErrorDetail{Type: from.Type(i), Value: values[start:len(values):len(values)]}
		out = out.WithDetail(&made[i])
	}
	return out
}

// requestHeader is a copy of the request's headers, and responseHeader of the response's. Their values are
// shared. A nil context has none.
func requestHeader(ctx context.Context) http.Header {
	return header(ctx, (*connect.CallInfo).RequestHeader)
}

func responseHeader(ctx context.Context) http.Header {
	return header(ctx, (*connect.CallInfo).ResponseHeader)
}

func header(ctx context.Context, of func(*connect.CallInfo) *connect.Header) http.Header {
	if ctx == nil {
		return nil
	}
	if info, ok := connect.CallInfoForServerContext(ctx); ok {
		return maps.Collect(of(info).All())
	}
	return nil
}

// serverStream is the handler's own stream, by which Connect v2 reads unary requests, too.
type serverStream struct {
	connect.ServerStream
	own adapter.Stream
}

func (s *serverStream) Receive(message any) error {
	return s.own.Received(s.ServerStream.Receive(message))
}

func (s *serverStream) SendHeaders() error { return s.own.Sent(s.ServerStream.SendHeaders()) }

func (s *serverStream) Send(message any) error { return s.own.Sent(s.ServerStream.Send(message)) }

// classify knows the stream's own errors. An interceptor outside this one may have wrapped them.
func (s *serverStream) classify(err error) (mapping.Origin, bool) {
	received, sent := s.own.Gave(err)
	if !received && !sent {
		return origin.Connect(err)
	}
	e, ok := errors.AsType[*connect.Error](err)
	if !ok || e == nil {
		return mapping.Origin{Source: mapping.SourceCaller, ConnectCode: uint32(connect.CodeCanceled)}, true
	}
	if received {
		return streamError(e).Receive(), true
	}
	return streamError(e).Send(), true
}

// received finds that err, as it is, came of reading the request.
func (s *serverStream) received(err error) (*connect.Error, bool) {
	e, ok := err.(*connect.Error)
	if !ok || e == nil {
		return nil, false
	}
	received, _ := s.own.Gave(e)
	return e, received
}

func streamError(e *connect.Error) adapter.StreamError {
	return adapter.StreamError{Code: uint32(e.Code()), Message: e.Message(), Broken: isBroken(e), Node: e}
}

// isBroken tells a connection that failed between two messages from a stream that was cut by its
// sender. Connect calls both an incomplete envelope; HTTP/2's own errors have no type of their own.
func isBroken(e *connect.Error) bool {
	return strings.HasPrefix(e.Message(), "protocol error: incomplete envelope") && !errors.Is(e, io.ErrUnexpectedEOF)
}
