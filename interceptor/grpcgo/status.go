// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// coded is an error of package status, or one that has a status of its own.
type coded interface {
	error
	GRPCStatus() *status.Status
}

// statusOf finds the status in an error, with its own message rather than that of what wraps it.
// It returns nil if the error has no status.
func statusOf(err error) *status.Status {
	e, ok := errors.AsType[coded](err)
	if !ok {
		return nil
	}
	return e.GRPCStatus()
}

// isStatus finds an error of package status, as it is.
func isStatus(err error) bool { return reflect.TypeOf(err) == statusType }

// statusType is that of the errors that package status makes.
var statusType = reflect.TypeOf(status.Error(codes.Unknown, ""))

// codedIn is errors.AsType, but that it ends: a handler's error may wrap itself.
func codedIn(err error) (found coded, ok bool) {
	below := []error{err}
	for n := 0; len(below) > 0 && n < maxNodes; n++ {
		err, below = below[len(below)-1], below[:len(below)-1]
		if found, ok = err.(coded); ok {
			return found, true
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			below = append(below, e.Unwrap())
		case interface{ Unwrap() []error }:
			kids := slices.Clone(e.Unwrap())
			slices.Reverse(kids)
			below = append(below, kids...)
		}
	}
	return nil, false
}

// maxNodes is how much of an error's tree is looked at, as in package mapping.
const maxNodes = 4096

// classify classifies an error of grpc-go, and of Connect, to which a service may move step by
// step. It judges that error alone.
func classify(err error) (mapping.Classification, bool) {
	e, ok := err.(coded)
	if !ok {
		o, ok := transport.ClassifyConnect(err)
		o.MetadataSize = 0
		return o, ok
	}
	st := e.GRPCStatus()
	if st == nil {
		return mapping.Classification{}, false
	}
	if code, made := transport.GRPCClientMade(mapping.ConnectCode(st.Code()), st.Message()); made {
		failure := transport.GRPCFailure(mapping.ConnectCode(st.Code()), st.Message())
		return mapping.Classification{Source: mapping.SourceRemote, ConnectCode: code, Failure: failure}, true
	}
	return mapping.Classification{
		Source:      mapping.SourceLocal,
		ConnectCode: mapping.ConnectCode(st.Code()),
		Message:     st.Message(),
		Details:     transport.AnyDetails(st.Proto().GetDetails()),
		Node:        err,
	}, true
}

// sentError is what a server answers: grpc-go sends its status, and the process keeps the
// [*mapping.Error].
type sentError struct {
	status *status.Status
	public error
}

// newStatus makes the status of an answer.
func newStatus(answer *mapping.Answer) *status.Status {
	return status.FromProto(&spb.Status{
		Code: int32(answer.Error().ConnectCode()), Message: answer.Message(), Details: answer.Details(),
	})
}

// Error is the text of grpc-go's own error, which has the public message alone.
func (e *sentError) Error() string { return e.status.String() }

func (e *sentError) GRPCStatus() *status.Status { return e.status }

func (e *sentError) Unwrap() error { return e.public }

// received is another name for what receivedError embeds: Error is a method of it.
type received = mapping.Error

// receivedError is what a client gives: the [*mapping.Error], and the status for those who ask grpc-go.
// Found below the former, the status would have another message.
type receivedError struct {
	*received
	status *status.Status
	// words are what grpc-go said of its attempts, or empty.
	words string
}

func (e *receivedError) Error() string { return e.words + e.received.Error() }

// Format prints as that of the error below, after the words.
func (e *receivedError) Format(s fmt.State, verb rune) {
	if s != nil {
		_, _ = io.WriteString(s, e.words)
	}
	e.received.Format(s, verb)
}

func (e *receivedError) GRPCStatus() *status.Status { return e.status }

func (e *receivedError) Unwrap() error { return e.received }

// Decoded tells package mapping that this is the error below, so that no rule takes the status for one
// of this process.
func (e *receivedError) Decoded() *mapping.Error { return e.received }
