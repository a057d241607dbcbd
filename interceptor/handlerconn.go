// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// handlerConn remembers the errors that the handler's own stream gave, since they are the caller's
// doing and look no different from others.
type handlerConn struct {
	connect.StreamingHandlerConn

	// Receive and Send may be called by two goroutines, and one of them may outlive the handler.
	mu             sync.Mutex
	received, sent []error
}

// maxFailures bounds what is remembered: a handler may ask a broken stream for ever.
const maxFailures = 8

func (c *handlerConn) Receive(message any) error {
	err := c.StreamingHandlerConn.Receive(message)
	c.remember(&c.received, err)
	return err
}

func (c *handlerConn) Send(message any) error {
	err := c.StreamingHandlerConn.Send(message)
	c.remember(&c.sent, err)
	return err
}

func (c *handlerConn) remember(failures *[]error, err error) {
	if err == nil || errors.Is(err, io.EOF) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(*failures) < maxFailures {
		*failures = append(*failures, err)
	}
}

// gave finds an error of the stream's own by identity.
func (c *handlerConn) gave(failures *[]error, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(*failures) > 0 && reflect.TypeOf(err).Comparable() && slices.Contains(*failures, err)
}

// classify knows the stream's own errors. An interceptor outside this one may have wrapped them.
func (c *handlerConn) classify(err error) (mapping.Origin, bool) {
	received, sent := c.gave(&c.received, err), c.gave(&c.sent, err)
	if !received && !sent {
		return origin.Connect(err)
	}
	e, ok := errors.AsType[*connect.Error](err)
	switch {
	case !ok || e == nil:
		return mapping.Origin{Source: mapping.SourceCaller, ConnectCode: uint32(connect.CodeCanceled)}, true
	case received:
		code, when := receiveFailure(e)
		return mapping.Origin{
			Source: mapping.SourceCaller, ConnectCode: code, When: when, MadeCode: uint32(e.Code()), Message: e.Message(),
		}, true
	}
	return sendFailure(e)
}

// receiveFailure says what is wrong with what the caller sent: nothing but that it ended, that it is
// too large, or that it cannot be read.
func receiveFailure(e *connect.Error) (uint32, mapping.When) {
	switch code := e.Code(); code {
	case connect.CodeCanceled, connect.CodeDeadlineExceeded:
		return uint32(code), mapping.WhenAny
	case connect.CodeResourceExhausted:
		return uint32(code), mapping.WhenTooLarge
	case connect.CodeUnknown:
		return uint32(connect.CodeCanceled), mapping.WhenAny
	}
	if isBroken(e) {
		return uint32(connect.CodeCanceled), mapping.WhenAny
	}
	return uint32(connect.CodeInvalidArgument), mapping.WhenUndecodable
}

// isBroken tells a connection that failed between two messages from a stream that was cut by its
// sender. Connect calls both an incomplete envelope; HTTP/2's own errors have no type of their own.
func isBroken(e *connect.Error) bool {
	return strings.HasPrefix(e.Message(), "protocol error: incomplete envelope") && !errors.Is(e, io.ErrUnexpectedEOF)
}

// sendFailure tells a caller who has gone from a message that we could not send.
func sendFailure(e *connect.Error) (mapping.Origin, bool) {
	switch code := e.Code(); code {
	case connect.CodeInternal, connect.CodeResourceExhausted, connect.CodeInvalidArgument, connect.CodeUnimplemented:
		return mapping.Origin{
			Source: mapping.SourceLocal, ConnectCode: uint32(connect.CodeInternal), Message: e.Message(), Node: e,
		}, true
	case connect.CodeDeadlineExceeded:
		return mapping.Origin{Source: mapping.SourceCaller, ConnectCode: uint32(code)}, true
	}
	return mapping.Origin{Source: mapping.SourceCaller, ConnectCode: uint32(connect.CodeCanceled)}, true
}
