// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"errors"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// client is the client side.
type client struct{ adapter.Client }

func (i Interceptor) newClient() *client {
	return &client{adapter.Client{Policy: i.policy, Relay: i.relay, Passes: connect.IsNotModifiedError, IsWire: connect.IsWireError}}
}

// decode makes the typed error of whatever a call gave.
func (c *client) decode(err error, header http.Header) error {
	if e, ok := err.(*connect.Error); ok && e != nil && adapter.IsPlain(e, uint32(e.Code())) {
		says := mapping.Received{RequestHeader: header}
		read(e, &says)
		return c.Typed(e, &says)
	}
	return c.Decode(err, func(err error) (says mapping.Received, own error) {
		says.RequestHeader = header
		e, ok := errors.AsType[*connect.Error](err)
		if !ok || e == nil {
			return says, nil
		}
		read(e, &says)
		return says, e
	})
}

func read(e *connect.Error, says *mapping.Received) {
	says.ConnectCode, says.Message, says.Details = uint32(e.Code()), e.Message(), origin.Details(e)
	origin.ReadErrorDetail(e, &says.ErrorDetail)
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
