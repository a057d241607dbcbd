// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"errors"
	"io"
	"syscall"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// isNotModified finds what a handler answers a conditional GET with. What a client made of another
// server's 304 reads "HTTP 304: not modified", and is not for our caller.
func isNotModified(err error) bool {
	var e *connect.Error
	return connect.IsNotModifiedError(err) && errors.As(err, &e) && e != nil && e.Message() == "not modified"
}

// handlerConn remembers the last errors that the handler's own stream gave, since they are the
// caller's doing and look no different from others.
type handlerConn struct {
	connect.StreamingHandlerConn

	// Receive and Send may be called by two goroutines.
	received, sent error
}

func (c *handlerConn) Receive(message any) error {
	err := c.StreamingHandlerConn.Receive(message)
	if err != nil && !errors.Is(err, io.EOF) {
		c.received = err
	}
	return err
}

func (c *handlerConn) Send(message any) error {
	err := c.StreamingHandlerConn.Send(message)
	if err != nil && !errors.Is(err, io.EOF) {
		c.sent = err
	}
	return err
}

// classify knows the stream's own errors by identity. It is called when the handler has returned.
func (c *handlerConn) classify(err error) (mapping.Origin, bool) {
	e, ok := err.(*connect.Error)
	if !ok || e == nil {
		return mapping.Origin{}, false
	}
	switch {
	case c.received != nil && error(e) == c.received:
		code, when := receiveFailure(e)
		return mapping.Origin{Source: mapping.SourceCaller, ConnectCode: code, When: when}, true
	case c.sent != nil && error(e) == c.sent:
		return sendFailure(e)
	}
	return origin.Connect(err)
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
	if errors.Is(e, syscall.ECONNRESET) || errors.Is(e, syscall.EPIPE) {
		return uint32(connect.CodeCanceled), mapping.WhenAny
	}
	return uint32(connect.CodeInvalidArgument), mapping.WhenUndecodable
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
