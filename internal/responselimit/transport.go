// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package responselimit bounds what a hostile server can make a client of Connect decode.
package responselimit

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/interceptor/transport"
)

// maxErrorBytes bounds each part of an answer that Connect decodes without asking anybody: the
// headers, the trailers, and what carries an error.
const maxErrorBytes = 64 << 10

// Transport returns the transport that interceptor.LimitResponses promises.
func Transport(base http.RoundTripper) http.RoundTripper {
	if t, ok := base.(*http.Transport); ok && t == nil {
		base = nil
	}
	return &limited{base}
}

type limited struct{ base http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (t *limited) RoundTrip(req *http.Request) (*http.Response, error) {
	if req == nil {
		return nil, errors.New("interceptor: send a request: it is nil")
	}
	res, err := t.next().RoundTrip(req)
	if err != nil || res == nil || res.Body == nil || res.StatusCode == http.StatusSwitchingProtocols {
		return res, err
	}
	// Announced trailers have no values yet.
	if size := transport.HeaderSize(res.Header) + transport.HeaderSize(res.Trailer); size > maxErrorBytes {
		_ = res.Body.Close()
		return nil, tooLarge("headers")
	}
	if hasTooManyDetails(res.Header) {
		_ = res.Body.Close()
		return nil, tooMany()
	}
	res.Body = bound(res)
	return res, nil
}

// CloseIdleConnections is what [http.Client.CloseIdleConnections] calls.
func (t *limited) CloseIdleConnections() {
	if closer, ok := t.next().(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

func (t *limited) next() http.RoundTripper {
	if t.base == nil {
		return http.DefaultTransport
	}
	return t.base
}

// bound chooses what reads the body. The response stays the one that base made: HTTP/2 puts the
// trailers into it.
func bound(res *http.Response) io.ReadCloser {
	body := &trailerBody{res.Body, res}
	contentType := res.Header.Get("Content-Type")
	switch {
	case res.StatusCode != http.StatusOK:
		return newErrorBody(body, res)
	case strings.HasPrefix(contentType, "application/connect+"):
		return &frameBody{ReadCloser: body, encoding: res.Header.Get("Connect-Content-Encoding")}
	case strings.HasPrefix(contentType, "application/grpc-web"):
		return &frameBody{ReadCloser: body, encoding: res.Header.Get("Grpc-Encoding"), web: true}
	}
	return body
}

// trailerBody looks at the trailers when the body has ended.
type trailerBody struct {
	io.ReadCloser
	res *http.Response
}

func (b *trailerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != io.EOF {
		return n, err
	}
	switch {
	case transport.HeaderSize(b.res.Trailer) > maxErrorBytes:
		err = tooLarge("trailers")
	case hasTooManyDetails(b.res.Trailer):
		err = tooMany()
	default:
		return n, err
	}
	clear(b.res.Trailer) // Connect reads them after an error, too
	return n, err
}

func tooLarge(what string) error {
	return refused("%s of the answer are larger than %d bytes", what, maxErrorBytes)
}

// refused is coded, since Connect replaces every other error in a body by the HTTP status. Either version
// of Connect finds its own.
func refused(format string, args ...any) error {
	cause := fmt.Errorf("interceptor: "+format, args...)
	return &refusal{connect.NewError(connect.CodeResourceExhausted, cause), connectv2.NewError(connectv2.CodeResourceExhausted, cause.Error())}
}

type refusal struct {
	v1 *connect.Error
	v2 *connectv2.Error
}

func (r *refusal) Error() string   { return r.v1.Error() }
func (r *refusal) Unwrap() []error { return []error{r.v1, r.v2} }
