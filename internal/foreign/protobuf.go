// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"strconv"
	"strings"

	"github.com/errpact/errpact/mapping"
)

// protobufStart is the start of every error that google.golang.org/protobuf makes.
const protobufStart = "proto:"

// protobufInvalidUTF8 is the text for a string that protobuf cannot encode, such as one out of a path.
const protobufInvalidUTF8 = "string field contains invalid UTF-8"

// protobufParts are parts of the texts for input that protobuf and protojson cannot read.
var protobufParts = [...]string{
	"syntax error", "unknown field", "duplicate field", "duplicate map key", "is already set", "unexpected EOF", "invalid character",
	"exceeded max recursion depth", "unable to resolve", "cannot parse", "contains invalid UTF-8", "required field ",
}

func protobufMalformed(text string) bool { return containsAny(text, protobufParts[:]) }

func protobufOutOfRange(text string) bool { return strings.Contains(text, "out of range") }

// normalizeProtobuf replaces the U+00A0 that protobuf puts after "proto:" at random, lest anyone rely on
// its texts.
func normalizeProtobuf(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

// ProtojsonUnknownField reports whether text is that of protojson for a field that the message does not
// have.
func ProtojsonUnknownField(text string) bool { return strings.Contains(text, "unknown field") }

// protojsonValue reads `invalid value for int32 field limit: "x"`.
func protojsonValue(text string) (mapping.Condition, bool) {
	_, field, ok := strings.Cut(text, "invalid value for ")
	if !ok {
		return mapping.ConditionAny, false
	}
	kind, rest, _ := strings.Cut(field, " ")
	_, value, _ := strings.Cut(rest, ": ")
	return conditionOfValue(kind, value), true
}

// protojsonToken distinguishes a value where one of another type belongs from broken syntax.
func protojsonToken(text string) (mapping.Condition, bool) {
	_, token, ok := strings.Cut(text, "unexpected token ")
	if !ok {
		return mapping.ConditionAny, false
	}
	if token != "" && (strings.IndexByte(`{["-tfn`, token[0]) >= 0 || token[0] >= '0' && token[0] <= '9') {
		return mapping.ConditionWrongType, true
	}
	return mapping.ConditionUndecodable, true
}

// protojsonWellKnown reads `invalid google.protobuf.Timestamp value "yesterday"`.
func protojsonWellKnown(text string) (mapping.Condition, bool) {
	if strings.Contains(text, "invalid google.protobuf.") {
		return mapping.ConditionOutOfRange, true
	}
	return mapping.ConditionAny, false
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
