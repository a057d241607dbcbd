// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package decodefailure

import (
	"strings"

	"github.com/errpact/errpact/mapping"
)

// whenOfGateway reads what grpc-gateway writes of a request that it could not decode. What it passes on
// from protojson is not its own. A test in interceptor/gateway holds this against the real library.
func whenOfGateway(text string) (mapping.Condition, bool) {
	for _, start := range [...]string{"type mismatch, parameter: ", "parsing field ", "parsing list ", "parsing map "} {
		if strings.HasPrefix(text, start) {
			return whenOfText(text), true
		}
	}
	for _, start := range [...]string{
		"missing parameter ", "too many values for field ", "more than one value provided for key ", "field already set for oneof ",
		"invalid path: ", "malformed path escape ", "invalid grpc-timeout: ", "invalid binary header ", "invalid URL escape ",
		"invalid semicolon separator in query", "mime: ",
	} {
		if strings.HasPrefix(text, start) {
			return mapping.ConditionUndecodable, true
		}
	}
	if strings.HasPrefix(text, "field ") && strings.HasSuffix(text, " is not a map") {
		return mapping.ConditionWrongType, true
	}
	if strings.HasPrefix(text, "json: cannot unmarshal ") {
		return mapping.ConditionWrongType, true
	}
	return mapping.ConditionAny, false
}

// whenOfText reads how a value of the path or the query did not become a field's: all of it is text,
// and so bytes, names of an enum, and times have no other type to be of.
func whenOfText(text string) mapping.Condition {
	for _, known := range [...]string{
		"value out of range", " is not valid", " is not a valid value", "illegal base64 data", "parsing time ", "time: ", " before 0001-01-01",
	} {
		if strings.Contains(text, known) {
			return mapping.ConditionOutOfRange
		}
	}
	return mapping.ConditionWrongType
}
