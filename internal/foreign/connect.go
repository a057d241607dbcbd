// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign/format"
	"github.com/errpact/errpact/mapping"
)

// A Connect client makes errors of responses that it cannot read, and does not mark them as the
// server's. With errpact's own client interceptor every error of a call is the server's. Without it,
// these errors are known by their texts, some of which quote the server.

// ConnectMiscount reports whether a client made the error of a response with no message, or with two.
// For client streams of Connect v1, connect.ClientStreamForClient makes it, outside all interceptors.
func ConnectMiscount(code mapping.ConnectCode, message string) bool {
	if code != connectcode.Unimplemented {
		return false
	}
	switch message {
	case "unary response has zero messages", "unary response has multiple messages",
		"unary stream has zero messages", "unary stream has multiple messages":
		return true
	}
	return false
}

// ConnectHTTPStatus reports whether a client made the error of a response that is neither Connect's nor
// gRPC's, such as a load balancer's page: the message is the status line, after "HTTP status " or alone,
// and the code is the one that Connect's table has for it.
// https://connectrpc.com/docs/protocol#http-to-error-code
func ConnectHTTPStatus(code mapping.ConnectCode, message string) bool {
	return httpStatusOf(code, message) != 0
}

// httpStatusOf takes any reason phrase: it is the upstream's, and servers write what they like. A handler's own text
// that begins with a status is taken for one under that status's code.
func httpStatusOf(code mapping.ConnectCode, message string) int {
	number, _, _ := strings.Cut(strings.TrimPrefix(message, "HTTP status "), " ")
	if len(number) != 3 {
		return 0
	}
	status, err := strconv.Atoi(number)
	if err != nil || status < 100 || code != connectCodeOf(status) {
		return 0
	}
	return status
}

// ConnectFailure returns how the call failed that a client's own error is about; 0 if its message does not say so.
func ConnectFailure(code mapping.ConnectCode, message string) mapping.CallFailure {
	switch {
	case isOneOf(connectRejected, code, message):
		return mapping.CallRejected
	case code == connectcode.DeadlineExceeded && isOneOf(connectBroken, code, message):
		return mapping.CallTimedOut
	case code != connectcode.Unavailable:
		return 0
	}
	if status := httpStatusOf(code, message); status != 0 {
		return mapping.FailureOfStatus(status)
	}
	return 0
}

// connectRejected lists a client's texts for an invalid URL, which may have a password in it, and for a gRPC answer
// without a status. The latter wraps io.ErrUnexpectedEOF, although the connection did not end.
var connectRejected = []wording{
	{"invalid base URL: %v", unavailable},                                            // v2
	{"parse %q: %s", unavailable},                                                    // v1
	{"URL %q missing scheme: use http:// or https:// (unlike grpc-go)", unavailable}, // v1
	{"protocol error: no %s trailer: %w", internal | unknown},
}

func connectCodeOf(status int) mapping.ConnectCode {
	switch status {
	case 400:
		return connectcode.Internal
	case 401:
		return connectcode.Unauthenticated
	case 403:
		return connectcode.PermissionDenied
	case 404:
		return connectcode.Unimplemented
	case 429, 502, 503, 504:
		return connectcode.Unavailable
	}
	return connectcode.Unknown
}

// connectUnreadable are the other texts of clients of connect v1.21.1 and connecthttp v2.0.2 about a response that they
// cannot read, and about a request that they do not send. Where the two differ, both are here. "decompress: " and
// "get decompressor: " are not: a handler that unpacks an upload writes the same under invalid_argument, and the words
// after them are a decompressor's own.
var connectUnreadable = []wording{
	{"corrupt response: %d extra bytes after end of stream", internal},
	{"gRPC-Web protocol error: trailers invalid: %w", internal},
	{"invalid content-type: %q; expecting %q", internal | unknown},
	{"message is larger than configured max %d", resourceExhausted},
	{"message is larger than configured max %d - unable to determine message size: %w", resourceExhausted},
	{"message size %d is larger than configured max %d", resourceExhausted},
	{"protocol error: incomplete envelope: %w", internal},
	{"protocol error: invalid envelope flags %d", internal},
	{"protocol error: invalid error code %q", unknown},
	{"protocol error: invalid error message %q", internal},
	{"protocol error: promised %d bytes in enveloped message, got %d bytes", internal},
	{"protocol error: promised %d bytes in enveloped message, got %d bytes: %w", internal},
	{"protocol error: sent compressed message without compression support", internal},
	{"protocol error: unexpected EOF", internal},
	{"response from %v is HTTP/%d.%d: bidi streams require at least HTTP/2", unimplemented},
	{"server returned invalid grpc-status-details-bin trailer: %w", internal},
	{"server returned invalid protobuf for error details: %w", internal},
	{"unknown encoding %q: accepted encodings are %v", internal},
	{"unmarshal end stream message: %w", internal},
	{"unmarshal message: %w", invalidArgument}, // the codec's own text may quote the answer
	{"unmarshal web trailers: %w", internal},

	{unsendable, resourceExhausted},
	{unsendable + ": enabling request compression may help", resourceExhausted},
	{unsendableCompressed, resourceExhausted},
	{"url size %d exceeds getURLMaxBytes %d: enabling request compression may help", resourceExhausted},
	{"compressed url size %d exceeds getURLMaxBytes %d", resourceExhausted},
}

