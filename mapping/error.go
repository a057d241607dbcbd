// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/fieldpath"
)

// An Error is one error of a catalogue: made in this process from a [Code], or received. It is
// immutable; every With… and Wrap gives a copy, so that a package-level Error is safe to share. A
// nil or zero Error is the built-in ERROR_CODE_UNKNOWN.
//
// Its message, metadata, fields, payload, details and retry delay are public: they are sent. Its
// cause and log attributes are private: they never leave the process.
type Error struct {
	code Code
	// message is empty where the code's own is meant.
	message string

	metadata []pair
	cause    error
	// connectCode and httpStatus are 0 where the code's own are meant. The numbers are as small as they
	// can be: an error is made, and copied, where it counts.
	httpStatus  uint16
	connectCode uint8
	// remote errors were received; wire reports that an inferred one came with an answer of the peer's, rather
	// than from a client that had no answer.
	remote, wire, inferred, relay bool
	// failed says how the call failed of which an inferred error is; 0 is not known.
	failed CallFailure
	// received are the details of a remote error, undecoded.
	received DetailList
	// parts is nil where the error has none of them.
	parts *parts
}

// parts are what few errors have. They are immutable, and shared by copies of an error.
type parts struct {
	fields []Field
	// jsonPaths are those that a message's JSON names make of the fields' paths; empty where these are derived.
	jsonPaths []string
	payload   string // JSON text
	details   []detail
	retry     retryDelay
	log       []slog.Attr
	// requestID is the one under which the server's log has the error.
	requestID string
	// refused names what a With… was given and could not take.
	refused []string
	// given is set if the code is of a catalogue that the policy was not given.
	given *reading
}

var noParts parts

// has gives the error's parts, to be read.
func (e *Error) has() *parts {
	if e == nil || e.parts == nil {
		return &noParts
	}
	return e.parts
}

// set gives the parts of an error that nobody else has yet, to be changed.
func (e *Error) set() *parts {
	own := *e.has()
	e.parts = &own
	return e.parts
}

// cloneToSet is clone and set, in one allocation.
func (e *Error) cloneToSet() (c *Error, own *parts) {
	both := new(struct {
		err   Error
		parts parts
	})
	c, own = &both.err, &both.parts
	if e != nil {
		*c = *e
	}
	*own = *e.has()
	c.parts = own
	return c, own
}

// A Field is one violation of google.rpc.BadRequest: something in the request that is wrong.
type Field struct {
	// Path leads to the field in the request, in the names of the .proto: "folder.display_name". RPC callers get it.
	Path string
	// Description says what is wrong with it.
	Description string
	// Reason identifies the rule that was violated, where there is one.
	Reason string
	// JSONPath is Path as REST callers write it. The default, empty, is Path with its names in lowerCamelCase,
	// or with the JSON names of the request's message where errpact knows that: "folder.displayName". Only the
	// envelope has it.
	JSONPath string
}

// jsonPath is what the envelope has: the field's own, else that of the message, else the one that is derived.
func (f Field) jsonPath(ofMessage string) string {
	switch {
	case f.JSONPath != "":
		return f.JSONPath
	case ofMessage != "":
		return ofMessage
	}
	return fieldpath.JSON(f.Path)
}

type pair struct{ key, value string }

// A detail is one that was given. It is decoded when somebody asks, which is seldom where it was given.
type detail struct {
	any *anypb.Any
	// kind is nil where it was given as an Any, and of those that are added to an answer.
	kind protoreflect.MessageType
}

// name is the full name of its type; or empty.
func (d detail) name() string {
	if d.kind != nil {
		return string(d.kind.Descriptor().FullName())
	}
	return string(d.any.MessageName())
}

// message is a copy.
func (d detail) message() proto.Message {
	if d.kind == nil {
		return proto.Clone(d.any)
	}
	message := d.kind.New().Interface()
	if proto.Unmarshal(d.any.GetValue(), message) != nil {
		return proto.Clone(d.any)
	}
	return message
}

type retryDelay struct {
	delay time.Duration
	set   bool
}

