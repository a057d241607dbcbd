// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"errors"
	"io"
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

func httpStatusOf(code mapping.ConnectCode, message string) int {
	message = strings.TrimPrefix(message, "HTTP status ")
	number, _, _ := strings.Cut(message, " ")
	if len(number) != 3 {
		return 0
	}
	status, err := strconv.Atoi(number)
	if err != nil || status < 100 || code != connectCodeOf(status) {
		return 0
	}
	return status
}

// ConnectFailure returns how the call failed of which a client's own error is; 0 if that is not in its message.
func ConnectFailure(code mapping.ConnectCode, message string) mapping.CallFailure {
	switch {
	case startsWithAny(message, connectRejected[:]):
		return mapping.CallRejected
	case code != connectcode.Unavailable:
		return 0
	}
	if status := httpStatusOf(code, message); status != 0 {
		return mapping.FailureOfStatus(status)
	}
	return 0
}

// connectRejected lists how a client's texts start for an invalid URL, and for a gRPC answer without a status. The
// latter wraps io.ErrUnexpectedEOF, although the connection did not end.
var connectRejected = [...]string{"invalid base URL: ", "protocol error: no Grpc-Status trailer"}

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

// connectV2Reads are the starts of the texts that connecthttp v2.0.2 writes about a response.
var connectV2Reads = [...]string{
	"corrupt response: ", "gRPC-Web protocol error: ", "invalid content-type: ", "message is larger than configured max ",
	"message size ", "protocol error: ", "server returned invalid ", "unknown encoding ", "unmarshal end stream message: ",
	"unmarshal message: ", "unmarshal web trailers: ",
}

// ConnectV2Unreadable reports whether a client of Connect v2 made the error of a response that it cannot
// read. A handler's own stream gives some of the same texts, so ask the stream first.
func ConnectV2Unreadable(message string) bool { return startsWithAny(message, connectV2Reads[:]) }

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
func ConnectUnsendable(text string) bool { return strings.Contains(text, "exceeds sendMaxBytes") }

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

func connectTooLarge(text string) bool { return strings.Contains(text, "larger than configured max") }

// connectParts are parts of a handler's texts for a request that it cannot read.
var connectParts = [...]string{"unmarshal message", "parse timeout: ", connectNoMessage}

func connectMalformed(text string) bool { return containsAny(text, connectParts[:]) }
