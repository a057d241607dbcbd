// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"context"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/internal/connecterror"
	"github.com/errpact/errpact/mapping"
)

// server is the server side of one procedure.
type server struct{ transport.Server }

func newServer(policy *mapping.Policy) *server {
	return &server{transport.Server{Policy: policy, Name: constructor}}
}

func (s *server) serveUnary(
	ctx context.Context, req connect.AnyRequest, next connect.UnaryFunc,
) (res connect.AnyResponse, err error) {
	err = s.Serve(ctx, transport.Call{
		Handle: func() error {
			var err error
			res, err = next(ctx, req)
			return err
		},
		Describe: func(error) mapping.Call {
			return mapping.Call{
				Context: ctx, Procedure: req.Spec().Procedure, Header: req.Header(), Classify: transport.ClassifyConnect,
				Wire: transport.WireOf(req.Peer().Protocol, true),
			}
		},
		Encode: func(answer mapping.Answer) error {
			return connecterror.Of(&answer, req.Peer().Protocol, func() (header, trailer http.Header) { return unaryResponse(ctx) })
		},
		Probe: func() error {
			_, err := next(ctx, probedRequest{req})
			return err
		},
		Schema: func() any { return req.Spec().Schema },
		Passes: passes,
	})
	if err != nil {
		return nil, err
	}
	return res, nil
}

func (s *server) serveStream(ctx context.Context, conn *handlerConn, next connect.StreamingHandlerFunc) error {
	return s.Serve(ctx, transport.Call{
		Handle: func() error { return next(ctx, conn) },
		Describe: func(error) mapping.Call {
			return mapping.Call{
				Context: ctx, Procedure: conn.Spec().Procedure, Header: conn.RequestHeader(), Classify: conn.classify,
				Wire: transport.WireOf(conn.Peer().Protocol, false),
			}
		},
		Encode: func(answer mapping.Answer) error {
			return connecterror.Of(&answer, conn.Peer().Protocol, func() (header, trailer http.Header) { return conn.ResponseHeader(), conn.ResponseTrailer() })
		},
		Probe:  func() error { return next(ctx, probedConn{conn}) },
		Schema: func() any { return conn.Spec().Schema },
		Passes: passes,
	})
}

// passes finds a 304, whose headers are the error's own.
func passes(err error) (http.Header, bool) {
	if !transport.IsNotModified(err) {
		return nil, false
	}
	return transport.Metadata(err), true
}

// unaryResponse has what a handler set by the call's context.
func unaryResponse(ctx context.Context) (header, trailer http.Header) {
	info, ok := connect.CallInfoForHandlerContext(ctx)
	if !ok {
		return nil, nil
	}
	return info.ResponseHeader(), info.ResponseTrailer()
}
