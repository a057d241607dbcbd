// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"context"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// setHeaders sets what the answer says in headers. They are the error's metadata, which Connect sends as headers or as
// trailers, as the protocol wants it. The response gives the headers and trailers that the handler set outside of
// its error, which go out, too.
func setHeaders(out *connect.Error, answer *mapping.Answer, response func() (header, trailer http.Header)) {
	if !answer.HasHeaders() {
		return
	}
	header, trailer := response()
	transport.SetHeaders(headers{out.Meta(), header, trailer}, answer)
}

// headers are all that an error answer has.
type headers struct{ error, header, trailer http.Header }

// Has implements [transport.Headers].
func (h headers) Has(key string) bool {
	return len(h.error[key]) > 0 || len(h.header[key]) > 0 || len(h.trailer[key]) > 0
}

// Set implements [transport.Headers].
func (h headers) Set(key, value string) {
	delete(h.header, key)
	delete(h.trailer, key)
	h.error[key] = []string{value}
}

// unaryResponse has what a handler set by the call's context.
func unaryResponse(ctx context.Context) (header, trailer http.Header) {
	info, ok := connect.CallInfoForHandlerContext(ctx)
	if !ok {
		return nil, nil
	}
	return info.ResponseHeader(), info.ResponseTrailer()
}
