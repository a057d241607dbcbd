// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"context"
	"errors"
	"io"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// client is the client side.
type client struct{ Interceptor }

// decode makes the typed error of whatever a call gave. The end of a stream, and a 304, are no
// errors, and pass as they are. An error that panics when it is asked, as a nil pointer in it does, is
// UNKNOWN.
func (c *client) decode(err error, header http.Header) (decoded error) {
	defer func() {
		if recover() != nil {
			decoded = c.policy.Decode(mapping.Received{Cause: err, RequestHeader: header, Relay: c.relay})
		}
	}()
	if err == nil || errors.Is(err, io.EOF) || connect.IsNotModifiedError(err) {
		return err
	}
	received := mapping.Received{Cause: err, RequestHeader: header, Relay: c.relay}
	if known, ok := mapping.From(err); ok {
		if known.Remote() {
			return err
		}
		received.Known = known
		return c.policy.Decode(received)
	}
	if e, ok := errors.AsType[*connect.Error](err); ok && e != nil {
		received.ConnectCode = uint32(e.Code())
		received.Message = e.Message()
		received.Details = origin.Details(e)
		received.Wire = connect.IsWireError(e)
	} else {
		received.ConnectCode = contextCode(err)
		received.Message = err.Error()
	}
	return c.policy.Decode(received)
}

// contextCode is the code of an error that is not Connect's, as Connect would choose it.
func contextCode(err error) uint32 {
	switch {
	case errors.Is(err, context.Canceled):
		return uint32(connect.CodeCanceled)
	case errors.Is(err, context.DeadlineExceeded):
		return uint32(connect.CodeDeadlineExceeded)
	}
	return uint32(connect.CodeUnknown)
}

// clientConn decodes at every place where a stream gives an error.
type clientConn struct {
	connect.StreamingClientConn
	client *client
}

func (c *clientConn) Send(message any) error {
	return c.decode(c.StreamingClientConn.Send(message))
}

func (c *clientConn) CloseRequest() error { return c.decode(c.StreamingClientConn.CloseRequest()) }

func (c *clientConn) Receive(message any) error {
	return c.decode(c.StreamingClientConn.Receive(message))
}

func (c *clientConn) CloseResponse() error { return c.decode(c.StreamingClientConn.CloseResponse()) }

func (c *clientConn) decode(err error) error {
	if err == nil {
		return nil
	}
	return c.client.decode(err, c.RequestHeader())
}
