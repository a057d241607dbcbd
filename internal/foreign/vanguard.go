// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
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

// vanguardParts are parts of vanguard's texts for a request that it cannot read.
var vanguardParts = [...]string{
	"request should have no body", "JSON should be an object", "unsupported message type", "in field path ",
	vanguardUnencodable,
}

func vanguardMalformed(text string) bool {
	return text == vanguardNoName || containsAny(text, vanguardParts[:])
}

func vanguardUnknownEnum(text string) bool { return strings.Contains(text, "unknown enum: ") }

// vanguardTooLarge reads `max buffer size (1048576) exceeded`, and the same of a Content-Length.
func vanguardTooLarge(text string) bool {
	return strings.HasSuffix(text, ") exceeded") &&
		(strings.Contains(text, "max buffer size (") || strings.Contains(text, "content length ("))
}

// vanguardParameter reads `invalid parameter "limit" value for type "int32": x`. A parameter whose field
// is a message cannot be decoded at all.
func vanguardParameter(text string) (mapping.Condition, bool) {
	_, parameter, ok := strings.Cut(text, "invalid parameter ")
	if !ok || strings.Contains(parameter, "unsupported message type") {
		return mapping.ConditionAny, false
	}
	_, typed, ok := strings.Cut(parameter, ` value for type "`)
	switch {
	case strings.Contains(parameter, notBase64):
		return mapping.ConditionOutOfRange, true
	case !ok:
		return mapping.ConditionWrongType, true
	}
	kind, value, _ := strings.Cut(typed, `": `)
	return conditionOfValue(kind, value), true
}
