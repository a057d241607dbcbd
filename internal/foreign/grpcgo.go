// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// A client of grpc-go makes errors of the same type as those that a server sends, and as those that a
// handler makes. A status without details is told apart by its code and its text.

// grpcClosed is the text for a client that this process closed before the call, or during it.
const grpcClosed = "grpc: the client connection is closing"

// grpcNoAnswers are the texts that a client writes when it has no answer: the service could not be reached, the
// connection was lost, something else answered, or the answer cannot be read. A reset of code CANCEL may confirm the end of
// the request, of which the request's context tells.
var grpcNoAnswers = []wording{
	{"connection error: desc = %q", unavailable}, {"last connection error: %v", unavailable},
	{"last resolver error: %v", unavailable}, {"name resolver error: %v", unavailable},
	{"error reading from server: %v", unavailable}, {"closing transport due to: %v, received prior goaway: %v", unavailable},
	{"keepalive ping failed to receive ACK within timeout", unavailable}, {"transport is closing", unavailable},
	{"the connection is draining", unavailable}, {"the stream is rejected because server is draining the connection", unavailable},
	{"closing connection since the server is not reading: %v", unavailable},
	{"no children to pick from", unavailable}, {"SubConn state is not Ready", unavailable},
	{"produced zero addresses", unavailable}, {"weighted-target: no targets to pick from", unavailable},
	{"all SubConns are in TransientFailure", unavailable}, {"pickfirst: health check failure: %v", unavailable},
	{"request dropped by grpclb", unavailable}, {"most recent error from RLS server: %v", unavailable},
	{"error parsing service config: %v", unavailable}, {"illegal service config type: %T", unavailable},
	{"received picker error with illegal status: %v", internal}, {"config selector returned illegal status: %v", internal},
	{"failed to validate authority %q : %v", unavailable},
	{"credentials: failed to fetch ID token: %v", unavailable | unauthenticated}, {"credentials: fetched token is expired", unavailable},
	{"token file %q is empty: %w", unauthenticated}, {"token file %q: %v: %w", unauthenticated},
	{"received %d-bytes data exceeding the limit %d bytes", internal}, {"received invalid frame", internal},
	{"invalid header field name %q", internal}, {"invalid header field value for %q", internal}, {"invalid pseudo-header %q", internal},
	{"duplicate pseudo-header %q", internal}, {"mix of request and response pseudo headers", internal}, {"pseudo header field after regular", internal},
	{grpcClosed, canceled},
	{grpcReset + "%v", internal | unavailable | resourceExhausted | permissionDenied | unknown | canceled},
	{"server closed the stream without sending trailers", internal}, {"a HEADERS frame cannot appear in the middle of a stream", internal},
	{grpcHTTPStatus + "%d (%s)", internal | unauthenticated | permissionDenied | unimplemented | unavailable | unknown},
	{"malformed header: missing HTTP status", internal}, {"peer header list size exceeded limit", internal},
	{"transport: malformed grpc-status: %v", unknown}, {"transport: malformed http-status: %v", internal}, {"transport: malformed %s: %v", internal},
	{"transport: per-RPC creds failed due to error: %v", unauthenticated | internal},
	{"transport: received per-RPC creds error with illegal status: %v", internal},
	{"transport: cannot send secure credentials on an insecure connection", unauthenticated},
	{"grpc-status-details-bin mismatch: grpc-status=%v, grpc-message=%q, grpc-status-details-bin=%+v", internal},
	{"cardinality violation: received no response message from non-server-streaming RPC", internal},
	{"cardinality violation: expected <EOF> for non server-streaming RPCs, but received another message", internal},
	{"grpc: received unexpected payload format %d", internal}, {"grpc: failed to unmarshal the received message: %v", internal},
	{"grpc: failed to decompress the received message: %v", internal}, {"grpc: failed to decompress the message: %v", internal},
	{"grpc: failed to read decompressed data: %v", internal}, {"grpc: no decompressor available for compressed payload", internal},
	{"grpc: compressed flag set with identity or empty encoding", internal},
	{"grpc: Decompressor is not installed for grpc-encoding %q", internal | unimplemented},
	{"grpc: peer compressed the response with %q which is not allowed by AcceptCompressors", internal},
}

