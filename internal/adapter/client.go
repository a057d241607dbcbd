// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package adapter

import (
	"context"
	"errors"
	"io"
	"reflect"

	"github.com/errpact/errpact/mapping"
)

// Client is the client side. It may be used by many at once.
type Client struct {
	Policy *mapping.Policy
	Relay  bool
	// Passes tells a transport's 304, which is no error; nil for a transport without one.
	Passes func(error) bool
	// IsWire is for a transport of which it costs much to ask what Received.Wire says; else nil.
	IsWire func(error) bool
	// IsOwn says of an error that it is of the transport's own type, so that IsPlain may be asked; nil for a
	// transport that asks before it calls Decode. What has another type may have anything below it.
	IsOwn func(error) bool
}

// A Reader finds the transport's own error in what a call gave, and what it says. It is nil if there is
// none; the request's header is known all the same.
type Reader func(error) (says mapping.Received, own error)

// Decode makes the typed error of whatever a call gave. The end of a stream is no error, and passes as
// it is. An error that panics when it is asked, as a nil pointer in it does, is UNKNOWN.
func (c *Client) Decode(err error, read Reader) (decoded error) {
	defer func() {
		if recover() != nil {
			decoded = c.Policy.Decode(&mapping.Received{Cause: err, Relay: c.Relay})
		}
	}()
	if err == nil || err == io.EOF {
		return err
	}
	received, own := read(err)
	if own != nil && c.IsOwn != nil && c.IsOwn(err) && IsPlain(err, received.ConnectCode) {
		return c.Typed(err, &received)
	}
	if errors.Is(err, io.EOF) || c.Passes != nil && c.Passes(err) {
		return err
	}
	if own == nil {
		received.ConnectCode, received.Message = contextCode(err), err.Error()
	}
	// What a server in this process keeps below its answer did not come over the wire.
	if known, ok := mapping.From(err); ok && (!c.isWire(err, &received) || errors.Is(known, own)) {
		if known.Remote() {
			return err
		}
		return c.Policy.Decode(&mapping.Received{Cause: err, Relay: c.Relay, Known: known})
	}
	return c.Typed(err, &received)
}

// Typed is the typed error of what was received in err.
func (c *Client) Typed(err error, received *mapping.Received) *mapping.Error {
	received.Cause, received.Relay, received.IsWire = err, c.Relay, c.IsWire
	return c.Policy.Decode(received)
}

// IsPlain says of a transport's own error that there is nothing below it but a text. Then it is not the end
// of a stream, nothing of a catalogue is in it, it is no 304, which Connect calls unknown, and to ask it does
// not panic: if a call gave it as it is, Decode does no more than Typed. Most errors are plain.
func IsPlain(own error, code uint32) bool {
	if own == nil || code == unknown {
		return false
	}
	below := errors.Unwrap(own)
	return below == nil || reflect.TypeOf(below) == textType && below != io.EOF
}

// textType is that of an error which errors.New made.
var textType = reflect.TypeOf(io.EOF)

func (c *Client) isWire(err error, received *mapping.Received) bool {
	return received.Wire || c.IsWire != nil && c.IsWire(err)
}

// contextCode is the code of an error that is not the transport's, as Connect would choose it.
func contextCode(err error) uint32 {
	switch {
	case errors.Is(err, context.Canceled):
		return canceled
	case errors.Is(err, context.DeadlineExceeded):
		return deadlineExceeded
	}
	return unknown
}
