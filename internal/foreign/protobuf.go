// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"strconv"
	"strings"

	"github.com/errpact/errpact/mapping"
)

// protobufStart starts every error that google.golang.org/protobuf makes.
const protobufStart = "proto: "

// protobufInvalidUTF8 is the text for a string that protobuf cannot encode, such as one out of a path.
const protobufInvalidUTF8 = "string field contains invalid UTF-8"

// protobufParts are parts of the texts for input that protobuf and protojson cannot read. Some are of encoding/json's as
// well, which grpc-gateway passes on.
var protobufParts = [...]string{
	"syntax error", "unknown field", "duplicate field", "duplicate map key", "is already set", "unexpected EOF", "invalid character",
	"exceeded max recursion depth", "exceeded maximum recursion depth", "unable to resolve", "cannot parse", "contains invalid UTF-8", "required field ",
}

func protobufMalformed(text string) bool { return containsAny(text, protobufParts[:]) }

// normalizeProtobuf replaces the U+00A0 that protobuf puts after "proto:" at random, lest anyone rely on
// its texts.
func normalizeProtobuf(text string) string {
	return strings.ReplaceAll(text, "proto:\u00a0", protobufStart)
}

// protobufText returns a text of protobuf's without its start, and without what Connect and grpc-gateway write before it.
func protobufText(text string) (string, bool) {
	before, text, ok := strings.Cut(text, protobufStart)
	return text, ok && (before == "" || startsWithAny(before, protobufBefore[:]))
}

// protobufBefore has the words of Connect and grpc-gateway before a codec's text. The name of a Go type may follow.
var protobufBefore = [...]string{connectUnmarshal, "unmarshal into ", gatewayDecode}

// protobufFailure reads a text of protobuf's that tells a place. The others are known by their parts.
func protobufFailure(text string) (mapping.Condition, bool) {
	text, ok := protobufText(text)
	if _, _, placed, isPlaced := protojsonPlace(text); ok && isPlaced {
		return protojsonFailure(placed), true
	}
	return mapping.ConditionAny, false
}

// protobufEncoding starts protojson's texts for a well-known type that it cannot encode: decoding, it writes a place
// before the name.
const protobufEncoding = protobufStart + "google.protobuf."

// protobufRefused reports whether a text may be protobuf's for input that it cannot decode.
func protobufRefused(text string) bool {
	text = normalizeProtobuf(text)
	return strings.HasPrefix(text, protobufStart) && !strings.HasPrefix(text, protobufEncoding)
}

// ProtojsonUnknownField reports whether text is that of protojson for a field that the message does not
// have.
func ProtojsonUnknownField(text string) bool {
	text, _ = protobufText(normalizeProtobuf(text))
	_, _, text, _ = protojsonPlace(text)
	return strings.HasPrefix(text, protojsonUnknown)
}

// protojsonPlace reads the place out of `(line 1:10): unknown field "x"` and `syntax error (line 1:1): unexpected
// token [`. What comes before it quotes nothing.
func protojsonPlace(text string) (line, column int, rest string, ok bool) {
	before, text, found := strings.Cut(text, "(line ")
	place, rest, closed := strings.Cut(text, "): ")
	first, second, _ := strings.Cut(place, ":")
	line, column = number(first), number(second)
	return line, column, rest, found && closed && line > 0 && column > 0 && !strings.Contains(before, `"`)
}

// The starts of protojson's texts after a place.
const (
	protojsonInvalid = "invalid value for "
	protojsonToken   = "unexpected token "
	protojsonUnknown = "unknown field "
	protojsonMask    = "google.protobuf.FieldMask.paths contains invalid path: "
)

// protojsonFailure reads what follows a place.
func protojsonFailure(text string) mapping.Condition {
	if value, ok := strings.CutPrefix(text, protojsonInvalid); ok {
		kind, rest, _ := strings.Cut(value, " ")
		_, token, _ := strings.Cut(rest, ": ")
		return conditionOfValue(kind, token)
	}
	if token, ok := strings.CutPrefix(text, protojsonToken); ok && startsValue(token) {
		return mapping.ConditionWrongType
	}
	if _, ok := protojsonWellKnown(text); ok || strings.HasPrefix(text, protojsonMask) {
		return mapping.ConditionOutOfRange
	}
	return mapping.ConditionUndecodable
}

// startsValue distinguishes a value where one of another type belongs from broken syntax.
func startsValue(token string) bool {
	return token != "" && (strings.IndexByte(`{["-tfn`, token[0]) >= 0 || token[0] >= '0' && token[0] <= '9')
}

// protojsonWellKnown returns the value in `invalid google.protobuf.Timestamp value "yesterday"`,
// `google.protobuf.Duration value out of range: "999999999999s"` and `invalid google.protobuf.Value: 1e999`.
func protojsonWellKnown(text string) (token string, ok bool) {
	text, invalid := strings.CutPrefix(text, "invalid ")
	text, ok = strings.CutPrefix(text, "google.protobuf.")
	text = strings.TrimLeft(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
	for _, known := range [...]struct {
		before  string
		invalid bool
	}{{" value out of range: ", false}, {" value ", true}, {": ", true}} {
		if token, found := strings.CutPrefix(text, known.before); ok && found && invalid == known.invalid {
			return token, true
		}
	}
	return "", false
}

// conditionOfValue distinguishes a value of the wrong type from one of the right type that is not
// allowed. An enum takes a name or a number, and a number may be written as a string, as bytes must be.
// Of the messages, such as a time, only those that are written as a string are values of a parameter.
func conditionOfValue(kind, value string) mapping.Condition {
	switch kind {
	case "enum":
		if strings.HasPrefix(value, `"`) || isNumber(value) {
			return mapping.ConditionOutOfRange
		}
	case "bytes":
		if strings.HasPrefix(value, `"`) {
			return mapping.ConditionOutOfRange
		}
	case "message":
		return mapping.ConditionOutOfRange
	case "float", "double":
		if isNumber(strings.Trim(value, `"`)) {
			return mapping.ConditionOutOfRange
		}
	case "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64":
		if isInteger(strings.Trim(value, `"`)) {
			return mapping.ConditionOutOfRange
		}
	}
	return mapping.ConditionWrongType
}

func isInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

// isNumber accepts numbers of any size: one too large for a float64 is still a number.
func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || strings.HasSuffix(err.Error(), strconv.ErrRange.Error())
}
