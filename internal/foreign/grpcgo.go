// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// A client of grpc-go makes errors of the same type as those that a server sends, and as those that a
// handler makes. A status without details is told apart by its text.

// grpcClosed is the text for a client that this process closed before the call, or during it.
const grpcClosed = "grpc: the client connection is closing"

// grpcNoAnswers are the starts of the texts that a client writes when it has no answer: the service could
// not be reached, the connection was lost, something else answered, or the answer cannot be read.
var grpcNoAnswers = [...]string{
	"connection error: ", "last connection error: ", "last resolver error: ", "name resolver error: ",
	"error reading from server: ", "closing transport due to: ", "transport: ", "keepalive ping failed",
	"the connection is draining", "the stream is rejected because server is draining", "no children to pick from",
	"stream terminated by RST_STREAM with error code: ", "SubConn state is not Ready",
	"unexpected HTTP status code received from server: ", "malformed header: ",
	"grpc-status-details-bin mismatch: ", "cardinality violation: ", "peer header list size exceeded limit",
	"grpc: received ", "grpc: failed to unmarshal ", "grpc: failed to decompress ", "grpc: failed to read ", "grpc: message after ",
	"grpc: compressed ", "grpc: Decompressor ", "grpc: no decompressor ", grpcClosed, "transport is closing",
	"server closed the stream without sending trailers", "a HEADERS frame cannot appear in the middle of a stream",
}

// grpcUnsent are the starts of the texts that a client writes about a request that it cannot send.
var grpcUnsent = [...]string{
	"trying to send message larger than max ", "grpc: error while ", "grpc: message too large ", "grpc: compressor ",
}

// grpcServers are texts that begin as a client's do, and that a handler gets from its own stream.
var grpcServers = [...]string{
	"transport: SendHeader called multiple times", "transport: trying to send header list size larger than the limit set by peer",
}

// GRPCClientMade reports whether a client of grpc-go, rather than a server, wrote the message of a status,
// and returns the code that describes it best. grpc-go calls a client that this process closed canceled,
// which is the caller's code, and a message over a limit resource_exhausted.
func GRPCClientMade(code mapping.ConnectCode, message string) (mapping.ConnectCode, bool) {
	var made bool
	switch code {
	case connectcode.Canceled:
		made = strings.Contains(message, context.Canceled.Error()) || strings.HasPrefix(message, grpcClosed)
	case connectcode.DeadlineExceeded:
		made = strings.Contains(message, context.DeadlineExceeded.Error())
	default:
		made = isGRPCNoAnswer(message) || startsWithAny(message, grpcUnsent[:]) || code == connectcode.Unavailable && isPrefaceLost(message)
	}
	switch {
	case !made:
		return code, false
	case GRPCClosed(message):
		return connectcode.Unavailable, true
	case code == connectcode.ResourceExhausted:
		return connectcode.Internal, true
	}
	return code, true
}

// GRPCNoAnswer reports whether a client of grpc-go wrote the message of a status because it has no answer.
// It has one if the answer is larger than the client's own limit, and none is due if the request cannot
// be sent or if the call has ended: a reset stream of code canceled or deadline_exceeded is how a server
// confirms the end.
func GRPCNoAnswer(code mapping.ConnectCode, message string) bool {
	switch code {
	case connectcode.Canceled:
		return strings.HasPrefix(message, grpcClosed)
	case connectcode.DeadlineExceeded:
		return false
	}
	over, _ := GRPCOverLimit(code, message)
	return !over && isGRPCNoAnswer(message)
}

// GRPCFailure returns how the call failed of which a client's own status is. A status that a server sent is
// CallAnswered.
func GRPCFailure(code mapping.ConnectCode, message string) mapping.CallFailure {
	if _, made := GRPCClientMade(code, message); !made && !strings.HasPrefix(message, grpcReset) {
		return mapping.CallAnswered
	}
	if status, ok := strings.CutPrefix(message, grpcHTTPStatus); ok {
		number, _, _ := strings.Cut(status, " ")
		httpStatus, _ := strconv.Atoi(number)
		return mapping.FailureOfStatus(httpStatus)
	}
	switch {
	case code == connectcode.DeadlineExceeded && !strings.HasPrefix(message, grpcReset), code == connectcode.Canceled && strings.Contains(message, context.Canceled.Error()):
		return mapping.CallTimedOut
	case startsWithAny(message, grpcUnreached[:]), isPrefaceLost(message):
		return mapping.CallUnsent
	case startsWithAny(message, grpcEnds[:]), code == connectcode.Unavailable, code == connectcode.Canceled:
		return mapping.CallBroken
	}
	return mapping.CallRejected
}

// isPrefaceLost reads the text of net's error for a connection that ended before the client had greeted the server
// on it, which is passed on as it is.
func isPrefaceLost(message string) bool {
	return strings.HasPrefix(message, "write tcp ") || strings.HasPrefix(message, "write unix ")
}

// grpcHTTPStatus is the start of the text for an answer that is not gRPC's.
const grpcHTTPStatus = "unexpected HTTP status code received from server: "

// grpcUnreached are the starts of the texts of calls of which the server has processed nothing. The last error of
// a connection is another call's, which has no connection to be sent on.
var grpcUnreached = [...]string{
	`connection error: desc = "transport: `, `connection error: desc = "error reading server preface: `, "last connection error: ",
	"last resolver error: ", "name resolver error: ", "no children to pick from", "SubConn state is not Ready",
	"the connection is draining", "the stream is rejected because server is draining",
	grpcReset + "REFUSED_STREAM",
}

// grpcReset is the start of the text for a stream that the server reset.
const grpcReset = "stream terminated by RST_STREAM with error code: "

// grpcEnds are the starts of the texts of calls that ended after the request had gone out.
var grpcEnds = [...]string{grpcReset, "server closed the stream without sending trailers"}

func isGRPCNoAnswer(message string) bool {
	return startsWithAny(message, grpcNoAnswers[:]) && !startsWithAny(message, grpcServers[:])
}

// GRPCClosed reports whether this process closed the client during the call.
func GRPCClosed(message string) bool { return message == grpcClosed }

// GRPCOverLimit reports whether a message was larger than a limit of grpc-go's, and whether it was one to
// send. The client's own limit and the server's have the same text.
func GRPCOverLimit(code mapping.ConnectCode, message string) (over, sending bool) {
	over = code == connectcode.ResourceExhausted && strings.Contains(message, " larger than max ")
	return over, over && strings.HasPrefix(message, "trying to send ")
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

// GRPCLost reports whether a client of grpc-go gave up after several attempts, and has io.EOF in place of the answer to
// the last one. It does so if the answer came before the request was written.
// https://github.com/grpc/grpc-go/blob/v1.85.0/stream.go#L876
func GRPCLost(err error) bool { return errors.Is(err, io.EOF) && GRPCExhausted(err) != "" }

// GRPCTexts returns the starts of all texts above, for the test that finds each in grpc-go.
func GRPCTexts() []string {
	return slices.Concat(grpcNoAnswers[:], grpcUnsent[:], grpcServers[:], []string{grpcExhausted, grpcHTTPStatus})
}
