// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"errors"
	"io"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// A status of grpc-go has one type, whoever wrote it. These functions go by its code and message, for
// adapters that stand on grpc-go. They hold for grpc-go v1.85.

// GRPCClientMade reports whether a client of grpc-go, rather than a server, wrote the message of a status
// without details: the service could not be reached, the connection was lost, something else answered, the
// answer cannot be read, or the request cannot be sent. It returns the code that describes this best, which
// is code itself except for a client that this process closed (unavailable) and for a message over a limit
// (internal).
func GRPCClientMade(code mapping.ConnectCode, message string) (mapping.ConnectCode, bool) {
	return foreign.GRPCClientMade(code, message)
}

// GRPCNoAnswer reports whether a client of grpc-go wrote the message of a status because it has no answer
// of the service. Unlike [GRPCClientMade] it returns false for a call that this process ended, for a request that
// cannot be sent, and for an answer larger than the client's limit.
func GRPCNoAnswer(code mapping.ConnectCode, message string) bool {
	return foreign.GRPCNoAnswer(code, message)
}

// GRPCFailure returns how a call failed, by the code and the message of the status, without details, that the client
// returned. A status that a server sent is [mapping.CallAnswered].
func GRPCFailure(code mapping.ConnectCode, message string) mapping.CallFailure {
	return foreign.GRPCFailure(code, message)
}

// GRPCClosed reports whether the message of a status is that of a client which this process closed during
// the call. grpc-go calls it canceled.
func GRPCClosed(message string) bool { return foreign.GRPCClosed(message) }

// GRPCNotUTF8 reports whether a client of grpc-go could not send a request because a text of it is not UTF-8.
func GRPCNotUTF8(code mapping.ConnectCode, message string) bool {
	return foreign.GRPCNotUTF8(code, message)
}

// GRPCOverLimit reports whether a message was larger than a limit of grpc-go's, on either side, or than what a handler
// of Connect's sends, and whether it was one to send.
func GRPCOverLimit(code mapping.ConnectCode, message string) (over, sending bool) {
	if code == connectcode.ResourceExhausted && foreign.ConnectUnsendable(message) {
		return true, true
	}
	return foreign.GRPCOverLimit(code, message)
}

// GRPCExhausted returns the words that a client of grpc-go wrote about its attempts before the text of the
// answer to the last of them, as "max retries exhausted: failed after 3 attempts: "; empty if err has none. It
// looks at err itself. A nil err has none, nor has one that panics when it is asked.
func GRPCExhausted(err error) (words string) {
	defer func() {
		if recover() != nil { // the methods of an error that is not grpc-go's
			words = ""
		}
	}()
	if isNil(err) {
		return ""
	}
	return foreign.GRPCExhausted(err)
}

// GRPCLost reports whether a client of grpc-go gave up after several attempts and lost the answer to the last one: err
// wraps io.EOF in its place. It happens if a server answers before the request is written. It looks at err itself, and
// returns false for a nil err, and for one that panics when it is asked.
// https://github.com/grpc/grpc-go/blob/v1.85.0/stream.go#L876
func GRPCLost(err error) (lost bool) {
	defer func() {
		if recover() != nil { // the methods of an error that is not grpc-go's
			lost = false
		}
	}()
	return !isNil(err) && errors.Is(err, io.EOF) && foreign.GRPCExhausted(err) != ""
}
