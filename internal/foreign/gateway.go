// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"slices"
	"strings"

	"github.com/errpact/errpact/internal/foreign/format"
	"github.com/errpact/errpact/mapping"
)

// gatewayDecode starts the text of generated code for a message of a stream that its marshaler cannot decode.
const gatewayDecode = "Failed to decode request: "

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

// gatewayBodies are the whole texts for a body. Those of enums are for one that is an enum, or has them in a list: in a
// message, protojson decodes them. The last two are strconv's, for a map's key, and encoding/base64's.
var gatewayBodies = [...]gatewayBody{
	{gatewayUnknown, mapping.ConditionUndecodable},
	{gatewayUntyped, mapping.ConditionUndecodable},
	{"JSON structure did not match request type", mapping.ConditionWrongType},
	{"unmarshaling of symbolic enum %q not supported: %T", mapping.ConditionOutOfRange},
	{gatewayEnum, mapping.ConditionOutOfRange},
	{"cannot assign %#v into Go type %T", mapping.ConditionWrongType},
	{"unable to unmarshal non proto field", mapping.ConditionUndecodable},
	{gatewayKey, mapping.ConditionAny}, // as of a parameter
	{notBase64 + " at input byte %d", mapping.ConditionOutOfRange},
}

type gatewayBody struct {
	format    string
	condition mapping.Condition
}

// The formats for an object out of which grpc-gateway makes a field mask, for a number that is not an enum's, and
// strconv's.
const (
	gatewayUnknown = "could not find field %q in %q"
	gatewayUntyped = "could not find field @type in %q in message %q"
	gatewayEnum    = "%v is not a valid value for enum %T"
	gatewayKey     = "strconv.Parse%s: parsing %q: %s"
)

// gatewayRefused reads the texts that grpc-gateway writes about a request that it cannot decode. Those
// of protojson, which it passes on, are in protobuf.go.
func gatewayRefused(text string) (mapping.Condition, bool) {
	text = strings.TrimPrefix(text, gatewayDecode)
	switch {
	case startsWithAny(text, gatewayValues[:]):
		return conditionOfText(text), true
	case startsWithAny(text, gatewayStarts[:]):
		return mapping.ConditionUndecodable, true
	case strings.HasPrefix(text, "field ") && strings.HasSuffix(text, gatewayNoMap):
		return mapping.ConditionWrongType, true
	case strings.HasPrefix(text, jsonWrongType):
		return conditionOfJSON(text), true
	}
	return mapping.ConditionAny, false
}

// FrontFailure is [DecodeFailure] for a text that grpc-gateway may have written about a body, or else a handler in its
// process. Under the code that both have, nothing else tells them apart. Of protobuf's texts, those that are not known
// are about a request that cannot be decoded, too.
func FrontFailure(text string) (mapping.Condition, bool) {
	if condition, ok := DecodeFailure(text); ok {
		return condition, true
	}
	if _, ok := protobufText(normalizeProtobuf(text)); ok {
		return mapping.ConditionUndecodable, true
	}
	text = strings.TrimPrefix(text, gatewayDecode)
	for _, body := range gatewayBodies {
		switch {
		case !body.fits(text):
		case body.condition == mapping.ConditionAny:
			return conditionOfText(text), true
		default:
			return body.condition, true
		}
	}
	return mapping.ConditionAny, false
}

// fits reports whether a text has the format. A type that ends it is of some package, and an enum's number is one.
func (b gatewayBody) fits(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	last := text[strings.LastIndexByte(text, ' ')+1:]
	return format.Fits(b.format, text) && (b.format != gatewayEnum || isNumber(first)) &&
		(!strings.HasSuffix(b.format, "%T") || strings.Contains(last, "."))
}

// conditionOfJSON reads `json: cannot unmarshal number 99999999999 into Go value of type int32`.
func conditionOfJSON(text string) mapping.Condition {
	value, kind, _ := strings.Cut(strings.TrimPrefix(text, jsonWrongType+"number "), " into Go value of type ")
	switch kind {
	case "float32":
		kind = "float"
	case "float64":
		kind = "double"
	}
	return conditionOfValue(kind, value)
}

// notBase64 is a part of encoding/base64's text, which vanguard passes on, too.
const notBase64 = "illegal base64 data"

// gatewayNotAnEnums ends the text for a name that the enum of a parameter does not have.
const gatewayNotAnEnums = " is not valid"

// gatewayNotAllowed are parts of the texts for a value of the right type that is not allowed.
var gatewayNotAllowed = [...]string{
	"value out of range", gatewayNotAnEnums, " is not a valid value", notBase64, "parsing time ", "time: ", " before 0001-01-01",
}

// conditionOfText reads why a value of the path or the query did not become a field's. All of it is text,
// so bytes, names of an enum and times cannot have the wrong type.
func conditionOfText(text string) mapping.Condition {
	_, unsigned, _ := strings.Cut(text, gatewayUnsigned)
	number, _, _ := strings.Cut(unsigned, `"`)
	notAnEnums := strings.HasSuffix(text, gatewayNotAnEnums) // where the value before it has no quotes
	text = withoutQuotes(text)
	if notAnEnums || isInteger(number) || containsAny(text, gatewayNotAllowed[:]) || strings.Contains(text, "invalid google.protobuf.") {
		return mapping.ConditionOutOfRange
	}
	return mapping.ConditionWrongType
}

// gatewayUnsigned is strconv's text before a value that is no unsigned number, such as -1.
const gatewayUnsigned = `strconv.ParseUint: parsing "`

// GatewayTexts returns the texts that are looked for, for the test that finds each in the source of
// grpc-gateway, or of the package of the standard library whose text it passes on.
func GatewayTexts() []string {
	return slices.Concat([]string{gatewayNoMap, gatewayDecode, jsonWrongType}, gatewayValues[:], gatewayStarts[:], gatewayNotAllowed[:])
}

// GatewayBodyFormats returns the formats of the texts for a body, for the test that provokes each.
func GatewayBodyFormats() (formats []string) {
	for _, body := range gatewayBodies {
		formats = append(formats, body.format)
	}
	return formats
}
