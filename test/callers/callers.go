// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package callers calls TroubleService by the client of each stack, the same on each.
package callers

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// A Protocol is what a call is made by.
type Protocol string

// The protocols that Connect speaks.
const (
	Connect Protocol = "Connect"
	GRPC    Protocol = "gRPC"
	GRPCWeb Protocol = "gRPC-Web"
)

// A Way is how a call is made: by default of protobuf's binary format, POST and HTTP/2.
type Way struct {
	Protocol         Protocol
	JSON, GET, HTTP1 bool
}

// String tells ways from each other.
func (w Way) String() string {
	s := string(w.Protocol)
	for _, add := range []struct {
		is   bool
		text string
	}{{w.JSON, ", JSON"}, {w.GET, ", GET"}, {w.HTTP1, ", HTTP/1.1"}} {
		if add.is {
			s += add.text
		}
	}
	return s
}

// Carries says whether a way has the method: a GET is for what asks and answers once, and HTTP/1.1 does
// not let both sides speak at once.
func (w Way) Carries(m Method) bool {
	return (!w.GET || m.Name == Unary) && (!w.HTTP1 || m.Name != BidiStream)
}

// The methods' names.
const (
	Unary        = "unary"
	ClientStream = "clientStream"
	ServerStream = "serverStream"
	BidiStream   = "bidiStream"
)

// A Method is a kind of method, and how many messages are asked for before the end.
type Method struct {
	Name     string
	Messages int
}

// String says how many, where there are any.
func (m Method) String() string {
	if m.Messages == 0 {
		return m.Name
	}
	return fmt.Sprintf("%s after %d", m.Name, m.Messages)
}

// Methods are one of each kind, without messages.
var Methods = []Method{{Name: Unary}, {Name: ClientStream}, {Name: ServerStream}, {Name: BidiStream}}

// A Caller makes one call that ends as the service knows by a name, and gives its error where it surfaces,
// and how many messages came before. The clean end of a stream is nil. It may be used by many at once.
type Caller func(ctx context.Context, m Method, name string) (messages int, err error)

// Err is the caller's error alone.
func (c Caller) Err(ctx context.Context, m Method, name string) error {
	_, err := c(ctx, m, name)
	return err
}

// maxMessages bounds what is taken of a stream that has no end.
const maxMessages = 10_000

// ErrEndless is what a caller does about such a stream.
var ErrEndless = errors.New("the stream has no end")

// drain receives until the stream ends, and counts.
func drain(messages int, receive func() error) (int, error) {
	for ; messages < maxMessages; messages++ {
		if err := receive(); err != nil {
			return messages, unlessEnd(err)
		}
	}
	return messages, ErrEndless
}

// unlessEnd is nil for the clean end of a stream.
func unlessEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// A conversation is a bidirectional stream of any stack.
type conversation struct {
	// send sends a name; the empty one asks for a message.
	send      func(name string) error
	closeSend func() error
	receive   func() error
}

// hold has each message answered before it asks for the next, and for the end at last.
func (c conversation) hold(m Method, name string) (messages int, err error) {
	for range m.Messages {
		if err := c.send(""); unlessEnd(err) != nil {
			return messages, err
		}
		if err := c.receive(); err != nil {
			return messages, err
		}
		messages++
	}
	if err := c.send(name); unlessEnd(err) != nil {
		return messages, err
	}
	if err := c.closeSend(); err != nil {
		return messages, err
	}
	return drain(messages, c.receive)
}
