// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"log/slog"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/mapping/catalogue"
)

// A Code is a handle to one entry of a [Catalogue], or to one reason of an entry. It is an error
// itself, so that it serves as a sentinel:
//
//	errors.Is(err, errpactv1err.NotExist)
//
// A Code without a reason matches all reasons of its entry; one with a reason matches only that.
// Codes are comparable: two of the same entry and reason are ==, whichever package made them, where
// the catalogue declares what they name; of others, errors.Is agrees. The zero Code is the built-in
// ERROR_CODE_UNKNOWN.
type Code struct {
	// A single pointer, so that a Code goes into an error without allocating. Nil is the built-in
	// ERROR_CODE_UNKNOWN, and nothing else is, so that == agrees with the zero Code.
	entry *entry
}

// Number is the entry's number: the error_code of the [Envelope].
func (c Code) Number() int32 {
	if c.entry == nil {
		return 0
	}
	return c.entry.number
}

// Name is the enum value's name, such as "ERROR_CODE_NOT_EXIST". For a number that the catalogue
// does not have it is the number in decimal.
func (c Code) Name() string {
	if name := c.spec().name; name != "" {
		return name
	}
	return strconv.Itoa(int(c.Number()))
}

// Reason is the reason's name, such as "INVALID_HASH"; empty for an entry.
func (c Code) Reason() string {
	if c.entry == nil {
		return ""
	}
	return c.entry.reason
}

// Catalogue is the catalogue that the code belongs to; never nil.
func (c Code) Catalogue() *Catalogue {
	if c.entry == nil {
		return builtin
	}
	return c.entry.catalogue
}

// ConnectCode is the code that Connect, gRPC and google.rpc share, 1 to 16.
func (c Code) ConnectCode() ConnectCode { return c.spec().connectCode }

// HTTPStatus is the status that a REST caller gets, 400 to 599.
func (c Code) HTTPStatus() int { return c.spec().httpStatus }

// Message is the default public message.
func (c Code) Message() string { return c.spec().message }

// Error is the code's name and default message.
func (c Code) Error() string { return c.Name() + ": " + c.Message() }

// Is reports whether target is the same code, or the entry of which c is a reason.
func (c Code) Is(target error) bool {
	t, ok := target.(Code)
	return ok && c.matches(t)
}

// WithReason is the entry's reason of that name. A name that the catalogue does not declare is kept
// where it could be a reason ([A-Z][A-Z0-9_]+[A-Z0-9], 63 characters at the most), and has all else
// from the entry; any other name, and the empty one, gives the entry itself.
func (c Code) WithReason(name string) Code {
	if name == c.Reason() {
		return c
	}
	if name != "" && !catalogue.IsReason(name) {
		name = ""
	}
	return c.Catalogue().code(c.Number(), name)
}

// Declared reports whether the catalogue declares the code: the entry, and the reason if the code has one. A
// code that [Code.WithReason] made of a misspelt name is not declared. Neither is a number that a newer
// release of another service sent.
func (c Code) Declared() bool { return c.spec().declared }

// Reasons are the reasons that the catalogue declares for the entry, in its order.
func (c Code) Reasons() []Code {
	declared := c.spec().reasons
	codes := make([]Code, len(declared))
	for i, name := range declared {
		codes[i] = c.WithReason(name)
	}
	return codes
}

// New is an error of this code with a public message of its own; an empty one means the default.
// The message is cut to 512 bytes, and its control characters become spaces.
func (c Code) New(message string) *Error { return &Error{code: c, message: cleanMessage(message)} }

// Errorf is New with a formatted public message. A %w sets the cause and prints nothing. What an error says
// is not for the caller, so any other argument that is an error, or a slice of errors, prints as
// "(error not shown)" under every verb, and becomes the cause if it is the first. A nil argument prints as
// nothing. A message that would be "(error not shown)" alone is the default one. Errors nested inside other
// values are not detected.
func (c Code) Errorf(format string, args ...any) *Error {
	message, cause := formatPublic(format, args)
	return &Error{code: c, message: cleanMessage(message), cause: cause}
}

// Wrap is an error of this code with a private cause, which never leaves the process. A nil cause
// is none: the result is an error all the same.
func (c Code) Wrap(cause error) *Error { return c.bare().Wrap(cause) }

// WithMetadata is an error of this code with [Error.WithMetadata].
func (c Code) WithMetadata(key, value string) *Error { return c.bare().WithMetadata(key, value) }

// WithField is an error of this code with [Error.WithField].
func (c Code) WithField(path, description string) *Error {
	return c.bare().WithField(path, description)
}

// WithFields is an error of this code with [Error.WithFields].
func (c Code) WithFields(fields ...Field) *Error { return c.bare().WithFields(fields...) }

// WithPayload is an error of this code with [Error.WithPayload].
func (c Code) WithPayload(v any) *Error { return c.bare().WithPayload(v) }

// WithDetail is an error of this code with [Error.WithDetail].
func (c Code) WithDetail(details ...proto.Message) *Error { return c.bare().WithDetail(details...) }

// WithRetryDelay is an error of this code with [Error.WithRetryDelay].
func (c Code) WithRetryDelay(delay time.Duration) *Error { return c.bare().WithRetryDelay(delay) }

// WithLog is an error of this code with [Error.WithLog].
func (c Code) WithLog(attrs ...slog.Attr) *Error { return c.bare().WithLog(attrs...) }

// LogValue is the code's name, and its reason where it has one.
func (c Code) LogValue() slog.Value {
	if c.Reason() == "" {
		return slog.StringValue(c.Name())
	}
	return slog.StringValue(c.Name() + "/" + c.Reason())
}

// matches reports whether an error of code c is a target, by identity: the catalogue's name, the
// number, and the reason where the target has one.
func (c Code) matches(target Code) bool {
	if c == target {
		return true
	}
	return c.Number() == target.Number() &&
		(target.Reason() == "" || c.Reason() == target.Reason()) &&
		c.Catalogue().sameAs(target.Catalogue())
}

// withoutReason is the entry that c is, or is a reason of.
func (c Code) withoutReason() Code {
	if c.Reason() == "" {
		return c
	}
	return c.Catalogue().code(c.Number(), "")
}

// infoReason is the reason of google.rpc.ErrorInfo, which may not be empty.
func (c Code) infoReason() string {
	if reason := c.Reason(); reason != "" {
		return reason
	}
	if name := c.spec().shortName; name != "" {
		return name
	}
	return "CODE_" + strconv.FormatUint(uint64(uint32(c.Number())), 10)
}

// bare is the error that has nothing but the code. That of a known code is shared.
func (c Code) bare() *Error {
	s := c.spec()
	if s == &foreignSpec {
		return &Error{code: c}
	}
	return &s.bare
}
