// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"cmp"
	"log/slog"
	"slices"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// WithDetail adds messages that are public and sent as they are, each in place of an earlier one of
// its type. Those that errpact makes itself are taken apart instead: a google.rpc.BadRequest's
// violations are added to the fields, a RetryInfo sets the delay, an ErrorInfo's metadata is added.
// A DebugInfo is never sent; it goes to the log. Nil messages add nothing. What does not marshal is
// left out, and the drop is reported.
func (e *Error) WithDetail(details ...proto.Message) *Error {
	given := e.has().details
	all := append(make([]detail, 0, len(given)+len(details)), given...)
	for _, message := range details {
		if isNil(message) || !message.ProtoReflect().IsValid() {
			continue
		}
		d, taken, refused := pack(message)
		switch {
		case refused != "":
			e = e.clone().refuse(refused)
		case taken != nil:
			e = e.taking(taken)
		default:
			all = append(all, d)
		}
	}
	if len(all) == len(given) {
		return e.clone()
	}
	c, own := e.cloneToSet()
	own.details = lastOfEach(all)
	return c
}

// taking takes one of those apart that errpact makes itself.
func (e *Error) taking(message proto.Message) *Error {
	switch m := message.(type) {
	case *errdetails.BadRequest:
		var fields []Field
		for _, v := range m.GetFieldViolations() {
			fields = append(fields, Field{Path: v.GetField(), Description: v.GetDescription(), Reason: v.GetReason()})
		}
		return e.WithFields(fields...)
	case *errdetails.RetryInfo:
		return e.WithRetryDelay(m.GetRetryDelay().AsDuration())
	case *errdetails.ErrorInfo:
		for key, value := range m.GetMetadata() {
			e = e.WithMetadata(key, value)
		}
	case *errdetails.DebugInfo:
		return e.WithLog(slog.Any("debug", m.GetDetail()), slog.Any("stack", slices.Clone(m.GetStackEntries())))
	}
	return e
}

// isOwnOrHidden says which details are taken apart.
func isOwnOrHidden(message proto.Message) bool {
	switch message.(type) {
	case *errdetails.BadRequest, *errdetails.RetryInfo, *errdetails.ErrorInfo, *errdetails.DebugInfo:
		return true
	}
	return false
}

// pack makes a detail that nobody else has. One to be taken apart is given as it is, and what cannot be sent
// is refused by its name.
func pack(message proto.Message) (d detail, taken proto.Message, refused string) {
	if isOwnOrHidden(message) {
		return d, message, ""
	}
	if given, ok := message.(*anypb.Any); ok {
		d.any = newAny(validText(given.GetTypeUrl()), slices.Clone(given.GetValue()))
		if inner, err := d.any.UnmarshalNew(); err == nil && isOwnOrHidden(inner) {
			return d, inner, ""
		}
	} else {
		d = detail{new(anypb.Any), message.ProtoReflect().Type()}
		if err := anypb.MarshalFrom(d.any, message, proto.MarshalOptions{Deterministic: true}); err != nil {
			return d, nil, string(message.ProtoReflect().Descriptor().FullName())
		}
	}
	// A DebugInfo that comes here is one that does not decode.
	if name := d.name(); name == "" || name == errorDetailName || name == debugInfoName {
		return d, nil, cmp.Or(name, "detail without a type")
	}
	return d, nil, ""
}

// lastOfEach keeps the last detail of each type.
func lastOfEach(details []detail) []detail {
	if areDistinct(details) {
		return details
	}
	seen := make(map[string]bool, len(details))
	kept := make([]detail, 0, len(details))
	for _, d := range slices.Backward(details) {
		if name := d.name(); !seen[name] {
			seen[name] = true
			kept = append(kept, d)
		}
	}
	slices.Reverse(kept)
	return kept
}

// few is how many details are compared with each other: a map takes longer.
const few = 16

// areDistinct says that no two are of one type; false too where there are too many to be compared.
func areDistinct(details []detail) bool {
	if len(details) > few {
		return false
	}
	for i, d := range details {
		name := d.name()
		if slices.ContainsFunc(details[:i], func(other detail) bool { return other.name() == name }) {
			return false
		}
	}
	return true
}