// WithMetadata adds a public pair to google.rpc.ErrorInfo. The key is made of letters, digits, '-'
// and '_' after a letter, up to 64 (https://google.aip.dev/193); under any other key nothing is
// added, and the drop is reported. Of two values of one key, the last stays.
func (e *Error) WithMetadata(key, value string) *Error {
	if !isMetadataKey(key) {
		return e.clone().refuse("metadata " + escapeText(cutText(validText(key), 64)) + ": a key has letters, digits, - and _ after a letter, 64 at most")
	}
	pairs := e.pairs()
	c := e.clone()
	c.metadata = withPair(pairs, pair{key, validText(value)})
	return c
}

// withPair is a copy of pairs, which are sorted by key, with p among them.
func withPair(pairs []pair, p pair) []pair {
	i, found := slices.BinarySearchFunc(pairs, p, byKey)
	after := pairs[i:]
	if found {
		after = after[1:]
	}
	return append(append(append(make([]pair, 0, len(pairs)+1), pairs[:i]...), p), after...)
}

// WithField adds a public violation to google.rpc.BadRequest. Use [Error.WithFields] to give it a reason.
func (e *Error) WithField(path, description string) *Error {
	return e.WithFields(Field{Path: path, Description: description})
}

// WithFields adds public violations, with their reasons, to google.rpc.BadRequest. They follow those that
// the error has. Invalid UTF-8 is replaced by U+FFFD. Without an argument, the result is a plain copy.
func (e *Error) WithFields(fields ...Field) *Error {
	c, own := e.cloneToSet()
	own.fields = slices.Clip(e.violations())
	for _, f := range fields {
		own.fields = append(own.fields, Field{
			Path: validText(f.Path), Description: validText(f.Description), Reason: validText(f.Reason), JSONPath: validText(f.JSONPath),
		})
	}
	return c
}

// WithPayload sets the envelope's details, which are public, to what encoding/json makes of v.
// Nil removes them. What does not marshal is left out, and the drop is reported. A
// [json.RawMessage] is kept to the letter.
func (e *Error) WithPayload(v any) *Error {
	text, err := marshalPayload(v)
	if err != nil {
		return e.clone().refuse("payload: " + err.Error())
	}
	c, own := e.cloneToSet()
	own.payload = text
	return c
}

func marshalPayload(v any) (string, error) {
	raw, ok := v.(json.RawMessage)
	if !ok || !json.Valid(raw) {
		var err error
		if raw, err = json.Marshal(v); err != nil {
			return "", err
		}
	}
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		return "", nil
	}
	return validText(string(raw)), nil
}

// WithRetryDelay says, publicly, that trying again after the delay can help. It is sent as
// google.rpc.RetryInfo and, in whole seconds, as Retry-After. A delay of zero or less takes back
// what was set, the catalogue's own delay included: a RetryInfo of zero would mean "now". An error that the
// catalogue says never to try again sends no delay.
func (e *Error) WithRetryDelay(delay time.Duration) *Error {
	c, own := e.cloneToSet()
	own.retry = retryDelay{max(delay, 0), true}
	return c
}

// WithLog adds private attributes for whoever reads the log.
func (e *Error) WithLog(attrs ...slog.Attr) *Error {
	c, own := e.cloneToSet()
	own.log = append(slices.Clip(own.log), attrs...)
	return c
}

// Wrap sets the private cause. The result is an error even if the cause is nil.
func (e *Error) Wrap(cause error) *Error {
	c := e.clone()
	c.cause = cause
	return c
}

// Relay allows an error that was received from another service to be passed on: its number, reason,
// message, metadata, payload, fields and retry delay, and nothing else of it. It changes nothing in
// an error that this process made.
func (e *Error) Relay() *Error {
	c := e.clone()
	c.relay = true
	return c
}

func (e *Error) clone() *Error {
	if e == nil {
		return new(Error)
	}
	c := *e
	return &c
}

// refuse records, in an error that nobody else has yet, what could not be taken.
func (e *Error) refuse(what string) *Error {
	own := e.set()
	own.refused = append(slices.Clip(own.refused), what)
	return e
}
