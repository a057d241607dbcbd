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

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// Stream remembers the errors that the handler's own stream gave, since they are the caller's doing and
// look no different from others. Receive and Send may be called by two goroutines, and one of them may
// outlive the handler. The zero Stream is ready to use, for a call that is not part of a REST request. A nil
// Stream remembers nothing.
type Stream struct {
	around *Exchange

	mu             sync.Mutex
	received, sent failures
}

// NewStream returns the Stream of a call.
func NewStream(ctx context.Context) Stream { return Stream{around: ExchangeOf(ctx)} }

// failures are the first errors of a stream in one direction, and the last ones. A handler may ask a broken stream for
// ever, and returns either the error that it kept or the one that it got last.
type failures struct {
	kept []error
	over int // how many came after kept was full
}

// maxFirst and maxLast bound the first errors and the last ones.
const (
	maxFirst = 8
	maxLast  = 8
)

func (f *failures) add(err error) {
	if len(f.kept) < maxFirst+maxLast {
		f.kept = append(f.kept, err)
		return
	}
	f.kept[maxFirst+f.over%maxLast] = err
	f.over++
}

// Received remembers an error of receiving, and returns it. What a transcoder passes on as a message after it
// refused the request is an error too.
func (s *Stream) Received(err error) error {
	if err == nil && s != nil && s.around.Refused() {
		return errRefused
	}
	if s.isFailure(err) {
		s.remember(&s.received, err)
	}
	return err
}

// Sent remembers an error of sending, and returns it.
func (s *Stream) Sent(err error) error {
	if s.isFailure(err) {
		s.remember(&s.sent, err)
	}
	return err
}

// isFailure reports whether an error is to be remembered: the end of a stream is not. An error that panics
// when it is asked, as a nil pointer does, is.
func (s *Stream) isFailure(err error) (is bool) {
	if s == nil || err == nil {
		return false
	}
	defer func() {
		if recover() != nil {
			is = true
		}
	}()
	return !errors.Is(err, io.EOF)
}

func (s *Stream) remember(of *failures, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of.add(err)
}

// Gave reports whether the stream gave an error, by identity. A nil error, and one that cannot be compared,
// it did not give.
func (s *Stream) Gave(err error) (received, sent bool) {
	if s == nil || err == nil {
		return false, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.received.kept)+len(s.sent.kept) == 0 || !reflect.ValueOf(err).Comparable() {
		return false, false
	}
	return slices.Contains(s.received.kept, err), slices.Contains(s.sent.kept, err)
}

// A StreamError describes an error that a transport's own stream gave.
type StreamError struct {
	// Code is the transport's code for it, and Message its text.
	Code    mapping.ConnectCode
	Message string
	// Broken says that the connection failed, and not the caller's framing.
	Broken bool
	// Node is the error itself.
	Node error
	// Input describes the message that was to be received, where it is known; else nil.
	Input protoreflect.MessageDescriptor
}

// Receive classifies an error of receiving: the caller has gone, or the message is too large, or cannot be
// read.
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
		o.Fields = unreadable(e.Node, e.Message, e.Input)
	}
	return o
}

// Send classifies an error of sending: the caller has gone, or the message could not be sent.
func (e StreamError) Send() mapping.Classification {
	switch e.Code {
	case connectcode.ResourceExhausted:
		return mapping.Classification{
			Source: mapping.SourceLocal, ConnectCode: e.Code, Condition: mapping.ConditionTooLarge, Message: e.Message, Node: e.Node,
		}
	case connectcode.Internal, connectcode.InvalidArgument, connectcode.Unimplemented:
		return mapping.Classification{Source: mapping.SourceLocal, ConnectCode: connectcode.Internal, Message: e.Message, Node: e.Node}
	case connectcode.DeadlineExceeded:
		return mapping.Classification{Source: mapping.SourceCaller, ConnectCode: e.Code}
	}
	return mapping.Classification{Source: mapping.SourceCaller, ConnectCode: connectcode.Canceled}
}
