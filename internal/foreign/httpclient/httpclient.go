// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package httpclient knows the errors of net/http's client, and x/net/http2's, for a call that has no answer.
// Most of their errors have no type, and those that have one do not export it, so the text is all there is
// to go by. Each text has a test that provokes it with the real library, or finds it in the library's source.
//
// No text that this package reads may go out: they quote addresses and answers.
package httpclient

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// An Outcome is what became of a call.
type Outcome uint8

// The outcomes. Their order is that of mapping.CallFailure.
const (
	// Unknown says that no text here is known.
	Unknown Outcome = iota
	// Answered is never the outcome of a text here.
	Answered
	// Unsent says that nothing was sent, or that the server refused the stream before it did any work.
	Unsent
	// Broken says that the connection ended after the request, or a part of it, had gone out.
	Broken
	// TimedOut says that the call ran out of its own time, or was given up by this process.
	TimedOut
	// Rejected says that the request cannot be sent or the answer cannot be read: to repeat the call is of no use.
	Rejected
)

// Judge returns what an error of a client says became of the call. It looks at that error alone, not at
// what it wraps.
func Judge(err error) Outcome {
	if slices.Contains(ended, err) {
		return Broken
	}
	o := judgeText(err.Error())
	if t := reflect.TypeOf(err); t != nil && t.PkgPath() == "net/http" && t.Name() == nothingWritten && o != Rejected {
		return Unsent // a request that cannot be sent was not, either
	}
	return o
}

// ended are the errors of a connection that is no more.
var ended = []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed}

// Find returns what became of the call that failed with err, which a client of Connect has below its own error.
// A handler's own error may have the words of net/http's texts, so these count only below the [*url.Error] that the
// client makes of each failed call. Connect takes that off in two cases: a stream that the server reset, and
// a connection that ended.
func Find(err error) Outcome {
	if err == io.ErrUnexpectedEOF {
		return Broken
	}
	called := false
	for n := 0; n < maxDepth && !isNil(err); n++ {
		o := streamError(err.Error())
		if called {
			o = Judge(err)
		}
		if o != Unknown {
			return o
		}
		called = called || IsCall(err)
		err = errors.Unwrap(err)
	}
	return Unknown
}

// IsCall reports whether err is that of a call by net/http's client. Package url has the same type for a text that it
// cannot parse.
func IsCall(err error) bool {
	e, ok := err.(*url.Error)
	return ok && e != nil && e.Op != "parse"
}

// isNil finds nil, and a nil pointer, whose methods may panic.
func isNil(err error) bool {
	v := reflect.ValueOf(err)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// maxDepth is far more than a client wraps an error.
const maxDepth = 16

// nothingWritten is net/http's type for a connection that failed before any byte of the request was on it.
const nothingWritten = "nothingWrittenError"

// unsent are the starts of texts of calls of which no byte was processed.
var unsent = [...]string{
	"net/http: TLS handshake timeout",
	"http2: client conn is closed", "http2: client conn not usable", "http2: client conn could not be established",
	"http2: no cached connection was available",
	"http2: Transport received Server's graceful shutdown GOAWAY", "http2: Transport received GOAWAY from server ErrCode:",
}

// broken are the starts of texts of connections that ended in the middle.
var broken = [...]string{
	"http: server closed idle connection", "net/http: Transport failed to read from server: ",
	"net/http: cannot rewind body after connection loss", "http: persistConn.readLoop exiting",
	"http2: server sent GOAWAY and closed the connection", "http2: client connection lost",
	"http2: client connection force closed via ClientConn.Close", "http2: response body closed",
	"connection error: ",
}

// givenUp are texts of calls that this process ended itself.
var givenUp = [...]string{"net/http: request canceled", "net/http: request canceled while waiting for connection"}

// rejected are the starts of texts of requests that cannot be sent, and of answers that cannot be read.
var rejected = [...]string{
	"unsupported protocol scheme", "http: no Host in request URL", "http: nil Request.URL", "http: invalid Host header",
	"http: Request.RequestURI can't be set in client requests", "http: ContentLength=", "net/http: invalid ",
	"net/http: can't write control character in Request.URL", "http2: unsupported scheme",
	"stopped after 10 redirects", "failed to parse Location header ",
	"malformed HTTP ", "malformed MIME header", "net/http: server response headers exceeded ",
	"bad Content-Length ", "unsupported transfer encoding", "too many transfer encodings",
	"http2: frame too large", "http2: failed reading the frame payload: ",
	"http2: response header list larger than advertised limit", "http2: unexpected ALPN protocol ", "http2: could not negotiate protocol mutually",
}

func judgeText(text string) Outcome {
	if inner, ok := strings.CutPrefix(text, cannotRetry); ok {
		inner, _, _ = strings.Cut(inner, cannotRetryEnd)
		return judgeText(inner)
	}
	if o := streamError(text); o != Unknown {
		return o
	}
	switch {
	case startsWith(text, unsent[:]):
		return Unsent
	case startsWith(text, broken[:]):
		return Broken
	case slices.Contains(givenUp[:], text):
		return TimedOut
	case startsWith(text, rejected[:]), strings.HasSuffix(text, " response missing Location header"):
		return Rejected
	}
	return proxyRefused(text)
}

// The text of a stream that the server refused, for a request whose body cannot be sent again. It quotes why.
const (
	cannotRetry    = "http2: Transport: cannot retry err ["
	cannotRetryEnd = "] after Request.Body was written"
)

// The text of an http2.StreamError: "stream error: stream ID 1; REFUSED_STREAM; received from peer". Its end
// is what the client itself found wrong with the answer, or this.
const (
	streamErrors = "stream error: stream ID "
	refused      = "; REFUSED_STREAM"
	fromPeer     = "; received from peer"
)

func streamError(text string) Outcome {
	if !strings.HasPrefix(text, streamErrors) {
		return Unknown
	}
	reset, ok := strings.CutSuffix(text, fromPeer)
	switch {
	case strings.HasSuffix(reset, refused):
		return Unsent
	case ok || strings.Count(text, ";") < 2: // a reset without a cause is one of the connection's end
		return Broken
	}
	return Rejected
}

// proxyRefused reads the text of an answer to CONNECT, which is the status's own.
func proxyRefused(text string) Outcome {
	for status := http.StatusBadRequest; status <= http.StatusNetworkAuthenticationRequired; status++ {
		switch {
		case text != http.StatusText(status) || text == "":
		case status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
			return Unsent
		default:
			return Rejected
		}
	}
	return Unknown
}

func startsWith(text string, starts []string) bool {
	for _, start := range starts {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// Texts returns all texts above, for the tests that find each in a library.
func Texts() []string {
	var all []string
	for _, list := range [][]string{unsent[:], broken[:], givenUp[:], rejected[:], {cannotRetry, streamErrors}} {
		all = append(all, list...)
	}
	return all
}
