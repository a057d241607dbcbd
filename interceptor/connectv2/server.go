// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"connectrpc.com/connect/v2"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// server is the server side of one procedure.
type server struct{ transport.Server }

func (s *server) serve(ctx context.Context, spec connect.Spec, stream *serverStream, next connect.ServerFunc) error {
	return s.Serve(ctx, transport.Call{
		Handle: func() error { return next(ctx, spec, stream) },
		Describe: func(error) mapping.Call {
			return mapping.Call{
				Context: ctx, Procedure: spec.Procedure, Classify: stream.classify,
				LazyHeader: requestHeader, Wire: wireOf(ctx, spec),
			}
		},
		Encode: func(answer mapping.Answer) error {
			setHeaders(ctx, spec, &answer)
			return encode(&answer)
		},
		Probe:  func() error { return next(ctx, spec, probedStream{stream}) },
		Schema: func() any { return spec.Schema },
		Passes: func(err error) (http.Header, bool) {
			if !isNotModified(err) {
				return nil, false
			}
			return responseHeader(ctx), true
		},
		Received: stream.received,
	})
}

// encode makes Connect's error of an answer.
func encode(answer *mapping.Answer) error {
	return newError(uint32(answer.Error().ConnectCode()), answer.Message(), answer.Details(), answer.Public())
}

// newError copies the details, bytes and all: Connect v2's have fields that anyone may set.
func newError(code uint32, message string, details []*anypb.Any, public error) *connect.Error {
	size := 0
	for _, detail := range details {
		size += len(detail.GetValue())
	}
	values, made := make([]byte, 0, size), make([]connect.ErrorDetail, len(details))
	out := connect.NewError(connect.Code(code), message).WithCause(public)
	from := transport.AnyDetails(details)
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
	own transport.Stream
	// schema is the method's descriptor, where the spec has it.
	schema any
}

func (s *serverStream) Receive(message any) error {
	return s.own.Received(s.ServerStream.Receive(message))
}

func (s *serverStream) SendHeaders() error { return s.own.Sent(s.ServerStream.SendHeaders()) }

func (s *serverStream) Send(message any) error { return s.own.Sent(s.ServerStream.Send(message)) }

// classify knows the stream's own errors. An interceptor outside this one may have wrapped them.
func (s *serverStream) classify(err error) (mapping.Classification, bool) {
	received, sent := s.own.Gave(err)
	if !received && !sent {
		return transport.ClassifyConnect(err)
	}
	e, ok := errors.AsType[*connect.Error](err)
	if !ok || e == nil {
		return mapping.Classification{Source: mapping.SourceCaller, ConnectCode: mapping.ConnectCode(connect.CodeCanceled)}, true
	}
	if received {
		return s.streamError(e).Receive(), true
	}
	return s.streamError(e).Send(), true
}

// received finds that err, as it is, came of reading the request.
func (s *serverStream) received(err error) (transport.StreamError, bool) {
	e, ok := err.(*connect.Error)
	if !ok || e == nil {
		return transport.StreamError{}, false
	}
	received, _ := s.own.Gave(e)
	return s.streamError(e), received
}

func (s *serverStream) streamError(e *connect.Error) transport.StreamError {
	return transport.StreamError{
		Code: mapping.ConnectCode(e.Code()), Message: e.Message(), Broken: foreign.ConnectConnectionCut(e, e.Message()), Node: e,
		Input: transport.InputOf(s.schema),
	}
}
