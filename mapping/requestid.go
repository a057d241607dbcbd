// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"

	"github.com/errpact/errpact/internal/requestid"
)

// HeaderRequestID is the header that carries a request's id, both ways.
const HeaderRequestID = requestid.Header

// RequestIDOf returns the id of a request: its X-Request-Id if that is 1 to 128 bytes of
// [A-Za-z0-9._:/+=@-], else the trace id of a valid traceparent
// (https://www.w3.org/TR/trace-context/#traceparent-header), else a new id. Nothing else that a
// caller sends gets into a log or a header. The header may be nil.
func RequestIDOf(h http.Header) string {
	if id := sentRequestID(h); id != "" {
		return id
	}
	return requestid.New()
}

// sentRequestID is the id that a request came with, or empty.
func sentRequestID(h http.Header) string {
	return requestid.Sent(requestid.First(h, requestid.Header), requestid.First(h, requestid.Traceparent))
}

// RequestID returns the id that the policy believes of a request with these headers; empty if it believes none,
// and one has to be made up. See [WithRequestID]. The header may be nil.
func (p *Policy) RequestID(h http.Header) string {
	p = p.self()
	if p.requestID == nil {
		return sentRequestID(h)
	}
	return requestid.Valid(p.askRequestID(h))
}

// askRequestID survives a function of the user's that panics.
func (p *Policy) askRequestID(h http.Header) (id string) {
	defer func() {
		if recover() != nil {
			id = ""
		}
	}()
	return p.requestID(h)
}

// requestIDOf is the id that is known already, or that the request came with; else empty.
func (p *Policy) requestIDOf(c *Call) string {
	if c == nil {
		return ""
	}
	if c.RequestID != "" {
		return c.RequestID
	}
	return p.RequestID(c.header())
}

// languages is what the caller would like to read.
func (c *Call) languages() []string {
	return c.header()[headerAcceptLanguage]
}
