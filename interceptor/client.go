// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// client is the client side.
type client struct {
	transport.Client[*connect.Error]
}

func (i Interceptor) newClient() *client {
	return &client{transport.Client[*connect.Error]{
		Policy: i.policy, Name: constructor, Relay: i.relay, Passes: connect.IsNotModifiedError, IsWire: connect.IsWireError,
	}}
}

// decode makes the typed error of whatever a call gave.
func (c *client) decode(err error, header http.Header) error {
	return c.Decode(err, func(e *connect.Error) mapping.ErrorResponse {
		response := mapping.ErrorResponse{
			ConnectCode: mapping.ConnectCode(e.Code()), Message: e.Message(), Details: transport.ConnectDetails(e), RequestHeader: header,
		}
		response.Failure = transport.ConnectFailure(response.ConnectCode, response.Message)
		transport.SetConnectErrorDetail(&response, e)
		return response
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
