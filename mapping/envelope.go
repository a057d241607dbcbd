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

// EnvelopeOf is the envelope of the [Error] or [Code] in err. Any other error, and nil, has that of
// the built-in ERROR_CODE_UNKNOWN. Details is the payload if there is one, else an object with the
// reason, the metadata, the field violations and the retry delay that the error has, else null.
//
// It shows an error as it is. What a caller may see of it is for a [Policy] to say, as rest.Error
// does.
func EnvelopeOf(err error) Envelope {
	e, _ := From(err)
	e = e.orZero()
	return Envelope{Code: e.code.Number(), Message: e.Message(), Details: e.envelopeDetails()}
}

// EnvelopeText is the JSON of the error's envelope, with a message in place of its own: that of
// [Error.MessageIn]. What all errors of a code share is made once.
func (e *Error) EnvelopeText(message string) string {
	e = e.orZero()
	s := e.code.spec()
	if e.isPlain() && message == s.message {
		return s.envelope
	}
	return envelopeText(e.code, message, e.envelopeDetails())
}

// envelopeText takes details that are valid JSON.
func envelopeText(c Code, message string, details json.RawMessage) string {
	var buffer [512]byte // on the stack, and enough for most
	return string(Envelope{c.Number(), message, details}.appendValid(buffer[:0]))
}

func (e *Error) envelopeDetails() json.RawMessage {
	if e.payload != "" {
		return json.RawMessage(e.payload)
	}
	o := object{}
	if reason := e.Reason(); reason != "" {
		o.key("reason")
		o.text(reason)
	}
	if pairs := e.pairs(); len(pairs) > 0 {
		o.key("metadata")
		inner := object{}
		for _, p := range pairs {
			inner.key(p.key)
			inner.text(p.value)
		}
		o.b = append(o.b, inner.end()...)
	}
	if fields := e.Fields(); len(fields) > 0 {
		o.key("field_violations")
		o.fields(fields)
	}
	if delay, ok := e.RetryDelay(); ok {
		o.delay(delay)
	}
	return o.end()
}

// bareDetails are the details of the envelope of a bare error.
func (s *spec) bareDetails(reason string) json.RawMessage {
	o := object{}
	if reason != "" {
		o.key("reason")
		o.text(reason)
	}
	if s.retryDelay != nil {
		o.delay(*s.retryDelay)
	}
	return o.end()
}

// object writes a JSON object, whose keys are in the order in which they come.
type object struct{ b []byte }

func (o *object) key(name string) {
	if len(o.b) == 0 {
		o.b = append(o.b, '{')
	} else {
		o.b = append(o.b, ',')
	}
	o.b = append(appendJSONString(o.b, name), ':')
}

func (o *object) text(value string) { o.b = appendJSONString(o.b, value) }

func (o *object) delay(delay time.Duration) {
	o.key("retry_delay")
	o.text(formatDelay(delay))
}

func (o *object) fields(fields []Field) {
	o.b = append(o.b, '[')
	for i, f := range fields {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		violation := object{}
		violation.key("field")
		violation.text(f.Path)
		violation.key("description")
		violation.text(f.Description)
		if f.Reason != "" {
			violation.key("reason")
			violation.text(f.Reason)
		}
		o.b = append(o.b, violation.end()...)
	}
	o.b = append(o.b, ']')
}

// end is the object; nil if it has no key.
func (o *object) end() []byte {
	if len(o.b) == 0 {
		return nil
	}
	return append(o.b, '}')
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
	if len(v.Details) > 0 && !json.Valid(v.Details) {
		v.Details = nil
	}
	return v.appendValid(b)
}

func (v Envelope) appendValid(b []byte) []byte {
	b = append(b, `{"error_code":`...)
	b = strconv.AppendInt(b, int64(v.Code), 10)
	b = append(b, `,"error_message":`...)
	b = appendJSONString(b, v.Message)
	b = append(b, `,"details":`...)
	if len(v.Details) == 0 {
		b = append(b, "null"...)
	} else {
		b = append(b, v.Details...)
	}
	return append(b, '}')
}

// ParseEnvelope reads an envelope. Its three keys must be there, in any order, with error_code a
// whole number of 32 bits and error_message a string; others are passed over, so that an
// application/problem+json of errpact's is read too.
func ParseEnvelope(b []byte) (Envelope, error) {
	var v struct {
		Code    *int32          `json:"error_code"`
		Message *string         `json:"error_message"`
		Details json.RawMessage `json:"details"`
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return Envelope{}, fmt.Errorf("mapping: parse an envelope: %w", err)
	}
	if v.Code == nil || v.Message == nil || v.Details == nil {
		return Envelope{}, errors.New("mapping: parse an envelope: one of error_code, error_message and details is missing")
	}
	if bytes.Equal(v.Details, []byte("null")) {
		v.Details = nil
	}
	return Envelope{*v.Code, *v.Message, v.Details}, nil
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
