// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"context"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// server is the server side of one procedure.
type server struct{ adapter.Server }

func newServer(policy *mapping.Policy) *server {
	return &server{adapter.Server{Policy: policy}}
}

func (s *server) serveUnary(
	ctx context.Context, req connect.AnyRequest, next connect.UnaryFunc,
) (res connect.AnyResponse, err error) {
	err = s.Serve(ctx, func() any { return req.Spec().Schema }, func() error {
		var err error
		res, err = next(ctx, req)
		return err
	}, func(f adapter.Failure) error {
		if out := static(&f, req.Header); out != nil {
			return out
		}
		return fail(f, &mapping.Call{
			Context: ctx, Procedure: req.Spec().Procedure, Header: req.Header(), Classify: origin.Connect,
		}, req.Peer().Protocol)
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

func (s *server) serveStream(ctx context.Context, conn *handlerConn, next connect.StreamingHandlerFunc) error {
	return s.Serve(ctx, func() any { return conn.Spec().Schema }, func() error {
		return next(ctx, conn)
	}, func(f adapter.Failure) error {
		if out := static(&f, conn.RequestHeader); out != nil {
			return out
		}
		return fail(f, &mapping.Call{
			Context: ctx, Procedure: conn.Spec().Procedure, Header: conn.RequestHeader(), Classify: conn.classify,
		}, conn.Peer().Protocol)
	})
}

// static makes Connect's error of what needs no deciding; nil of anything else.
func static(f *adapter.Failure, header func() http.Header) error {
	sent, answer := f.Static(header)
	if sent == nil {
		return nil
	}
	out := connect.NewError(connect.Code(answer.ConnectCode), sent.Public())
	for _, detail := range sharedDetails(answer) {
		out.AddDetail(detail)
	}
	return out
}

// fail makes Connect's error of what a call failed with.
func fail(f adapter.Failure, call *mapping.Call, protocol string) error {
	if origin.IsNotModified(f.Err) {
		f.NotModified(origin.Metadata(f.Err))
		return f.Err
	}
	answer := f.Answer(call)
	defer answer.Report(call)
	message, details, keepMetadata := f.Wire(call, &answer)
	out := connect.NewError(connect.Code(answer.Error().ConnectCode()), answer.Public(message))
	for _, detail := range details {
		out.AddDetail(connectDetail(&answer, detail, protocol))
	}
	if keepMetadata {
		addMetadata(out, answer.Local())
	}
	return out
}

func addMetadata(to *connect.Error, local error) {
	if e, ok := local.(*connect.Error); ok && e != nil {
		origin.CopyMetadata(to.Meta(), e)
	}
}
