// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
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

// httpStatusOf takes any reason phrase after "HTTP status ". A handler's own text may begin with a number, so a
// line that stands alone has one that servers really send.
func httpStatusOf(code mapping.ConnectCode, message string) int {
	line, named := strings.CutPrefix(message, "HTTP status ")
	number, phrase, _ := strings.Cut(line, " ")
	if len(number) != 3 {
		return 0
	}
	status, err := strconv.Atoi(number)
	if err != nil || status < 100 || code != connectCodeOf(status) || !named && !isReasonPhrase(status, phrase) {
		return 0
	}
	return status
}

// isReasonPhrase reports whether a phrase is the one of a status: net/http's, also for a status that it does not
// know, none at all, as in HTTP/2, or that of a proxy.
func isReasonPhrase(status int, phrase string) bool {
	return phrase == "" || strings.EqualFold(phrase, http.StatusText(status)) || phrase == "status code "+strconv.Itoa(status) ||
		slices.Contains(proxyPhrases[status], phrase)
}

// proxyPhrases are the reason phrases of nginx 1.22, haproxy 2.6 and Apache httpd 2.4 that differ from net/http's.
var proxyPhrases = map[int][]string{
	302: {"Moved Temporarily"},
	408: {"Request Time-out"},
	413: {"Payload Too Large", "Content Too Large"},
	414: {"Request-URI Too Large", "Request-URI Too Long"},
	416: {"Requested Range Not Satisfiable", "Range Not Satisfiable"},
	503: {"Service Temporarily Unavailable"},
	504: {"Gateway Time-out"},
}

// ConnectFailure returns how the call failed of which a client's own error is; 0 if that is not in its message.
func ConnectFailure(code mapping.ConnectCode, message string) mapping.CallFailure {
	switch {
	case isOneOf(connectRejected, code, message):
		return mapping.CallRejected
	case code != connectcode.Unavailable:
		return 0
	}
	if status := httpStatusOf(code, message); status != 0 {
		return mapping.FailureOfStatus(status)
	}
	return 0
}

// connectRejected lists a client's texts for an invalid URL, and for a gRPC answer without a status. The
// latter wraps io.ErrUnexpectedEOF, although the connection did not end.
var connectRejected = []wording{
	{"invalid base URL: %v", unavailable},
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

// connectUnreadable are the texts of clients of connect v1.21.1 and connecthttp v2.0.2 about a response that they
// cannot read, and about a request that they do not send. Where the two differ, both are here.
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
	{"protocol error: no %s trailer: %w", internal | unknown},
	{"protocol error: promised %d bytes in enveloped message, got %d bytes", internal},
	{"protocol error: promised %d bytes in enveloped message, got %d bytes: %w", internal},
	{"protocol error: sent compressed message without compression support", internal},
	{"protocol error: unexpected EOF", internal},
	{"response from %v is HTTP/%d.%d: bidi streams require at least HTTP/2", unimplemented},
	{"server returned invalid grpc-status-details-bin trailer: %w", internal},
	{"server returned invalid protobuf for error details: %w", internal},
	{"unknown encoding %q: accepted encodings are %v", internal},
	{"unmarshal end stream message: %w", internal},
	{"unmarshal message: unmarshal into %T: %w", invalidArgument}, // v1
	{"unmarshal message: proto:%s", invalidArgument},              // v2
	{"unmarshal web trailers: %w", internal},

	{"message size %d exceeds sendMaxBytes %d", resourceExhausted},
	{"message size %d exceeds sendMaxBytes %d: enabling request compression may help", resourceExhausted},
	{"compressed message size %d exceeds sendMaxBytes %d", resourceExhausted},
	{"url size %d exceeds getURLMaxBytes %d: enabling request compression may help", resourceExhausted},
	{"compressed url size %d exceeds getURLMaxBytes %d", resourceExhausted},
}

// ConnectUnreadable reports whether a client of Connect made the error of a response that it cannot read, or of a
// request that it does not send. A handler's own stream gives some of the same texts, so ask the stream first.
func ConnectUnreadable(code mapping.ConnectCode, message string) bool {
	return isOneOf(connectUnreadable, code, message)
}

// connectResets are a client's texts for a stream that the server reset. Connect calls that of an ended call canceled
// or deadline_exceeded, which are judged as such.
var connectResets = []wording{
	{"stream error: stream ID %d; %s", internal | unavailable},
	{"bandwidth exhausted: stream error: stream ID %d; %s", resourceExhausted},
	{"transport protocol insecure: stream error: stream ID %d; %s", permissionDenied},
}

// ConnectReset reports whether a client of Connect made the error of a stream that the server reset.
func ConnectReset(code mapping.ConnectCode, message string) bool {
	return isOneOf(connectResets, code, message)
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
func ConnectUnsendable(text string) bool { return hasLimit(text, " exceeds sendMaxBytes ") }

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
