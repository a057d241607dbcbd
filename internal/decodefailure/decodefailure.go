// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package decodefailure reads the texts of others' errors: those of a codec, a transcoder or net/http
// for a request that they could not decode. These libraries have no types for it. Their texts name Go
// types and positions, so no text goes out to a caller; it chooses the entry. Tests hold the texts
// against the real libraries.
//
// All functions are pure, and take any text.
package decodefailure

import (
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

// When returns the condition of the fallback for what was wrong with the request. It reports false for
// a text that is no decode failure's.
func When(text string) (mapping.Condition, bool) {
	// protojson puts U+00A0 after "proto:" at random.
	text = strings.ReplaceAll(text, "\u00a0", " ")
	if fault, _ := jsonfault.Parse(text); fault != nil {
		return fault.Kind.When(), true
	}
	if when, ok := whenOfGateway(text); ok {
		return when, true
	}
	switch {
	case isTooLarge(text):
		return mapping.ConditionTooLarge, true
	case strings.Contains(text, "unknown enum: "), strings.Contains(text, "out of range"):
		return mapping.ConditionOutOfRange, true
	}
	if _, value, ok := strings.Cut(text, "invalid value for "); ok {
		return whenOfField(value), true
	}
	if _, parameter, ok := strings.Cut(text, "invalid parameter "); ok && !strings.Contains(parameter, "unsupported message type") {
		return whenOfParameter(parameter), true
	}
	if _, token, ok := strings.Cut(text, "unexpected token "); ok {
		return whenOfToken(token), true
	}
	if strings.Contains(text, "invalid google.protobuf.") {
		return mapping.ConditionOutOfRange, true
	}
	for _, known := range [...]string{
		"syntax error", "unknown field", "duplicate field", "duplicate map key", "is already set",
		"request should have no body", "unexpected EOF", "JSON should be an object", "invalid character",
		"unmarshal message", "exceeded max recursion depth", "unable to resolve", "cannot parse", "contains invalid UTF-8",
		"unsupported message type", "required field ", "parse timeout: ", "in field path ",
		noMessage, badGzipHeader, badGzipSum, unprintable,
	} {
		if strings.Contains(text, known) {
			return mapping.ConditionUndecodable, true
		}
	}
	if isBadFraming(text) {
		return mapping.ConditionUndecodable, true
	}
	return mapping.ConditionAny, false
}

// isBadFraming recognises net/http's texts for a body whose chunks, or the trailers after them, are malformed.
func isBadFraming(text string) bool {
	for _, known := range [...]string{
		"chunk length", "malformed chunked encoding", "chunked encoding contains too much non-data", "chunked line",
		"header line too long", "malformed MIME header", "suspiciously long trailer after chunked body",
	} {
		if strings.Contains(text, known) {
			return true
		}
	}
	return false
}

func isTooLarge(text string) bool {
	return strings.Contains(text, "larger than configured max") ||
		strings.Contains(text, "http.MaxBytesReader limit") ||
		strings.Contains(text, "request body too large") ||
		strings.HasSuffix(text, ") exceeded") &&
			(strings.Contains(text, "max buffer size (") || strings.Contains(text, "content length ("))
}

// whenOfField reads protojson's `int32 field limit: "x"`.
func whenOfField(text string) mapping.Condition {
	kind, rest, _ := strings.Cut(text, " ")
	_, value, _ := strings.Cut(rest, ": ")
	return whenOfValue(kind, value)
}

// whenOfParameter reads vanguard's `"limit" value for type "int32": x`.
func whenOfParameter(text string) mapping.Condition {
	_, typed, ok := strings.Cut(text, ` value for type "`)
	if !ok {
		return mapping.ConditionWrongType
	}
	kind, value, _ := strings.Cut(typed, `": `)
	return whenOfValue(kind, value)
}

// whenOfValue tells a value of the wrong type from one of the right type that is not allowed. An
// enum takes a name or a number, and a number may be written as a string, as bytes must be. Of a
// message, such as a time, only those that are written as a string are values of a parameter.
func whenOfValue(kind, value string) mapping.Condition {
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

// isNumber takes numbers of any size: one too large for a float64 is a number all the same.
func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || strings.HasSuffix(err.Error(), strconv.ErrRange.Error())
}

// whenOfToken tells a value that came where one of another type belongs from broken syntax.
func whenOfToken(token string) mapping.Condition {
	if token != "" && (strings.IndexByte(`{["-tfn`, token[0]) >= 0 || token[0] >= '0' && token[0] <= '9') {
		return mapping.ConditionWrongType
	}
	return mapping.ConditionUndecodable
}
