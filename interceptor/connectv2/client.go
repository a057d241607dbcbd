// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2

import (
	"context"
	"errors"
	"maps"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"

	"github.com/errpact/errpact/internal/adapter"
	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// client is the client side.
type client struct{ adapter.Client }

func newClient(c config) *client {
	return &client{adapter.Client{Policy: c.policy, Relay: c.relay, Passes: connecthttp.IsNotModifiedError}}
}

// decode makes the typed error of whatever a call gave.
func (c *client) decode(ctx context.Context, err error) error {
	return c.Decode(err, func(err error) (mapping.Received, error) {
		var received mapping.Received
		if ctx != nil {
			if info, ok := connect.CallInfoForClientContext(ctx); ok {
				received.RequestHeader = maps.Collect(info.RequestHeader().All())
			}
		}
		e, ok := errors.AsType[*connect.Error](err)
		if !ok || e == nil {
			return received, nil
		}
		received.ConnectCode = uint32(e.Code())
		received.Message = e.Message()
		received.Details = origin.DetailsV2(e)
		received.Wire = e.IsRemote()
		return received, e
	})
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
