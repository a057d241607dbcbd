// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"errors"
	"io"
	"reflect"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// A Client is the client side of a transport whose own errors are of type E. Several goroutines may use it
// at once. The zero Client, and a nil one, has the default policy.
type Client[E error] struct {
	// Policy has the catalogues by which errors are decoded. Nil is the default policy.
	Policy *mapping.Policy
	// Name is the function that users call for the interceptor, such as "interceptor.New", for a [Probe]. It may be
	// empty.
	Name string
	// Relay allows a server to pass the errors on to its own callers.
	Relay bool
	// Passes finds a transport's 304, which is no error; nil for a transport without one.
	Passes func(error) bool
	// IsWire reports whether the peer answered, for a transport to which it costs much to say so in
	// ErrorResponse.Wire; else nil.
	IsWire func(error) bool
	// IsOwn reports whether an error is of the transport's own type, for a transport whose E is an
	// interface: what implements it may have anything below. Nil accepts every E.
	IsOwn func(error) bool
}

// Context returns the context for a call to another service, as [WithoutExchange] does. A [Probe] stays in it.
func (c *Client[E]) Context(ctx context.Context) context.Context {
	if c == nil {
		c = new(Client[E])
	}
	around := ExchangeOf(ctx)
	if around.Pass(Passage{Part: PartClient, Name: c.Name, Policy: c.Policy}) {
		return around.probe.context(ctx, true)
	}
	return around.without(ctx)
}

// Decode returns the typed error of whatever a call gave. It asks read for the response that the
// transport's own error in err stands for. A nil err, and the end of a stream, are returned as they are. If
// an error panics when it is asked, as a nil pointer does, or read is nil, the result is UNKNOWN.
func (c *Client[E]) Decode(err error, read func(own E) mapping.ErrorResponse) (decoded error) {
	if c == nil {
		c = new(Client[E])
	}
	defer func() {
		if recover() != nil {
			decoded = c.Policy.Decode(&mapping.ErrorResponse{Cause: err, Relay: c.Relay})
		}
	}()
	if own, ok := err.(E); ok && isPlain(own) && (c.IsOwn == nil || c.IsOwn(err)) {
		if response := read(own); response.ConnectCode != connectcode.Unknown {
			return c.typed(err, &response)
		}
	}
	if err == nil || errors.Is(err, io.EOF) || c.Passes != nil && c.Passes(err) {
		return err
	}
	return c.search(err, read)
}

// isPlain reports whether there is nothing below a transport's own error but a text. Then it is not the end
// of a stream, nothing of a catalogue is in it, to ask it does not panic, and, unless its code is unknown,
// it is no 304 of Connect's. Most errors are plain.
func isPlain(own error) bool {
	below := errors.Unwrap(own)
	return below == nil || reflect.TypeOf(below) == textType && below != io.EOF
}

// textType is that of an error which errors.New made.
var textType = reflect.TypeOf(io.EOF)

// search is Decode for an error that may have anything in it.
func (c *Client[E]) search(err error, read func(own E) mapping.ErrorResponse) error {
	var response mapping.ErrorResponse
	own, found := errors.AsType[E](err)
	if found = found && !isNil(own); found {
		response = read(own)
	} else {
		response.ConnectCode, response.Message = contextCode(err), err.Error()
	}
	// What a server in this process keeps below its answer did not come over the wire.
	if known, ok := mapping.From(err); ok && (!c.isWire(err, &response) || found && errors.Is(known, own)) {
		if known.Remote() {
			return err
		}
		return c.Policy.Decode(&mapping.ErrorResponse{Cause: err, Relay: c.Relay, Known: known})
	}
	return c.typed(err, &response)
}

func (c *Client[E]) typed(err error, response *mapping.ErrorResponse) *mapping.Error {
	response.Cause, response.Relay, response.IsWire = err, c.Relay, c.IsWire
	return c.Policy.Decode(response)
}

func (c *Client[E]) isWire(err error, response *mapping.ErrorResponse) bool {
	return response.Wire || c.IsWire != nil && c.IsWire(err)
}

// contextCode is the code of an error that is not the transport's, as Connect would choose it.
func contextCode(err error) mapping.ConnectCode {
	switch {
	case errors.Is(err, context.Canceled):
		return connectcode.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return connectcode.DeadlineExceeded
	}
	return connectcode.Unknown
}

// isNil reports whether a value is nil, or an interface that holds a nil pointer.
func isNil(value any) bool {
	v := reflect.ValueOf(value)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}
