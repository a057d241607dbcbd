// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/origin"
)

// maxErrorBytes bounds each part of an answer that Connect decodes without asking anybody: the
// headers, the trailers, and what carries an error.
const maxErrorBytes = 64 << 10

// Transport bounds what a hostile server can make a Connect client decode. To 64 KiB each: an answer's
// headers and its trailers, the body of an answer that is not 200, and the frame that ends a stream of
// Connect or gRPC-Web, compressed and not. A larger one is an error of code resource_exhausted that
// says what was too large. Messages are for [connect.WithReadMaxBytes] to bound; they pass as they
// are, and are not copied.
//
//	connect.WithReadMaxBytes(4<<20) // and
//	&http.Client{Transport: interceptor.Transport(nil)}
//
// What is compressed with anything but gzip cannot be measured here: an error body or an end of stream
// of that kind is refused.
//
// Nil, and a nil *http.Transport, is [http.DefaultTransport]. Headers and HTTP/2 trailers are looked at
// when base has read them: give an [http.Transport] a MaxResponseHeaderBytes too, so that it does not
// read the 10 MB of its default.
func Transport(base http.RoundTripper) http.RoundTripper {
	if t, ok := base.(*http.Transport); ok && t == nil {
		base = nil
	}
	return &transport{base}
}

type transport struct{ base http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req == nil {
		return nil, errors.New("interceptor: send a request: it is nil")
	}
	res, err := t.next().RoundTrip(req)
	if err != nil || res == nil || res.Body == nil || res.StatusCode == http.StatusSwitchingProtocols {
		return res, err
	}
	// Announced trailers have no values yet.
	if size := origin.HeaderSize(res.Header) + origin.HeaderSize(res.Trailer); size > maxErrorBytes {
		_ = res.Body.Close()
		return nil, tooLarge("headers")
	}
	res.Body = bound(res)
	return res, nil
}

// CloseIdleConnections is what [http.Client.CloseIdleConnections] calls.
func (t *transport) CloseIdleConnections() {
	if closer, ok := t.next().(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

func (t *transport) next() http.RoundTripper {
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
		return &frameBody{ReadCloser: body, encoding: res.Header.Get("Grpc-Encoding")}
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
	if err == io.EOF && origin.HeaderSize(b.res.Trailer) > maxErrorBytes {
		clear(b.res.Trailer) // Connect reads them after an error, too
		err = tooLarge("trailers")
	}
	return n, err
}

func tooLarge(what string) error {
	return refused("%s of the answer are larger than %d bytes", what, maxErrorBytes)
}

// refused is coded, since Connect replaces every other error in a body by the HTTP status.
func refused(format string, args ...any) error {
	return connect.NewError(connect.CodeResourceExhausted, fmt.Errorf("interceptor: "+format, args...))
}
