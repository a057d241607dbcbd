// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"strconv"
	"strings"

	"github.com/errpact/errpact/mapping"
)

// decodeFailure tells from the text of an error that a transcoder or a codec wrote what was wrong
// with the request. Neither vanguard nor protojson has types for it, and their texts name Go types
// and positions, which is why they do not go out. A text that is not known is no decode failure. A
// test holds this against the real libraries.
func decodeFailure(text string) (mapping.Condition, bool) {
	// protojson puts U+00A0 after "proto:" at random.
	text = strings.ReplaceAll(text, "\u00a0", " ")
	if fault, _ := parseFault(text); fault != nil {
		return fault.kind.when(), true
	}
	if when, ok := gatewayFailure(text); ok {
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

// isBadFraming knows net/http's texts for a body whose chunks, or the trailers after them, are malformed.
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

// Texts of what is under a transcoder, which it hands on under codes of its own.
const (
	// invalidUTF8 is protobuf's, for a text that it cannot encode, such as one out of a path.
	invalidUTF8 = "string field contains invalid UTF-8"
	// cutShort, badGzipHeader and badGzipSum are those of package gzip.
	cutShort      = "unexpected EOF"
	badGzipHeader = "gzip: invalid header"
	badGzipSum    = "gzip: invalid checksum"
	// unprintable is what vanguard writes where its own text cannot be encoded, since it quotes a byte of
	// the request that is no UTF-8. Other errors come to it as text that can.
	unprintable = "failed to marshal end error"
	// noMessage is that of Connect's handler for gRPC, for an empty body.
	noMessage = "unary request has zero messages"
)

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
