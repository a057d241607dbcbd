// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"errors"
	"io"
	"reflect"
	"slices"
	"sync"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// Stream remembers the errors that the handler's own stream gave, since they are the caller's doing and
// look no different from others. Receive and Send may be called by two goroutines, and one of them may
// outlive the handler. The zero Stream is ready, of a call that is no part of a REST request.
type Stream struct {
	around *Exchange

	mu             sync.Mutex
	received, sent []error
}

// NewStream makes that of a call.
func NewStream(ctx context.Context) Stream { return Stream{around: ExchangeOf(ctx)} }

// maxFailures bounds what is remembered: a handler may ask a broken stream for ever.
const maxFailures = 8

// Received gives back an error of receiving. What a transcoder passes on as a message when it has refused
// the request is none.
func (s *Stream) Received(err error) error {
	if err == nil && s.around.Refused() {
		return errRefused
	}
	return s.remember(&s.received, err)
}

// Sent gives back an error of sending.
func (s *Stream) Sent(err error) error { return s.remember(&s.sent, err) }

func (s *Stream) remember(failures *[]error, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(*failures) < maxFailures {
		*failures = append(*failures, err)
	}
	return err
}

// Gave finds an error of the stream's own by identity.
func (s *Stream) Gave(err error) (received, sent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.received)+len(s.sent) == 0 || !reflect.TypeOf(err).Comparable() {
		return false, false
	}
	return slices.Contains(s.received, err), slices.Contains(s.sent, err)
}

// A StreamError is what a transport tells of an error that its own stream gave.
type StreamError struct {
	// Code is what the transport calls it, and Message its text.
	Code    mapping.ConnectCode
	Message string
	// Broken says that the connection failed, and not the caller's framing.
	Broken bool
	// Node is the error itself.
	Node error
}

// Receive says what is wrong with what the caller sent: nothing but that it ended, that it is too
// large, or that it cannot be read.
func (e StreamError) Receive() mapping.Classification {
	o := mapping.Classification{Source: mapping.SourceCaller, ConnectCode: e.Code, MadeCode: e.Code, Message: e.Message}
	switch {
	case e.Code == connectcode.Canceled || e.Code == connectcode.DeadlineExceeded:
	case e.Code == connectcode.ResourceExhausted:
		o.Condition = mapping.ConditionTooLarge
	case e.Code == connectcode.Unknown || e.Broken:
		o.ConnectCode = connectcode.Canceled
	default:
		o.ConnectCode, o.Condition = connectcode.InvalidArgument, mapping.ConditionUndecodable
	}
	return o
}

// Send tells a caller who has gone from a message that we could not send.
func (e StreamError) Send() mapping.Classification {
	switch e.Code {
	case connectcode.Internal, connectcode.ResourceExhausted, connectcode.InvalidArgument, connectcode.Unimplemented:
		return mapping.Classification{Source: mapping.SourceLocal, ConnectCode: connectcode.Internal, Message: e.Message, Node: e.Node}
	case connectcode.DeadlineExceeded:
		return mapping.Classification{Source: mapping.SourceCaller, ConnectCode: e.Code}
	}
	return mapping.Classification{Source: mapping.SourceCaller, ConnectCode: connectcode.Canceled}
}
