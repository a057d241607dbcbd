// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package httpclient knows the errors of net/http's client, and x/net/http2's, for a call that has no answer.
// Most of their errors have no type, and those that have one do not export it, so the text is all there is
// to go by. Each text has a test that provokes it with the real library, or finds it in the library's source.
//
// No text that this package reads may go out: they quote addresses and answers.
package httpclient

import (
	"cmp"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/errpact/errpact/internal/foreign/format"
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
	return cmp.Or(judgeOwn(err), proxyRefused(err.Error()))
}

// ended are the errors of a connection that is no more.
var ended = []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed}

// judgeOwn judges by the words and types that only net/http and x/net/http2 have.
func judgeOwn(err error) Outcome {
	o := judgeText(err.Error())
	if t := reflect.TypeOf(err); t != nil && t.PkgPath() == "net/http" && t.Name() == nothingWritten && o != Rejected {
		return Unsent // a request that cannot be sent was not, either
	}
	return o
}

// Find returns what became of the call that failed with err, which a client of Connect has below its own error.
// Connect takes off the [*url.Error] that net/http's client makes of each failed call, so the texts count without one.
// Only the bare phrase of a status, with which a proxy refuses a CONNECT, and the errors of an ended connection have to
// be below one: a handler's own error may be the same.
func Find(err error) Outcome {
	if err == io.ErrUnexpectedEOF { // Connect's own, for any io.EOF of the client
		return Broken
	}
	called, guess := false, Unknown
	for n := 0; n < maxDepth && !isNil(err); n++ {
		o := judgeOwn(err)
		if called {
			o = Judge(err)
		}
		if o != Unknown || IsUnreachable(err) { // that one is known by its type
			return o
		}
		guess = cmp.Or(guessOf(err), guess)
		called = called || IsCall(err)
		err = errors.Unwrap(err)
	}
	return guess
}

// guessOf is the outcome of an error that is net/http's, crypto/tls's or a connection's, although its text is not known
// here. Clients do not repeat a call that is Broken.
func guessOf(err error) Outcome {
	if e, ok := err.(*net.OpError); ok && slices.Contains(transfers[:], e.Op) {
		if e.Timeout() {
			return TimedOut
		}
		return Broken
	}
	if startsWith(err.Error(), libraries[:]) {
		return Broken
	}
	return Unknown
}

// transfers are the operations of a [net.OpError] on a connection that is there. Its text has both addresses.
var transfers = [...]string{"read", "write", "readfrom", "writeto", "close"}

// libraries are the starts of all texts of net/http's client, x/net/http2 and crypto/tls that name the package.
var libraries = [...]string{"net/http: ", "http2: ", "tls: "}

// IsUnreachable reports whether the type of an error says that a connection could not be made: dial, DNS, TLS.
func IsUnreachable(err error) bool {
	switch e := err.(type) {
	case *net.OpError:
		return slices.Contains(connecting[:], e.Op) || IsAlert(e)
	case *net.DNSError, tls.RecordHeaderError, tls.AlertError, *tls.CertificateVerificationError, *tls.ECHRejectionError:
		return true
	}
	return err == http.ErrSchemeMismatch
}

// connecting are the operations of [net.OpError] by which a connection comes about: dialling, also through a proxy.
var connecting = [...]string{"dial", "proxyconnect", "socks connect"}

// IsAlert reports whether e is the error that crypto/tls makes of an alert: one of either side.
func IsAlert(e *net.OpError) bool { return e.Op == "remote error" || e.Op == "local error" }

// IsCall reports whether err is that of a call by net/http's client. Package url has the same type for a text that it
// cannot parse.
func IsCall(err error) bool {
	e, ok := err.(*url.Error)
	return ok && e != nil && e.Op != "parse"
}

// IsCutAnswer reports whether err is HTTP/2's error for a stream that was reset, or whose connection the server gave up.
// The body of an answer gives it after the answer's headers. A server's body of a request gives the same if the caller
// resets the stream, but then the request's context has ended before; mayBeCallers reports whether it can be that.
func IsCutAnswer(err error) (cut, mayBeCallers bool) {
	t := reflect.TypeOf(err)
	if t == nil || !slices.Contains(http2Packages[:], t.PkgPath()) {
		return false, false
	}
	switch strings.TrimPrefix(t.Name(), "http2") {
	case "StreamError":
		reset, answered := strings.CutSuffix(err.Error(), fromPeer)
		return true, !answered || strings.HasSuffix(reset, canceled)
	case "GoAwayError":
		return true, false
	}
	return false, false
}

