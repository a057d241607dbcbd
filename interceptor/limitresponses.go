// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"net/http"

	"github.com/errpact/errpact/internal/responselimit"
)

// LimitResponses bounds what a hostile server can make a Connect client decode. To 64 KiB each: an answer's
// headers and its trailers, the body of an answer that is not 200, and the frame that ends a stream of
// Connect or gRPC-Web, compressed and not; and of an error's details, to 256. A larger one is an error of
// code resource_exhausted that says what was too large. Messages are for [connect.WithReadMaxBytes] to bound; they pass as they
// are, and are not copied.
//
//	connect.WithReadMaxBytes(4<<20) // and
//	&http.Client{Transport: interceptor.LimitResponses(nil)}
//
// What is compressed with anything but gzip cannot be measured here: an error body or an end of stream
// of that kind is refused.
//
// Nil, and a nil *http.Transport, is [http.DefaultTransport]. Headers and HTTP/2 trailers are looked at
// when base has read them: give an [http.Transport] a MaxResponseHeaderBytes too, so that it does not
// read the 10 MB of its default.
func LimitResponses(base http.RoundTripper) http.RoundTripper { return responselimit.Transport(base) }
