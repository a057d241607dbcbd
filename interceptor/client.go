// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"errors"
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/internal/origin"
)

// client is the client side.
type client struct{ adapter.Client }

func (i Interceptor) newClient() *client {
	return &client{adapter.Client{Policy: i.policy, Relay: i.relay, Passes: connect.IsNotModifiedError, IsWire: connect.IsWireError}}
}

// decode makes the typed error of whatever a call gave.
func (c *client) decode(err error, header http.Header) error {
	return c.Decode(err, func(err error) adapter.Said {
		e, ok := errors.AsType[*connect.Error](err)
		if !ok || e == nil {
			return adapter.Said{RequestHeader: header}
		}
		return adapter.Said{
			Own: e, ConnectCode: uint32(e.Code()), Message: e.Message(), Details: origin.Details(e), RequestHeader: header,
		}
	})
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
