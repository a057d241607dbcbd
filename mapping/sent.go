// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// told is the error for the report: what went out of the one that the answer is made of. That one stays whole, for
// an interceptor outside whose caller is a REST caller.
func (a *Answer) told() *Error {
	switch {
	case a.less != nil:
		return a.less
	case a.local != nil && !a.invalid && !a.envelope:
		return a.Error().asSent(a.text, a.details)
	}
	return a.Error()
}

// asSent is the error that stands in for a handler's own coded one, with the message and the details that went
// out for it. Of what the handler gave it, only these went out.
func (e *Error) asSent(message string, details []*anypb.Any) *Error {
	if message == e.Message() && len(details) == 0 && e.isPlain() {
		return e
	}
	c, own := e.cloneToSet()
	c.message, c.received, c.metadata, own.fields, own.details = message, sentDetails(details), nil, nil, nil
	delay, _ := receivedRetryDelay(c.received)
	own.retry = retryDelay{delay, true}
	return c
}

// reduced is the error without what the budget has dropped of it.
func (e *Error) reduced(p packing) *Error {
	c, own := e.cloneToSet()
	c.message, c.metadata = p.message, p.metadata
	own.fields, own.payload = p.fields, p.payload
	if p.retry == nil {
		own.retry = retryDelay{0, true}
	}
	own.details = slices.DeleteFunc(slices.Clone(own.details), func(d detail) bool {
		return d.any != p.help.whole && d.any != p.localized && !slices.Contains(p.own, d.any)
	})
	return c
}

// sentDetails are those that a handler gave its own error, as they went out.
type sentDetails []*anypb.Any

func (s sentDetails) Len() int           { return len(s) }
func (s sentDetails) Type(i int) string  { return string(s[i].MessageName()) }
func (s sentDetails) Value(i int) []byte { return s[i].GetValue() }

// messages are copies of those that no accessor of Error speaks of. One of an unknown type is an Any.
func (s sentDetails) messages() []proto.Message {
	var messages []proto.Message
	for i, a := range s {
		switch s.Type(i) {
		case errorDetailName, errorInfoName, badRequestName, retryInfoName, requestInfoName:
			continue
		}
		message, err := a.UnmarshalNew()
		if err != nil {
			message = proto.Clone(a)
		}
		messages = append(messages, message)
	}
	return messages
}
