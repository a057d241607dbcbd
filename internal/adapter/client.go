// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package adapter

import (
	"context"
	"errors"
	"io"
	"net/http"
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
}

// A Reader finds the transport's own error in what a call gave.
type Reader func(error) Said

// Said is what a transport's error says: as much as functions give each other in registers.
type Said struct {
	// Own is the error itself, or nil if there is none; the request's header is known all the same.
	Own         error
	ConnectCode uint32
	// Wire is as in mapping.Received.
	Wire          bool
	Message       string
	Details       mapping.Details
	RequestHeader http.Header
}

// Decode makes the typed error of whatever a call gave. The end of a stream is no error, and passes as
// it is. An error that panics when it is asked, as a nil pointer in it does, is UNKNOWN.
func (c *Client) Decode(err error, read Reader) (decoded error) {
	defer func() {
		if recover() != nil {
			decoded = c.Policy.Decode(mapping.Received{Cause: err, Relay: c.Relay})
		}
	}()
	if err == nil || err == io.EOF {
		return err
	}
	said := read(err)
	if isPlain(err, said.Own, said.ConnectCode) { // most are
		return c.decode(err, said)
	}
	if errors.Is(err, io.EOF) || c.Passes != nil && c.Passes(err) {
		return err
	}
	if said.Own == nil {
		said.ConnectCode, said.Message = contextCode(err), err.Error()
	}
	// What a server in this process keeps below its answer did not come over the wire.
	if known, ok := mapping.From(err); ok && (!c.isWire(err, said) || errors.Is(known, said.Own)) {
		if known.Remote() {
			return err
		}
		return c.Policy.Decode(mapping.Received{Cause: err, Relay: c.Relay, Known: known})
	}
	return c.decode(err, said)
}

func (c *Client) decode(err error, said Said) *mapping.Error {
	return c.Policy.Decode(mapping.Received{
		ConnectCode: said.ConnectCode, Wire: said.Wire, Relay: c.Relay, IsWire: c.IsWire, Message: said.Message,
		Details: said.Details, Cause: err, RequestHeader: said.RequestHeader,
	})
}

// isPlain says that err is the transport's own error, and that there is nothing below it but a text. Then
// it is not the end of a stream, nothing of a catalogue is in it, and it is no 304, which Connect calls
// unknown.
func isPlain(err, own error, code uint32) bool {
	if own == nil || err != own || code == unknown {
		return false
	}
	below := errors.Unwrap(own)
	return below == nil || reflect.TypeOf(below) == textType && below != io.EOF
}

// textType is that of an error which errors.New made.
var textType = reflect.TypeOf(io.EOF)

func (c *Client) isWire(err error, said Said) bool {
	return said.Wire || c.IsWire != nil && c.IsWire(err)
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
