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
	if e, ok := err.(*connect.Error); ok && e != nil && adapter.IsPlain(e, uint32(e.Code())) {
		var says mapping.Received
		read(ctx, e, &says)
		return c.Typed(e, &says)
	}
	return c.Decode(err, func(err error) (says mapping.Received, own error) {
		e, ok := errors.AsType[*connect.Error](err)
		if !ok || e == nil {
			return says, nil
		}
		read(ctx, e, &says)
		return says, e
	})
}

func read(ctx context.Context, e *connect.Error, says *mapping.Received) {
	says.ConnectCode, says.Message, says.Details = uint32(e.Code()), e.Message(), origin.DetailsV2(e)
	says.Wire = e.IsRemote()
	if e.Code() == connect.CodeUnauthenticated { // of no other it makes a difference
		says.RequestHeader = sentHeader(ctx)
	}
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