// http2Packages have the same errors: net/http of Go 1.26 and before has a copy, with a prefix to each name.
var http2Packages = [...]string{"net/http", "net/http/internal/http2", "golang.org/x/net/http2"}

// isNil finds nil, and a nil pointer, whose methods may panic.
func isNil(err error) bool {
	v := reflect.ValueOf(err)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// maxDepth is far more than a client wraps an error.
const maxDepth = 16

// nothingWritten is net/http's type for a connection that failed before any byte of the request was on it.
const nothingWritten = "nothingWrittenError"

// The lists below have the formats of the texts, as the libraries' sources have them.

// unsent are of calls of which no byte was processed.
var unsent = [...]string{
	"net/http: TLS handshake timeout",
	"http2: client conn is closed", "http2: client conn not usable", "http2: client conn could not be established",
	"http2: no cached connection was available",
	"http2: Transport received Server's graceful shutdown GOAWAY", "http2: Transport received GOAWAY from server ErrCode:%v",
}

// broken are of connections that ended in the middle.
var broken = [...]string{
	"http: server closed idle connection", "net/http: Transport failed to read from server: %v",
	"net/http: cannot rewind body after connection loss", "http: persistConn.readLoop exiting",
	"http2: server sent GOAWAY and closed the connection; LastStreamID=%v, ErrCode=%v, debug=%q", "http2: client connection lost",
	"http2: client connection force closed via ClientConn.Close", "http2: response body closed",
}

// givenUp are of calls that this process ended itself.
var givenUp = [...]string{"net/http: request canceled", "net/http: request canceled while waiting for connection"}

// rejected are of requests that cannot be sent, and of answers that cannot be read. Those that end with a verb for a
// quoted text come in part from a helper of net/http's, which adds it.
var rejected = [...]string{
	"unsupported protocol scheme %q", "http: no Host in request URL", "http: nil Request.URL", "http: invalid Host header",
	"http: Request.RequestURI can't be set in client requests", "http: ContentLength=%d with Body length %d", "net/http: invalid header %s", "net/http: invalid trailer %s", "net/http: invalid method %q",
	"net/http: can't write control character in Request.URL", "http2: unsupported scheme",
	"stopped after 10 redirects", "failed to parse Location header %q: %v",
	"malformed HTTP response %q", "malformed HTTP status code %q", "malformed HTTP version %q",
	"malformed MIME header initial line: %q", "malformed MIME header line: %q", "malformed MIME header: missing colon: %q",
	"net/http: server response headers exceeded %d bytes; aborted",
	"bad Content-Length %q", "invalid empty Content-Length %q", "bad trailer key %q", "http: message cannot contain multiple Content-Length headers; got %q",
	"unsupported transfer encoding: %q", "too many transfer encodings: %q",
	"http2: frame too large", "http2: failed reading the frame payload: %w, note that the frame header looked like an HTTP/1.1 header",
	headerList, "http2: response header list larger than advertised limit", "http2: unexpected ALPN protocol %q; want %q", "http2: could not negotiate protocol mutually",
}

// headerList is the text for a request whose headers exceed what the server said that it takes.
const headerList = "http2: request header list larger than peer's advertised limit"

func judgeText(text string) Outcome {
	if inner, ok := strings.CutPrefix(text, cannotRetry); ok {
		inner, _, _ = strings.Cut(inner, cannotRetryEnd)
		return judgeText(inner)
	}
	if o := streamError(text); o != Unknown {
		return o
	}
	switch {
	case isOneOf(unsent[:], text), isOneOf(handshake[:], text):
		return Unsent
	case isOneOf(broken[:], text), isOneOf(inUse[:], text), isConnectionError(text):
		return Broken
	case isOneOf(givenUp[:], text):
		return TimedOut
	case isOneOf(rejected[:], text):
		return Rejected
	}
	return Unknown
}

func isOneOf(formats []string, text string) bool {
	return slices.ContainsFunc(formats, func(layout string) bool { return format.Fits(layout, text) })
}

// connectionErrors is the start of the text of an http2.ConnectionError. The name of a code of HTTP/2 follows.
const connectionErrors = "connection error: "

func isConnectionError(text string) bool {
	name, ok := strings.CutPrefix(text, connectionErrors)
	return ok && (name == strings.ToUpper(name) || strings.HasPrefix(name, "unknown error code 0x"))
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
	canceled     = "; CANCEL"
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

// Texts returns the formats of all texts above, for the tests that find each in a library.
func Texts() []string {
	return slices.Concat(unsent[:], handshake[:], broken[:], inUse[:], givenUp[:], rejected[:], []string{cannotRetry, streamErrors, connectionErrors})
}
