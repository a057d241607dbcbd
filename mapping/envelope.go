// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/errpact/errpact/internal/lenientjson"
)

// Envelope is the body of every REST error answer: exactly these three keys, in this order, always
// all three.
//
//	{"error_code": 10, "error_message": "Resource does not exist", "details": null}
type Envelope struct {
	// Code is the entry's number: neither the HTTP status nor the Connect code.
	Code int32 `json:"error_code"`
	// Message is the public message.
	Message string `json:"error_message"`
	// Details is any JSON; nil is null.
	Details json.RawMessage `json:"details"`
}

// EnvelopeOf returns the envelope of the [Error] or [Code] in err. For any other error, and for nil, it
// returns that of the built-in ERROR_CODE_UNKNOWN. Details is the payload if the error has one, else an
// object with its reason, metadata, field violations and retry delay, else null.
//
// EnvelopeOf hides nothing. Use rest.Error to answer a caller: it asks a [Policy] what the caller may see.
func EnvelopeOf(err error) Envelope {
	e, _ := From(err)
	e = e.orZero()
	return Envelope{Code: e.code.Number(), Message: e.Message(), Details: e.extra(EnvelopeOptions{}).append(nil)}
}

// EnvelopeOptions choose how [Error.EnvelopeIn] writes an envelope.
type EnvelopeOptions struct {
	// AcceptLanguage has the values of that header, for the language of the message. The default is the
	// entry's language.
	AcceptLanguage []string
	// RequestID is added to the details, unless these are a payload. Empty, the default, adds nothing.
	RequestID string
	// ProtoNames keeps [Field.Path] as it is if a field has no JSONPath of its own. The default is to convert it
	// to the names of JSON.
	ProtoNames bool
	// Guidance adds [Error.Resolution] and whether another try can help ([RetryOf]) to the details, unless these are
	// a payload. The default adds nothing.
	Guidance bool
	// RetryAfter is the delay that stands beside the envelope, in a Retry-After that somebody else has set. The guidance
	// agrees with it unless the error has a delay of its own. The default, 0, stands for no such header.
	RetryAfter time.Duration
}

// EnvelopeIn returns the JSON of the error's envelope with the message of [Error.MessageIn], and that one's
// tag. It reports whether the message depends on the language, which caches must be told. What all errors of
// a code share is made once.
func (e *Error) EnvelopeIn(o EnvelopeOptions) (envelope, tag string, varies bool) {
	e = e.orZero()
	message, tag := e.MessageIn(o.AcceptLanguage)
	return e.envelopeWith(message, o), tag, e.translations() != nil
}

func (e *Error) envelopeWith(message string, o EnvelopeOptions) string {
	s := e.code.spec()
	if message != s.message {
		var buffer [512]byte // on the stack, and enough for most
		return envelopeText(appendEnvelope(buffer[:0], e.code.Number(), message), e.extra(o))
	}
	wire := e.code.wire()
	if o.RequestID == "" && !o.Guidance && e.isPlain() {
		return wire.envelope
	}
	var buffer [512]byte
	return envelopeText(append(buffer[:0], wire.envelope[:wire.envelopeHead]...), e.extra(o))
}

// envelopeText completes an envelope.
func envelopeText(b []byte, x extra) string {
	before := len(b)
	if b = x.append(b); len(b) == before {
		b = append(b, "null"...)
	}
	return string(append(b, '}'))
}

// extra is what an envelope's details are made of.
type extra struct {
	payload, reason string
	metadata        []pair
	fields          []Field
	jsonPaths       []string
	delay           time.Duration
	requestID       string
	protoNames      bool
	guidance        *guide
}

// guide is what details say about what to do.
type guide struct {
	resolution string
	retryable  bool
}

func (e *Error) extra(o EnvelopeOptions) extra {
	delay, _ := e.RetryDelay()
	x := extra{e.has().payload, e.Reason(), e.pairs(), e.violations(), e.has().jsonPaths, delay, o.RequestID, o.ProtoNames, nil}
	if o.Guidance {
		x.guidance = &guide{e.Resolution(), o.RetryOf(e).Calls != RetryNone}
	}
	return x
}

// append writes the details, if any.
func (x extra) append(b []byte) []byte {
	if x.payload != "" {
		return append(b, x.payload...)
	}
	var o object
	if x.reason != "" {
		b = o.text(b, "reason", x.reason)
	}
	if len(x.metadata) > 0 {
		b = appendMetadata(o.key(b, "metadata"), x.metadata)
	}
	if len(x.fields) > 0 {
		b = x.appendFields(o.key(b, "field_violations"))
	}
	if x.delay > 0 {
		b = o.text(b, "retry_delay", formatDelay(x.delay))
	}
	if x.requestID != "" {
		b = o.text(b, "request_id", x.requestID)
	}
	if x.guidance != nil {
		if x.guidance.resolution != "" {
			b = o.text(b, "resolution", x.guidance.resolution)
		}
		b = strconv.AppendBool(o.key(b, "retryable"), x.guidance.retryable)
	}
	return o.end(b)
}

