// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"slices"
	"strings"

	"github.com/errpact/errpact/mapping"
)

// gatewayValues are the starts of grpc-gateway's texts for a value of the path or the query that does
// not become a field's.
var gatewayValues = [...]string{"type mismatch, parameter: ", "parsing field ", "parsing list ", "parsing map "}

// gatewayStarts are the starts of its other texts for a request that it cannot decode. The last three
// are those of net/url and mime, which it passes on.
var gatewayStarts = [...]string{
	"missing parameter ", "too many values for field ", "more than one value provided for key ", "field already set for oneof ",
	"invalid path: ", "malformed path escape ", "invalid grpc-timeout: ", "invalid binary header ",
	"invalid URL escape ", "invalid semicolon separator in query", "mime: ",
}

// gatewayNoMap ends the text for a key of a field that is not a map, and jsonWrongType starts encoding/json's
// text for a value of another type, which grpc-gateway passes on.
const (
	gatewayNoMap  = " is not a map"
	jsonWrongType = "json: cannot unmarshal "
)

// gatewayRefused reads the texts that grpc-gateway writes about a request that it cannot decode. Those
// of protojson, which it passes on, are in protobuf.go.
func gatewayRefused(text string) (mapping.Condition, bool) {
	switch {
	case startsWithAny(text, gatewayValues[:]):
		return conditionOfText(text), true
	case startsWithAny(text, gatewayStarts[:]):
		return mapping.ConditionUndecodable, true
	case strings.HasPrefix(text, "field ") && strings.HasSuffix(text, gatewayNoMap), strings.HasPrefix(text, jsonWrongType):
		return mapping.ConditionWrongType, true
	}
	return mapping.ConditionAny, false
}

// notBase64 is a part of encoding/base64's text, which vanguard passes on, too.
const notBase64 = "illegal base64 data"

// gatewayNotAllowed are parts of the texts for a value of the right type that is not allowed.
var gatewayNotAllowed = [...]string{
	"value out of range", " is not valid", " is not a valid value", notBase64, "parsing time ", "time: ", " before 0001-01-01",
}

// conditionOfText reads why a value of the path or the query did not become a field's. All of it is text,
// so bytes, names of an enum and times cannot have the wrong type.
func conditionOfText(text string) mapping.Condition {
	_, unsigned, _ := strings.Cut(text, gatewayUnsigned)
	number, _, _ := strings.Cut(unsigned, `"`)
	if isInteger(number) || containsAny(text, gatewayNotAllowed[:]) {
		return mapping.ConditionOutOfRange
	}
	return mapping.ConditionWrongType
}

// gatewayUnsigned is strconv's text before a value that is no unsigned number, such as -1.
const gatewayUnsigned = `strconv.ParseUint: parsing "`

// GatewayTexts returns the texts that are looked for, for the test that finds each in the source of
// grpc-gateway, or of the package of the standard library whose text it passes on.
func GatewayTexts() []string {
	return slices.Concat([]string{gatewayNoMap, jsonWrongType}, gatewayValues[:], gatewayStarts[:], gatewayNotAllowed[:])
}
