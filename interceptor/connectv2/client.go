// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2

import (
	"context"
	"maps"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// client is the client side.
type client struct {
	transport.Client[*connect.Error]
}

func newClient(c config) *client {
	return &client{transport.Client[*connect.Error]{Policy: c.policy, Name: "connectv2.NewClientInterceptor", Relay: c.relay, Passes: connecthttp.IsNotModifiedError}}
}

// decode makes the typed error of whatever a call gave.
func (c *client) decode(ctx context.Context, err error) error {
	return c.Decode(err, func(e *connect.Error) mapping.ErrorResponse {
		response := mapping.ErrorResponse{
			ConnectCode: mapping.ConnectCode(e.Code()), Message: e.Message(), Details: transport.ConnectV2Details(e), Wire: e.IsRemote(),
		}
		if !response.Wire {
			response.Failure = transport.ConnectFailure(response.ConnectCode, response.Message)
		}
		if e.Code() == connect.CodeUnauthenticated { // of no other it makes a difference
			response.RequestHeader = sentHeader(ctx)
		}
		return response
	})
}

// sentHeader is a copy; nil if it is not known.
func sentHeader(ctx context.Context) map[string][]string {
	if ctx == nil {
		return nil
	}
	info, ok := connect.CallInfoForClientContext(ctx)
	if !ok {
		return nil
	}
	return maps.Collect(info.RequestHeader().All())
}

// clientStream decodes at every place where a call gives an error: Connect v2 makes unary calls by it,
// too.
type clientStream struct {
	connect.ClientStream
	ctx    context.Context
	client *client
}

func (s *clientStream) SendHeaders() error { return s.decode(s.ClientStream.SendHeaders()) }

func (s *clientStream) Send(message any) error { return s.decode(s.ClientStream.Send(message)) }

func (s *clientStream) CloseSend() error { return s.decode(s.ClientStream.CloseSend()) }

func (s *clientStream) Receive(message any) error { return s.decode(s.ClientStream.Receive(message)) }

func (s *clientStream) Close() error { return s.decode(s.ClientStream.Close()) }

func (s *clientStream) decode(err error) error {
	if err == nil {
		return nil
	}
	return s.client.decode(s.ctx, err)
}