func appendMetadata(b []byte, pairs []pair) []byte {
	var o object
	for _, p := range pairs {
		b = o.text(b, p.key, p.value)
	}
	return o.end(b)
}

// jsonPath is how the envelope names the field of that index.
func (x extra) jsonPath(i int) string {
	f, ofMessage := x.fields[i], ""
	if i < len(x.jsonPaths) {
		ofMessage = x.jsonPaths[i]
	}
	if x.protoNames {
		ofMessage = f.Path
	}
	return f.jsonPath(ofMessage)
}

func (x extra) appendFields(b []byte) []byte {
	b = append(b, '[')
	for i, f := range x.fields {
		if i > 0 {
			b = append(b, ',')
		}
		var o object
		b = o.text(b, "field", x.jsonPath(i))
		b = o.text(b, "description", f.Description)
		if f.Reason != "" {
			b = o.text(b, "reason", f.Reason)
		}
		b = o.end(b)
	}
	return append(b, ']')
}

// object appends a JSON object, whose keys are in the order in which they come; nothing without one. It
// is true when it has a key.
type object bool

func (o *object) key(b []byte, name string) []byte {
	if *o {
		b = append(b, ',')
	} else {
		b = append(b, '{')
	}
	*o = true
	return append(appendJSONString(b, name), ':')
}

func (o *object) text(b []byte, key, value string) []byte {
	return appendJSONString(o.key(b, key), value)
}

func (o *object) end(b []byte) []byte {
	if *o {
		return append(b, '}')
	}
	return b
}

// formatDelay writes seconds as protobuf's JSON does: "1s", "0.250s".
func formatDelay(delay time.Duration) string {
	seconds, nanos := int64(delay/time.Second), int64(delay%time.Second)
	text := strconv.FormatInt(seconds, 10)
	if nanos == 0 {
		return text + "s"
	}
	fraction := fmt.Sprintf("%09d", nanos)
	for strings.HasSuffix(fraction, "000") {
		fraction = fraction[:len(fraction)-3]
	}
	return text + "." + fraction + "s"
}

// AppendJSON appends the envelope's JSON to b, without space or newline. Details that are no valid
// JSON are written as null. Characters that HTML knows are escaped, as encoding/json does.
func (v Envelope) AppendJSON(b []byte) []byte {
	b = appendEnvelope(b, v.Code, v.Message)
	if len(v.Details) == 0 || !json.Valid(v.Details) {
		b = append(b, "null"...)
	} else {
		b = append(b, v.Details...)
	}
	return append(b, '}')
}

// appendEnvelope writes all up to the details.
func appendEnvelope(b []byte, code int32, message string) []byte {
	b = append(b, `{"error_code":`...)
	b = strconv.AppendInt(b, int64(code), 10)
	b = append(b, `,"error_message":`...)
	b = appendJSONString(b, message)
	return append(b, `,"details":`...)
}

// ParseEnvelope reads an envelope. Its three keys must be there, in any order, with error_code a
// whole number of 32 bits (10, 10.0 and 1e1 are the same) and error_message a string. ParseEnvelope
// passes over other keys, so that it reads errpact's application/problem+json too, and a byte order
// mark before the JSON.
func ParseEnvelope(b []byte) (Envelope, error) {
	var v struct {
		Code    *lenientjson.Int32 `json:"error_code"`
		Message *string            `json:"error_message"`
		Details json.RawMessage    `json:"details"`
	}
	if err := json.Unmarshal(lenientjson.Trim(b), &v); err != nil {
		return Envelope{}, fmt.Errorf("mapping: parse an envelope: %w", err)
	}
	if v.Code == nil || v.Message == nil || v.Details == nil {
		return Envelope{}, errors.New("mapping: parse an envelope: one of error_code, error_message and details is missing")
	}
	if bytes.Equal(v.Details, []byte("null")) {
		v.Details = nil
	}
	return Envelope{int32(*v.Code), *v.Message, v.Details}, nil
}

const hexDigits = "0123456789abcdef"

// appendJSONString appends a JSON string that is safe inside HTML, too.
func appendJSONString(b []byte, s string) []byte {
	if isPlainJSON(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	b = append(b, '"')
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			b = appendJSONByte(b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, `\ufffd`...)
		case r == '\u2028' || r == '\u2029': // line ends to JavaScript
			b = append(b, `\u202`...)
			b = append(b, hexDigits[r&0xF])
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return append(b, '"')
}

// isPlainJSON says that nothing in s is escaped.
func isPlainJSON(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

func appendJSONByte(b []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c < ' ' || c == '<' || c == '>' || c == '&' || c == 0x7f:
		return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
	}
	return append(b, c)
}
