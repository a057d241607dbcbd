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
// Codes of declared entries and reasons can be compared with ==. For any other, use errors.Is. The zero
// Code is the built-in ERROR_CODE_UNKNOWN.
type Code struct {
	// A single pointer, so that a Code goes into an error without allocating. Nil is the built-in
	// ERROR_CODE_UNKNOWN, and nothing else is, so that == agrees with the zero Code.
	entry *entry
}

// Number returns the entry's number, which is the error_code of the [Envelope].
func (c Code) Number() int32 {
	if c.entry == nil {
		return 0
	}
	return c.entry.number
}

// Name returns the name of the enum value, such as "ERROR_CODE_NOT_EXIST". It returns the number in
// decimal if the catalogue does not have that number.
func (c Code) Name() string {
	if name := c.spec().name; name != "" {
		return name
	}
	return strconv.Itoa(int(c.Number()))
}

// Reason returns the name of the reason, such as "INVALID_HASH". It returns "" for an entry.
func (c Code) Reason() string {
	if c.entry == nil {
		return ""
	}
	return c.entry.reason
}

// Catalogue returns the catalogue that the code belongs to. It is never nil.
func (c Code) Catalogue() *Catalogue {
	if c.entry == nil {
		return builtin
	}
	return c.entry.catalogue
}

// ConnectCode returns the code that Connect, gRPC and google.rpc share, 1 to 16.
func (c Code) ConnectCode() ConnectCode { return c.spec().connectCode }

// HTTPStatus returns the status that a REST caller gets, 400 to 599.
func (c Code) HTTPStatus() int { return c.spec().httpStatus }

// Message returns the default public message.
func (c Code) Message() string { return c.spec().message }

// Resolution returns what the catalogue advises the caller to do about the error. It is "" if the catalogue says
// nothing, or does not have the code.
func (c Code) Resolution() string { return c.spec().resolution }

// Error returns the code's name and default message.
func (c Code) Error() string { return c.Name() + ": " + c.Message() }

// Is reports whether target is the same code, or the entry of which c is a reason.
func (c Code) Is(target error) bool {
	t, ok := target.(Code)
	return ok && c.matches(t)
}

// WithReason returns the entry's reason of that name. If the catalogue does not declare the name, the
// code keeps it and takes everything else from the entry, provided that it could be a reason:
// [A-Z][A-Z0-9_]+[A-Z0-9], at most 63 characters. For any other name WithReason returns the entry.
// [Code.Declared] finds misspelt names.
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

// Reasons returns the reasons that the catalogue declares for the entry, in the catalogue's order.
func (c Code) Reasons() []Code {
	declared := c.spec().reasons
	codes := make([]Code, len(declared))
	for i, name := range declared {
		codes[i] = c.WithReason(name)
	}
	return codes
}

// New returns an error of this code with a public message. An empty message means the default one.
// New cuts the message to 512 bytes and replaces control characters with spaces.
func (c Code) New(message string) *Error { return &Error{code: c, message: cleanMessage(message)} }

// Errorf returns an error of this code with a formatted public message. A %w prints nothing. The text of an
// error is not for callers, so any other argument that is an error, or a slice of errors, prints as "(error
// not shown)" under every verb. The cause is the first argument that is an error, whichever verb prints it. A
// slice of errors counts as their errors.Join. A nil argument prints as nothing. If the message would be
// "(error not shown)" alone, it is the default one. Errors nested inside other values are not detected.
func (c Code) Errorf(format string, args ...any) *Error {
	message, cause := formatPublic(format, args)
	return &Error{code: c, message: cleanMessage(message), cause: cause}
}

// Wrap returns an error of this code with a private cause, which never leaves the process. The result
// is an error even if the cause is nil.
func (c Code) Wrap(cause error) *Error { return c.bare().Wrap(cause) }

// WithMetadata returns an error of this code, see [Error.WithMetadata].
func (c Code) WithMetadata(key, value string) *Error { return c.bare().WithMetadata(key, value) }

// WithField returns an error of this code, see [Error.WithField].
func (c Code) WithField(path, description string) *Error {
	return c.bare().WithField(path, description)
}

// WithFields returns an error of this code, see [Error.WithFields].
func (c Code) WithFields(fields ...Field) *Error { return c.bare().WithFields(fields...) }

// WithPayload returns an error of this code, see [Error.WithPayload].
func (c Code) WithPayload(v any) *Error { return c.bare().WithPayload(v) }

// WithDetail returns an error of this code, see [Error.WithDetail].
func (c Code) WithDetail(details ...proto.Message) *Error { return c.bare().WithDetail(details...) }

// WithRetryDelay returns an error of this code, see [Error.WithRetryDelay].
func (c Code) WithRetryDelay(delay time.Duration) *Error { return c.bare().WithRetryDelay(delay) }

// WithLog returns an error of this code, see [Error.WithLog].
func (c Code) WithLog(attrs ...slog.Attr) *Error { return c.bare().WithLog(attrs...) }

// LogValue returns the code's name, followed by its reason if it has one.
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

// withoutReason returns the entry of the code.
func (c Code) withoutReason() Code {
	if c.Reason() == "" {
		return c
	}
	return c.Catalogue().code(c.Number(), "")
}

// infoReason returns the reason of google.rpc.ErrorInfo, which may not be empty.
func (c Code) infoReason() string {
	if reason := c.Reason(); reason != "" {
		return reason
	}
	if name := c.spec().shortName; name != "" {
		return name
	}
	return "CODE_" + strconv.FormatUint(uint64(uint32(c.Number())), 10)
}

// bare returns the error that has nothing but the code. All callers share the error of a known code.
func (c Code) bare() *Error {
	s := c.spec()
	if s == &foreignSpec {
		return &Error{code: c}
	}
	return &s.bare
}
