// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package connecterror makes Connect's error of an answer, for everything that answers RPC callers in
// Connect's form: the interceptor, and the middleware of net/http.
package connecterror

import (
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// Of returns Connect's error for an answer to a caller of a protocol, as [connect.Peer] names it. Connect sends
// the error's metadata as headers or as trailers, as the protocol wants it. The function response returns the
// headers and the trailers that were set outside of the error, which go out too. Either may be nil.
func Of(answer *mapping.Answer, protocol string, response func() (header, trailer http.Header)) *connect.Error {
	out := connect.NewError(connect.Code(answer.Error().ConnectCode()), answer.Public())
	if shared := sharedDetails(answer); shared != nil {
		for _, detail := range shared {
			out.AddDetail(detail)
		}
	} else {
		for i := range answer.Details() {
			out.AddDetail(connectDetail(answer, i, protocol))
		}
	}
	if e, ok := answer.Local().(*connect.Error); ok && e != nil {
		transport.CopyMetadata(out.Meta(), e)
	}
	if answer.HasHeaders() {
		header, trailer := response()
		transport.SetHeaders(headers{out.Meta(), header, trailer}, answer)
	}
	return out
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
