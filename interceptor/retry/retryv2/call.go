// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retryv2

import (
	"context"
	"errors"
	"net/textproto"
	"slices"
	"sync"

	"connectrpc.com/connect/v2"

	"github.com/errpact/errpact/mapping"
)

// call is a [retry.Call] of Connect v2.
type call struct {
	next              connect.ClientFunc
	spec              connect.Spec
	request, response any
	sent              bool
	// info is shared by all tries, and header is what its request had when the call began.
	info   *connect.CallInfo
	header map[string][]string
	tried  bool

	mu      sync.Mutex
	current connect.ClientStream
}

// Try does what [connect.Client.CallUnary] does, but that it leaves the stream of a success open: whoever made the call
// closes it.
func (c *call) Try(ctx context.Context) error {
	c.restore()
	stream, err := c.next(ctx, c.spec)
	if err != nil {
		return err
	}
	c.set(stream)
	if err := c.exchange(stream); err != nil {
		c.set(nil)
		_ = stream.Close() // the call's error says more
		return err
	}
	return nil
}

func (c *call) exchange(stream connect.ClientStream) error {
	if c.sent {
		if err := stream.Send(c.request); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return stream.Receive(c.response)
}

func (c *call) set(stream connect.ClientStream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current = stream
}

func (c *call) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == nil {
		return nil
	}
	return c.current.Close()
}

// restore makes the information what it was when the call began.
func (c *call) restore() {
	if first := !c.tried; first || c.info == nil {
		c.tried = true
		return
	}
	clearHeader(c.info.RequestHeader())
	clearHeader(c.info.ResponseHeader())
	clearHeader(c.info.ResponseTrailer())
	for name, values := range c.header {
		c.info.RequestHeader().SetValues(name, slices.Clone(values))
	}
}

func clearHeader(h *connect.Header) {
	for name := range h.All() {
		h.Delete(name)
	}
}

// snapshot returns a copy of the request's header.
func snapshot(info *connect.CallInfo) map[string][]string {
	if info == nil {
		return nil
	}
	header := make(map[string][]string, info.RequestHeader().Len())
	for name, values := range info.RequestHeader().All() {
		header[name] = slices.Clone(values)
	}
	return header
}

// Idempotent implements [retry.Call].
func (c *call) Idempotent() bool {
	switch c.spec.IdempotencyLevel {
	case connect.IdempotencyNoSideEffects, connect.IdempotencyIdempotent:
		return true
	}
	return false
}

// RequestHeader implements [retry.Call].
func (c *call) RequestHeader(name string) string {
	if values := c.header[textproto.CanonicalMIMEHeaderKey(name)]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// ResponseHeader implements [retry.Call].
func (c *call) ResponseHeader(_ error, name string) string {
	if c.info == nil {
		return ""
	}
	if value := c.info.ResponseTrailer().Get(name); value != "" {
		return value
	}
	return c.info.ResponseHeader().Get(name)
}

// ConnectCode implements [retry.Call].
func (c *call) ConnectCode(err error) mapping.ConnectCode {
	if e, ok := errors.AsType[*connect.Error](err); ok && e != nil {
		return mapping.ConnectCode(e.Code())
	}
	return 0
}
