// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"
	"strconv"
	"time"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/retryafter"
)

// Wire says how an RPC's error travels. It decides which headers say what the details say, for callers
// who do not read details, and how long a message may be, of those that [WithConnectMessages] sends.
type Wire uint8

const (
	// WireOther is every other way, such as Connect's streams: no header repeats a retry delay.
	WireOther Wire = iota
	// WireGRPC is gRPC and gRPC-Web, whose errors travel in headers or trailers.
	WireGRPC
	// WireConnectUnary is a unary call of Connect's own protocol, whose errors are bodies.
	WireConnectUnary
)

// The headers of an answer, in canonical form.
const (
	headerRetryAfter = "Retry-After"
	headerPushback   = "Grpc-Retry-Pushback-Ms"
)

// headers are what an answer says in headers. An empty value is not sent.
type headers struct {
	requestID string
	// retry is the value of one of the two above.
	retryKey, retry string
}

// HasHeaders reports whether [Answer.Headers] returns any.
func (a *Answer) HasHeaders() bool { return a != nil && a.headers != (headers{}) }

// Headers returns the headers, or trailers, that go out with the answer beside those of [Answer.Local], under
// their canonical names. It returns nil if no header goes out, as for most answers. X-Request-Id replaces what is
// there, where the transport can, and the others give way to it, since a handler sets them for a reason. The caller
// may change them.
func (a *Answer) Headers() http.Header {
	if !a.HasHeaders() {
		return nil
	}
	h := make(http.Header, 2)
	if a.headers.requestID != "" {
		h[HeaderRequestID] = []string{a.headers.requestID}
	}
	if a.headers.retry != "" {
		h[a.headers.retryKey] = []string{a.headers.retry}
	}
	return h
}

// headersOf are those of an error to an RPC caller. With WithConnectMessages the details are the handler's
// alone, and so the request's id is a header.
func (p *Policy) headersOf(call *Call, e *Error) (h headers) {
	if p.connectMessages {
		h.requestID = e.has().requestID
	}
	switch delay, ok := e.RetryDelay(); {
	case call.Wire == WireGRPC && e.isNever():
		h.retryKey, h.retry = headerPushback, never
	case !ok:
	case call.Wire == WireConnectUnary:
		h.retryKey, h.retry = headerRetryAfter, retryafter.Value(delay)
	case call.Wire == WireGRPC && isRepeated(e.ConnectCode()):
		h.retryKey, h.retry = headerPushback, pushback(delay)
	}
	return h
}

// isRepeated says which codes gRPC's clients repeat calls for, as far as a server's word on that is looked at.
func isRepeated(code ConnectCode) bool {
	return code == connectcode.Unavailable || code == connectcode.ResourceExhausted
}

// never tells gRPC's clients to give up at once.
const never = "-1"

// maxPushback is the longest delay that a gRPC client is asked to wait by itself, with the call open.
const maxPushback = time.Minute

// pushback is a delay as gRPC's clients read it.
// https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
func pushback(delay time.Duration) string {
	if delay > maxPushback {
		return never
	}
	return strconv.FormatInt(int64((delay+time.Millisecond-1)/time.Millisecond), 10)
}

// headerSize is the size of one header on the wire; nothing if it is not sent.
func headerSize(key, value string) int {
	if value == "" {
		return 0
	}
	return len(key) + len(": ") + len(value) + len("\r\n")
}

// fixed is what of the headers is never dropped, and droppable what goes with the RetryInfo.
func (h headers) fixed() int     { return headerSize(HeaderRequestID, h.requestID) }
func (h headers) droppable() int { return headerSize(h.retryKey, h.retry) }
