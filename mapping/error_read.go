// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"encoding/json"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Code is the error's entry, without the reason, so that it can be switched on:
//
//	switch e.Code() {
//	case errpactv1err.NotExist:
func (e *Error) Code() Code { return e.identity().withoutReason() }

// Reason is the reason's name; empty if there is none.
func (e *Error) Reason() string { return e.identity().Reason() }

// identity is the code with its reason.
func (e *Error) identity() Code {
	if e == nil {
		return Code{}
	}
	return e.code
}

// Message is the public message: the error's own, else the catalogue's, with the error's metadata in
// place of its placeholders, else the catalogue's fallback_message.
func (e *Error) Message() string {
	if e != nil && e.message != "" {
		return e.message
	}
	s := e.identity().spec()
	if s.template != "" {
		if message, ok := fillTemplate(s.template, e.pairs()); ok {
			return message
		}
	}
	return s.message
}

// ConnectCode is the Connect code of the answer, 1 to 16.
func (e *Error) ConnectCode() ConnectCode {
	if e == nil || e.connectCode == 0 {
		return e.identity().ConnectCode()
	}
	return ConnectCode(e.connectCode)
}

// HTTPStatus is the status of the answer to a REST caller, 400 to 599. It is the answer's own: an
// already_exists that fell back to ERROR_CODE_INVALID_VALUE has 409.
func (e *Error) HTTPStatus() int {
	if e == nil || e.httpStatus == 0 {
		return e.identity().HTTPStatus()
	}
	return int(e.httpStatus)
}

// Metadata is a copy of the metadata of google.rpc.ErrorInfo; nil if there is none.
func (e *Error) Metadata() map[string]string {
	pairs := e.pairs()
	if len(pairs) == 0 {
		return nil
	}
	metadata := make(map[string]string, len(pairs))
	for _, p := range pairs {
		metadata[p.key] = p.value
	}
	return metadata
}

// Fields is a copy of the violations of google.rpc.BadRequest; nil if there are none.
func (e *Error) Fields() []Field {
	return slices.Clone(e.violations())
}

func (e *Error) violations() []Field {
	if e == nil {
		return nil
	}
	fields := e.has().fields
	if e.received != nil && fields == nil {
		return receivedFields(e.received)
	}
	return fields
}

// RetryDelay is how long to wait before trying again, and whether that can help: the error's own
// delay, else its catalogue's.
func (e *Error) RetryDelay() (time.Duration, bool) {
	if e == nil {
		return 0, false
	}
	if own := e.has().retry; own.set {
		return own.delay, own.delay > 0
	}
	if e.received != nil {
		return receivedRetryDelay(e.received)
	}
	if own := e.code.spec().retryDelay; own != nil && !e.remote {
		return *own, true
	}
	return 0, false
}

// RequestID is the id under which the server's log has the error; empty if it is not known.
func (e *Error) RequestID() string {
	if e == nil {
		return ""
	}
	if id := e.has().requestID; id != "" || e.received == nil {
		return id
	}
	return receivedRequestID(e.received)
}

// Details are copies of the public details that errpact does not make itself: those given to
// [Error.WithDetail], or, of an error that was received, those of google.rpc. [Detail] finds one of
// any type.
func (e *Error) Details() []proto.Message {
	if e == nil {
		return nil
	}
	var messages []proto.Message
	switch received := e.received.(type) {
	case nil:
	case sentDetails:
		messages = received.messages()
	default:
		messages = receivedMessages(received)
	}
	for _, d := range e.has().details {
		messages = append(messages, d.message())
	}
	return messages
}

// Remote reports whether the error was received from another service, or made by a client on its
// account. A server does not send it on as its own, but for [Error.Relay].
func (e *Error) Remote() bool { return e != nil && e.remote }

// Inferred reports whether the code was inferred from a Connect code or an HTTP status, because
// what was received names no entry.
func (e *Error) Inferred() bool { return e != nil && e.inferred }

// Unwrap is the private cause. For an error that was received it is the transport's own error. A nil
// pointer, on which errors.Is would panic, is none.
func (e *Error) Unwrap() error {
	if e == nil || isNilNode(e.cause) {
		return nil
	}
	return e.cause
}

// Is reports whether target is a [Code] that matches.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && e.identity().matches(code)
}

// From finds the outermost Error in err, or makes one of the outermost Code. A nil *Error inside a
// non-nil err is an UNKNOWN error.
func From(err error) (*Error, bool) {
	nodes := 0
	found, ok := outermost(err, &nodes)
	if !ok {
		return nil, false
	}
	return found.orZero(), true
}

// outermost walks in the order of errors.As, and as far as a policy does.
func outermost(err error, nodes *int) (*Error, bool) {
	if *nodes++; isNilNode(err) || *nodes > maxNodes {
		return nil, false
	}
	switch e := err.(type) {
	case *Error:
		return e, true
	case Code:
		return e.bare(), true
	case interface{ As(any) bool }:
		var found *Error
		var code Code
		switch {
		case e.As(&found):
			return found, true
		case e.As(&code):
			return code.bare(), true
		}
	}
	kids, kid := unwrap(err)
	if kid != nil {
		return outermost(kid, nodes)
	}
	for _, kid := range kids {
		if found, ok := outermost(kid, nodes); ok {
			return found, true
		}
	}
	return nil, false
}

func (e *Error) orZero() *Error {
	if e == nil {
		return Code{}.bare()
	}
	return e
}

// CodeOf is the entry of the outermost Error or Code in err, without the reason; the built-in
// UNKNOWN if there is none.
func CodeOf(err error) Code {
	found, _ := From(err)
	return found.Code()
}

// Detail finds the error detail of type T in err's [Error]: one that errpact made, such as
// *errdetails.ErrorInfo, or one's own. The message is a copy. A T that does not name a type of
// message, such as proto.Message or *dynamicpb.Message, finds nothing.
func Detail[T proto.Message](err error) (T, bool) {
	var zero T
	found, ok := From(err)
	if !ok {
		return zero, false
	}
	mt := messageType(zero)
	if mt == nil {
		return zero, false
	}
	message, ok := found.detailNamed(mt)
	if !ok {
		return zero, false
	}
	typed, ok := message.(T)
	return typed, ok
}

// messageType is the type that a nil message has by itself; nil if it has none. Such methods panic
// on nil.
func messageType(zero proto.Message) (mt protoreflect.MessageType) {
	defer func() {
		if recover() != nil {
			mt = nil
		}
	}()
	return zero.ProtoReflect().Type()
}

// Payload decodes the payload of err's [Error], as encoding/json does.
func Payload[T any](err error) (T, bool) {
	var value, zero T
	found, ok := From(err)
	if !ok || found.has().payload == "" {
		return zero, false
	}
	if json.Unmarshal([]byte(found.has().payload), &value) != nil {
		return zero, false
	}
	return value, true
}
