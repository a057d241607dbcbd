// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"strconv"
	"strings"

	"github.com/errpact/errpact/mapping"
)

// vanguardUnencodable is the text that vanguard writes when its own text cannot be encoded, since that
// quotes a byte of the request that is not UTF-8. Errors from elsewhere reach vanguard as valid text.
const vanguardUnencodable = "failed to marshal end error"

// vanguardNoName is vanguard's text for a parameter without a name.
const vanguardNoName = "empty field path"

// vanguardStarts are the starts of vanguard's own texts. It sends them with the code unknown.
var vanguardStarts = [...]string{"unknown field in field path", "in field path ", "request should have no body", "JSON "}

// vanguardUnsupported starts the reason why a field cannot be a parameter.
const vanguardUnsupported = "unsupported message type"

// vanguardParts are parts of vanguard's texts for a request that it cannot read.
var vanguardParts = [...]string{
	"request should have no body", "JSON should be an object", vanguardUnsupported, "in field path ",
	vanguardUnencodable,
}

func vanguardMalformed(text string) bool {
	return text == vanguardNoName || containsAny(text, vanguardParts[:])
}

// vanguardTooLarge reads `max buffer size (1048576) exceeded`, and the same of a Content-Length.
func vanguardTooLarge(text string) bool {
	return strings.HasSuffix(text, ") exceeded") &&
		(strings.Contains(text, "max buffer size (") || strings.Contains(text, "content length ("))
}

// vanguardEnum starts the reason why a parameter is not an enum's.
const vanguardEnum = ": unknown enum: "

// vanguardInvalid reads the name out of `invalid parameter "limit" value for type "int32": x`. The rest is about the
// value, and ends with it.
func vanguardInvalid(text string) (name, rest string, ok bool) {
	text, ok = strings.CutPrefix(text, "invalid parameter ")
	quoted, err := strconv.QuotedPrefix(text)
	if !ok || err != nil {
		return "", "", false
	}
	name, err = strconv.Unquote(quoted)
	return name, text[len(quoted):], err == nil && name != ""
}

// vanguardValue reads the type and the value out of what [vanguardInvalid] left.
func vanguardValue(rest string) (kind, value string, ok bool) {
	typed, ok := strings.CutPrefix(rest, ` value for type "`)
	kind, value, _ = strings.Cut(typed, `": `)
	return kind, value, ok
}

// vanguardParameter reads why a parameter has no value. One whose field is a message cannot be decoded at all.
func vanguardParameter(text string) (mapping.Condition, bool) {
	_, rest, ok := vanguardInvalid(text)
	if !ok {
		return mapping.ConditionAny, false
	}
	kind, value, typed := vanguardValue(rest)
	switch {
	case typed && kind != "message" && strings.HasPrefix(value, `"`): // here, a number is never in quotes
		return mapping.ConditionWrongType, true
	case typed:
		return conditionOfValue(kind, value), true
	case strings.HasPrefix(rest, ": "+vanguardUnsupported):
		return mapping.ConditionUndecodable, true
	case strings.HasPrefix(rest, vanguardEnum) || strings.HasPrefix(rest, ": "+notBase64):
		return mapping.ConditionOutOfRange, true
	}
	return mapping.ConditionWrongType, true
}

// MessageParameter returns the name of a parameter whose field is a message, and its value, which vanguard's text says
// is wrong. The type that the value should have is the message's own.
func MessageParameter(text string) (name, value string, ok bool) {
	name, rest, ok := vanguardInvalid(normalizeProtobuf(text))
	kind, value, typed := vanguardValue(rest)
	return name, value, ok && typed && kind == "message"
}

// WrappedFailure distinguishes values of a wrapper, such as google.protobuf.Int32Value, as [DecodeFailure] does others. A
// parameter has no quotes around a value that is text.
func WrappedFailure(kind, value string) mapping.Condition {
	switch kind {
	case "bytes", "string":
		return mapping.ConditionOutOfRange
	}
	return conditionOfValue(kind, value)
}
