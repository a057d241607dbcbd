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

// Code returns the error's entry without the reason, so that you can switch on it:
//
//	switch e.Code() {
//	case errpactv1err.NotExist:
func (e *Error) Code() Code { return e.identity().withoutReason() }

// Reason returns the name of the reason, or "" if the error has only an entry.
func (e *Error) Reason() string { return e.identity().Reason() }

// identity returns the code with its reason.
func (e *Error) identity() Code {
	if e == nil {
		return Code{}
	}
	return e.code
}

// Message returns the public message: the error's own, else the catalogue's with the error's metadata in
// its placeholders, else the catalogue's fallback_message.
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

// ConnectCode returns the Connect code of the answer, 1 to 16.
func (e *Error) ConnectCode() ConnectCode {
	if e == nil || e.connectCode == 0 {
		return e.identity().ConnectCode()
	}
	return ConnectCode(e.connectCode)
}

// HTTPStatus returns the status of the answer to a REST caller, 400 to 599. It may differ from the
// entry's: an already_exists that fell back to ERROR_CODE_INVALID_VALUE has 409.
func (e *Error) HTTPStatus() int {
	if e == nil || e.httpStatus == 0 {
		return e.identity().HTTPStatus()
	}
	return int(e.httpStatus)
}

// Resolution returns what the catalogue advises the caller to do, see [Code.Resolution]. It is "" for an error that
// fell back to its entry and has another HTTP status: the advice is about something else then. It is not on the wire
// by default: a client reads it from the catalogue that is linked into the program.
func (e *Error) Resolution() string {
	code := e.identity()
	if e.HTTPStatus() != code.HTTPStatus() {
		return ""
	}
	return code.Resolution()
}

// Metadata returns a copy of the metadata of google.rpc.ErrorInfo, or nil if the error has no metadata.
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

// Fields returns a copy of the violations of google.rpc.BadRequest, or nil if the error has no fields.
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

// RetryDelay returns how long to wait before the next try, and reports whether another try can help. The
// error's own delay wins over the catalogue's. An error that the catalogue says never to try again has none.
func (e *Error) RetryDelay() (time.Duration, bool) {
	if e == nil || e.isNever() {
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

// RequestID returns the id under which the server logged the error, or "" if it is not known.
func (e *Error) RequestID() string {
	if e == nil {
		return ""
	}
	if id := e.has().requestID; id != "" || e.received == nil {
		return id
	}
	return receivedRequestID(e.received)
}

// Details returns copies of the public details that errpact does not make itself: those given to
// [Error.WithDetail], or those of google.rpc if the error was received. [Detail] finds a detail of any
// type.
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
// account. A server does not pass it on as its own unless it was relayed, see [Error.Relay].
func (e *Error) Remote() bool { return e != nil && e.remote }

// Inferred reports whether the code was inferred from a Connect code or an HTTP status, because
// the answer named no entry.
func (e *Error) Inferred() bool { return e != nil && e.inferred }

// Unwrap returns the private cause. For an error that was received it returns the transport's own error.
// It returns nil for a nil pointer, on which errors.Is would panic.
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

// From returns the outermost Error in err, or an Error made of the outermost Code. It reports false if err
// has neither. A nil *Error inside a non-nil err counts as an UNKNOWN error.
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

// CodeOf returns the entry of the outermost Error or Code in err, without the reason. It returns the
// built-in UNKNOWN for any other error, and for nil.
func CodeOf(err error) Code {
	found, _ := From(err)
	return found.Code()
}

// Detail returns the error detail of type T in err's [Error]: one that errpact made, such as
// *errdetails.ErrorInfo, or your own. The message is a copy. Detail finds nothing if T does not name a
// message type, such as proto.Message or *dynamicpb.Message.
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

// messageType returns the type of a nil message. It returns nil for a message whose methods panic on nil.
func messageType(zero proto.Message) (mt protoreflect.MessageType) {
	defer func() {
		if recover() != nil {
			mt = nil
		}
	}()
	return zero.ProtoReflect().Type()
}

// Payload decodes the payload of err's [Error] as encoding/json does. It reports false if there is no payload, or if it
// does not fit T.
//
// A REST answer does not say whether its details are a payload. An object that has only keys which errpact writes there
// itself (reason, metadata, field_violations, retry_delay, request_id, resolution, retryable), of the same kinds, is read
// as these, and is no payload.
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