// grpcTooLarge are the texts about a message over the limit of the side that was to receive it.
var grpcTooLarge = []wording{
	{"grpc: received message larger than max (%d vs. %d)", resourceExhausted},
	{"grpc: received message larger than max length allowed on current machine (%d vs. %d)", resourceExhausted},
	{"grpc: received message after decompression larger than max %d", resourceExhausted},
	{"grpc: message after decompression larger than max (%d vs. %d)", resourceExhausted},
}

// Texts of grpc-go 1.70 to 1.84 that v1.85.0 words otherwise. A plain client may be of such a version: errpact requires
// the later one in its interceptor alone.
var (
	grpcEarlierNoAnswers = []wording{
		{"transport: received unexpected content-type %q", unknown}, {"malformed header: missing HTTP content-type", unknown},
	}
	grpcEarlierTooLarge = []wording{{"grpc: received message after decompression larger than max (%d vs. %d)", resourceExhausted}}
)

// grpcTooLargeToSend are the texts about a message over the limit of the side that was to send it.
var grpcTooLargeToSend = []wording{{"trying to send message larger than max (%d vs. %d)", resourceExhausted}}

// grpcUnsent are the other texts that a client writes about a request that it cannot send.
var grpcUnsent = []wording{
	{"grpc: error while marshaling: %v", internal}, {"grpc: error while compressing: %v", internal},
	{"grpc: message too large (%d bytes)", resourceExhausted}, {"grpc: compressor %q is not registered", invalidArgument},
	{"grpc: Compressor is not installed for requested grpc-encoding %q", internal},
	{"no codec registered for content-subtype %s", internal}, {"invalid client interceptor type %T", internal},
	{"header list size to send violates the maximum size (%d bytes) set by server", internal},
	{grpcNoValidator, unavailable},
}

// grpcNoValidator is the text for a call with another authority by credentials that cannot say whether it is the server's.
const grpcNoValidator = "credentials type %q does not implement the AuthorityValidator interface, but authority override specified with CallAuthority call option"

// grpcEnded are the texts about a call that ended before it had a connection, and about one whose end the server
// confirmed after the call's own deadline. The context's own text is another.
var grpcEnded = []wording{
	{grpcReset + "%v", deadlineExceeded},
	{"latest balancer error: %v", canceled | deadlineExceeded},
	{"%v while waiting for connections to become ready", canceled | deadlineExceeded},
}

// grpcTails have the words that a client appends to its text about an answer that is not gRPC's.
var grpcTails = [...]string{"; transport: received unexpected content-type ", "; malformed header: missing HTTP content-type", "\ndata: "}

// isGRPC reports whether a status is one of the texts.
func isGRPC(texts []wording, code mapping.ConnectCode, message string) bool {
	for _, tail := range grpcTails {
		message, _, _ = strings.Cut(message, tail)
	}
	return isOneOf(texts, code, message)
}

// GRPCClientMade reports whether a client of grpc-go, rather than a server, wrote the message of a status,
// and returns the code that describes it best. grpc-go calls a client that this process closed canceled,
// which is the caller's code, and a message over a limit resource_exhausted.
func GRPCClientMade(code mapping.ConnectCode, message string) (mapping.ConnectCode, bool) {
	switch {
	case !isGRPCMade(code, message):
		return code, false
	case GRPCClosed(message):
		return connectcode.Unavailable, true
	case code == connectcode.ResourceExhausted:
		return connectcode.Internal, true
	}
	return code, true
}

func isGRPCMade(code mapping.ConnectCode, message string) bool {
	over, _ := GRPCOverLimit(code, message)
	return over || GRPCNoAnswer(code, message) || isGRPC(grpcUnsent, code, message) || isGRPC(grpcEnded, code, message) ||
		code == connectcode.Canceled && strings.HasSuffix(message, context.Canceled.Error()) ||
		code == connectcode.DeadlineExceeded && strings.HasSuffix(message, context.DeadlineExceeded.Error()) ||
		isPrefaceLost(code, message)
}

// GRPCNotUTF8 reports whether a client of grpc-go could not send a request that has a text which is not UTF-8.
func GRPCNotUTF8(code mapping.ConnectCode, message string) bool {
	return code == connectcode.Internal && message == "grpc: error while marshaling: "+protobufInvalidUTF8
}

// GRPCNoAnswer reports whether a client of grpc-go wrote the message of a status because it has no answer.
// It has one if the answer is larger than the client's own limit, and none is due if the request cannot
// be sent or if the call has run out of its time.
func GRPCNoAnswer(code mapping.ConnectCode, message string) bool {
	return isGRPC(grpcNoAnswers, code, message) || isGRPC(grpcEarlierNoAnswers, code, message)
}