// The formats for a message that is larger than what may be sent.
const (
	unsendable           = "message size %d exceeds sendMaxBytes %d"
	unsendableCompressed = "compressed " + unsendable
)

// ConnectUnreadable reports whether a client of Connect made the error of a response that it cannot read, or of a
// request that it does not send. A handler's own stream gives some of the same texts, so ask the stream first.
func ConnectUnreadable(code mapping.ConnectCode, message string) bool {
	return isOneOf(connectRejected, code, message) || isOneOf(connectUnreadable, code, message)
}

// connectBroken are a client's texts for a stream that the server reset, and for an answer whose rest did not arrive.
// A reset of code CANCEL is canceled, or, once the call's own deadline has passed, deadline_exceeded. It may confirm the
// end of the request, of which the request's context tells.
var connectBroken = []wording{
	{"stream error: stream ID %d; %s", internal | unavailable | unknown | canceled | deadlineExceeded},
	{"bandwidth exhausted: stream error: stream ID %d; %s", resourceExhausted},
	{"transport protocol insecure: stream error: stream ID %d; %s", permissionDenied},
	{"read message: %w", unknown},
	{"read enveloped message: %w", unknown},
	{"write envelope: %w", unknown},
	{"write message: %w", unknown},
}

// ConnectBroken reports whether a client of Connect made the error of a stream that the server reset, or of a connection
// that ended within a message. A handler's own stream gives some of the same texts, so ask the stream first.
func ConnectBroken(code mapping.ConnectCode, message string) bool {
	return isOneOf(connectBroken, code, message)
}

// connectIncomplete is the start of the text for a stream that ends within a message.
const connectIncomplete = "protocol error: incomplete envelope"

// ConnectConnectionCut reports whether err, whose message is given, is that of a connection that failed between
// two messages, rather than of a stream that its sender cut short. Connect calls both an incomplete
// envelope, and HTTP/2's own errors have no type.
func ConnectConnectionCut(err error, message string) bool {
	return strings.HasPrefix(message, connectIncomplete) && !errors.Is(err, io.ErrUnexpectedEOF)
}

// ConnectUnsendable reports whether text is that of a handler whose answer exceeds connect.WithSendMaxBytes.
// Connect calls it resource_exhausted, as if the caller had done it.
func ConnectUnsendable(text string) bool {
	return format.Fits(unsendable, text) || format.Fits(unsendableCompressed, text)
}

// connectUnmarshal is the start of the text for a message that a codec cannot decode. The codec's own
// text follows.
const connectUnmarshal = "unmarshal message: "

// TrimConnectUnmarshal returns a codec's own text, without what Connect puts before it.
func TrimConnectUnmarshal(text string) string { return strings.TrimPrefix(text, connectUnmarshal) }

// connectNoMessage is the text of a handler for gRPC that got an empty body.
const connectNoMessage = "unary request has zero messages"

// connectReads are the starts of a handler's texts for a body that it cannot read, in Connect's own
// protocol and in gRPC.
var connectReads = [...]string{"read message: ", connectIncomplete + ": "}

func connectTooLarge(text string) bool { return hasLimit(text, " larger than configured max ") }

// hasLimit reports whether a limit follows the words.
func hasLimit(text, words string) bool {
	_, limit, ok := strings.Cut(text, words)
	return ok && limit != "" && limit[0] >= '0' && limit[0] <= '9'
}

// connectParts are parts of a handler's texts for a request that it cannot read.
var connectParts = [...]string{"unmarshal message", "parse timeout: ", connectNoMessage}

func connectMalformed(text string) bool { return containsAny(text, connectParts[:]) }
