// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"net/http"

	"github.com/errpact/errpact/internal/responselimit"
)

// LimitResponses returns a transport that bounds what a hostile server can make a Connect client decode. Each
// of these may have 64 KiB: an answer's headers, its trailers, the body of an answer that is not 200, and the
// frame that ends a stream of Connect or gRPC-Web. Bodies and frames are measured both compressed and
// decompressed. An error may have 256 details. An answer over a limit becomes an error of code
// resource_exhausted that names what was too large. Messages pass unchanged and are not copied: bound them
// with [connect.WithReadMaxBytes].
//
//	connect.WithReadMaxBytes(4<<20) // and
//	&http.Client{Transport: interceptor.LimitResponses(nil)}
//
// Only gzip can be measured. An error body or an end of stream with another compression is refused.
//
// A nil base, and a nil *http.Transport, is [http.DefaultTransport]. Headers and HTTP/2 trailers are measured
// after base has read them. Set MaxResponseHeaderBytes of the [http.Transport] as well: its default is 10 MB.
func LimitResponses(base http.RoundTripper) http.RoundTripper { return responselimit.Transport(base) }