// GRPCFailure returns how the call failed that a client's own status is about. A status that a server sent is
// CallAnswered.
func GRPCFailure(code mapping.ConnectCode, message string) mapping.CallFailure {
	if _, made := GRPCClientMade(code, message); !made {
		return mapping.CallAnswered
	}
	if status, ok := strings.CutPrefix(message, grpcHTTPStatus); ok {
		number, _, _ := strings.Cut(status, " ")
		httpStatus, _ := strconv.Atoi(number)
		return mapping.FailureOfStatus(httpStatus)
	}
	switch {
	case code == connectcode.DeadlineExceeded, code == connectcode.Canceled && strings.HasSuffix(message, context.Canceled.Error()),
		isGRPC(grpcEnded, code, message):
		return mapping.CallTimedOut
	case isGRPC(grpcUnsent, code, message):
		return mapping.CallRejected
	case code == connectcode.Unavailable && startsWithAny(message, grpcUnreached[:]), isPrefaceLost(code, message):
		return mapping.CallUnsent
	case startsWithAny(message, grpcEnds[:]), code == connectcode.Unavailable, code == connectcode.Canceled:
		return mapping.CallBroken
	}
	return mapping.CallRejected
}

// isPrefaceLost reads the text of net's error for a connection that ended before the client had greeted the server
// on it, which is passed on as it is.
func isPrefaceLost(code mapping.ConnectCode, message string) bool {
	return isOneOf(netWrites, code, message)
}

// netWrites are the texts of a net.OpError for a write.
var netWrites = []wording{{"write tcp %s->%s: %s", unavailable}, {"write unix %s->%s: %s", unavailable}}

// grpcHTTPStatus is the start of the text for an answer that is not gRPC's.
const grpcHTTPStatus = "unexpected HTTP status code received from server: "

// grpcUnreached are the starts of the texts of calls of which the server has processed nothing. The last error of
// a connection is another call's, which has no connection to be sent on.
var grpcUnreached = [...]string{
	`connection error: desc = "transport: `, `connection error: desc = "error reading server preface: `, "last connection error: ",
	`connection error: desc = "initial http2 frame from server is not a settings frame: `,
	"last resolver error: ", "name resolver error: ", "no children to pick from", "SubConn state is not Ready",
	"produced zero addresses", "weighted-target: no targets", "all SubConns are in ", "pickfirst: health check ",
	"request dropped by grpclb", "most recent error from RLS server: ", "error parsing service config: ", "illegal service config type: ",
	"failed to validate authority ", "credentials: ",
	"the connection is draining", "the stream is rejected because server is draining",
	grpcReset + "REFUSED_STREAM",
}

// grpcReset is the start of the text for a stream that the server reset.
const grpcReset = "stream terminated by RST_STREAM with error code: "

// grpcEnds are the starts of the texts of calls that ended after the request had gone out.
var grpcEnds = [...]string{grpcReset, "server closed the stream without sending trailers"}

// GRPCClosed reports whether this process closed the client during the call.
func GRPCClosed(message string) bool { return message == grpcClosed }

// GRPCOverLimit reports whether a message was larger than a limit of grpc-go's, and whether it was one to
// send. The client's own limit and the server's have the same text.
func GRPCOverLimit(code mapping.ConnectCode, message string) (over, sending bool) {
	sending = isGRPC(grpcTooLargeToSend, code, message)
	return sending || isGRPC(grpcTooLarge, code, message) || isGRPC(grpcEarlierTooLarge, code, message), sending
}

// grpcExhausted is how a client begins the text of an error that wraps the answer to its last attempt.
const grpcExhausted = "max retries exhausted: "

// GRPCExhausted returns what a client of grpc-go wrote before the text of an error that it wraps, which is the
// answer to its last attempt; empty if it wrote nothing.
func GRPCExhausted(err error) (words string) {
	text := err.Error()
	below := errors.Unwrap(err)
	if below == nil || !strings.HasPrefix(text, grpcExhausted) {
		return ""
	}
	words, _ = strings.CutSuffix(text, below.Error())
	return words
}

// GRPCTexts returns the formats of all texts of v1.85.0 above, for the test that finds each in grpc-go.
func GRPCTexts() []string {
	return append(formatsOf(grpcNoAnswers, grpcTooLarge, grpcTooLargeToSend, grpcUnsent, grpcEnded), grpcExhausted+"%s")
}
