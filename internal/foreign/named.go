// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/foreign/format"
)

// Named has the parts of a decoder's text about the field that it could not decode. All of it is somebody else's
// text: whoever answers with a name has to know that it is the caller's own, or this process's.
type Named struct {
	// What is wrong with the field.
	What What
	// Name is the field's: in JSON of a body's, and in the .proto of a parameter's. It is empty where only the
	// place is known, and the key as it stands in the body where that is unknown.
	Name string
	// Full is the full name of a required field.
	Full string
	// Type is the field's in the .proto, such as "int32"; empty where it is not known.
	Type string
	// Parameter says that it is of the path or the query. Leaf says that Name is the last element of its path.
	Parameter, Leaf bool
	// Line and Column say where in the body it is, from 1; they are 0 where that is not known. The body is what the
	// decoder got: a part of the request's, or the request's with something around it.
	Line, Column int
	// Token is the JSON that stands there. It is empty for text of which Path is one of the comma-separated parts.
	Token, Path string
	// Around says that the field is the object around the place.
	Around bool
}

// What says what is wrong with a field.
type What uint8

// What can be wrong with a field. The zero What is a value that does not fit, for which see [DecodeFailure].
const (
	BadValue What = iota
	// BadKey is the key of a map.
	BadKey
	// Unknown is a field that the message does not have.
	Unknown
	// Unsupported is a field that cannot be a parameter.
	Unsupported
	// Missing is a required field without a value.
	Missing
	// Twice is a field with more than one value, and TwiceKey an entry of a map.
	Twice
	TwiceKey
	// Excluded is a field of a oneof that has another one already.
	Excluded
)

// FieldNamed returns what a decoder's text says about a field. It is not ok for a text that names none and tells
// no place, and for one that [DecodeFailure] does not know.
func FieldNamed(text string) (n Named, ok bool) {
	text = TrimConnectUnmarshal(normalizeProtobuf(text))
	for _, read := range [...]func(string) (Named, bool){gatewayNames, gatewayBodyNames, vanguardNames, protojsonNames, protobufNames} {
		if n, ok := read(text); ok {
			return n, true
		}
	}
	return Named{}, false
}

// gatewayQuoted are the starts of grpc-gateway's texts with the last name of a parameter's path in quotes.
var gatewayQuoted = [...]struct {
	start string
	what  What
}{
	{"parsing field ", BadValue}, {"parsing list ", BadValue}, {"parsing map key ", BadValue}, {"parsing map value ", BadValue},
	{"too many values for field ", Twice}, {"duplicate field ", Twice}, {"invalid path: ", Unknown}, {"field ", BadValue},
}

const (
	gatewayMismatch = "type mismatch, parameter: "
	gatewayMissing  = "missing parameter "
	gatewayTwice    = "more than one value provided for key "
)

// gatewayNames reads grpc-gateway's texts about a parameter.
func gatewayNames(text string) (Named, bool) {
	if _, refused := gatewayRefused(text); !refused && !strings.HasPrefix(text, "duplicate field ") {
		return Named{}, false
	}
	n := Named{Parameter: true, Leaf: true}
	if rest, ok := strings.CutPrefix(text, gatewayMismatch); ok {
		n.Name, _, _ = strings.Cut(rest, ", ")
		n.Leaf, n.Type = false, gatewayType(text)
		return n, true
	}
	if rest, ok := strings.CutPrefix(text, gatewayMissing); ok {
		n.Name, n.What, n.Leaf = rest, Missing, false
		return n, true
	}
	if strings.HasPrefix(text, gatewayTwice) {
		full, err := strconv.Unquote(text[strings.LastIndexByte(text, ' ')+1:])
		n.Name, n.What = full[strings.LastIndexByte(full, '.')+1:], Twice
		return n, err == nil
	}
	for _, quoted := range gatewayQuoted {
		if rest, ok := strings.CutPrefix(text, quoted.start); ok {
			n.Name, ok = unquoted(rest)
			n.What, n.Type = quoted.what, gatewayType(text)
			return n, ok
		}
	}
	return Named{}, false
}

// gatewayBodyNames reads grpc-gateway's texts about a field of the object that it makes a field mask of.
func gatewayBodyNames(text string) (n Named, ok bool) {
	rest := ""
	switch {
	case format.Fits(gatewayUnknown, text):
		rest, n.What = strings.TrimPrefix(text, "could not find field "), Unknown
	case format.Fits(gatewayUntyped, text):
		rest = strings.TrimPrefix(text, "could not find field @type in ")
	}
	n.Name, ok = unquoted(rest)
	return n, ok
}

// gatewayType returns the type that a value was to have, as far as the text of the conversion tells it.
func gatewayType(text string) string {
	if strings.HasSuffix(text, gatewayNotAnEnums) { // where the value before it has no quotes
		return "enum"
	}
	text = withoutQuotes(text)
	for _, known := range [...]struct{ part, protoType string }{
		{"strconv.ParseInt: ", "int64"}, {"strconv.ParseUint: ", "uint64"}, {"strconv.ParseFloat: ", "double"}, {"strconv.ParseBool: ", "bool"}, {`: invalid syntax "`, "double"},
		{notBase64, "bytes"}, {" is not a valid value", "enum"},
	} {
		if strings.Contains(text, known.part) {
			return known.protoType
		}
	}
	return ""
}

// vanguardNames reads vanguard's texts about a parameter.
func vanguardNames(text string) (n Named, ok bool) {
	n.Parameter = true
	for _, start := range [...]string{"unknown field in field path ", "in field path "} {
		if rest, found := strings.CutPrefix(text, start); found {
			n.Name, ok = unquoted(rest)
			n.What = Unknown
			return n, ok
		}
	}
	name, rest, ok := vanguardInvalid(text)
	if !ok {
		return Named{}, false
	}
	n.Name = name
	if kind, _, typed := vanguardValue(rest); typed {
		n.Type = kind
	} else if strings.HasPrefix(rest, vanguardEnum) {
		n.Type = "enum"
	} else if strings.HasPrefix(rest, ": "+notBase64) {
		n.Type = "bytes"
	} else if strings.HasPrefix(rest, ": "+vanguardUnsupported) {
		n.What = Unsupported
	}
	return n, true
}

// unquoted returns the quoted text at the start of another.
func unquoted(text string) (string, bool) {
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", false
	}
	name, err := strconv.Unquote(quoted)
	return name, err == nil && name != ""
}

// protojsonNames reads protojson's texts about a place in a body: `(line 1:10): unknown field "x"`.
func protojsonNames(text string) (n Named, ok bool) {
	n.Line, n.Column, text, ok = protojsonPlace(text)
	if !ok {
		return Named{}, false
	}
	if value, ok := strings.CutPrefix(text, protojsonInvalid); ok {
		return n.ofValue(value)
	}
	if quoted, ok := strings.CutPrefix(text, protojsonMask); ok {
		path, err := strconv.Unquote(quoted)
		n.Path = path
		return n, err == nil
	}
	if n.Token, ok = protojsonWellKnown(text); ok {
		return n, true
	}
	if n.Token, n.Around = protojsonAny(text); n.Around {
		return n, true
	}
	if text == protojsonUntyped {
		n.Token = "{"
		return n, true
	}
	for _, known := range [...]struct {
		start, end string
		what       What
	}{
		{protojsonUnknown, "", Unknown}, {"duplicate field ", "", Twice}, {"duplicate map key ", "", TwiceKey},
		{"error parsing ", ", oneof ", Excluded}, {protojsonToken, "", BadValue},
	} {
		token, ok := strings.CutPrefix(text, known.start)
		if !ok {
			continue
		}
		if known.end != "" {
			token, _, ok = strings.Cut(token, known.end)
		}
		if known.what == BadValue {
			ok = startsValue(token) // else it is broken syntax
		}
		n.What, n.Token = known.what, token
		return n, ok && token != ""
	}
	return Named{}, false
}

// protojsonUntyped is the text for a google.protobuf.Any without a type, which a codec that ignores unknown fields takes. It
// tells the place of the Any itself.
const protojsonUntyped = `missing "@type" field`

// protojsonAny reads the texts for a google.protobuf.Any that has no type, or no value of that type. The token stands
// within its object, or ends it.
func protojsonAny(text string) (token string, ok bool) {
	switch text {
	case `duplicate "@type" field`:
		return `"@type"`, true
	case `duplicate "value" field`:
		return `"value"`, true
	case "@type field contains empty value":
		return `""`, true
	case `missing "value" field`:
		return "}", true
	}
	if token, ok = strings.CutPrefix(text, "@type field value is not a string: "); ok {
		return token, true
	}
	// The same text without quotes at its end is about an extension.
	token, ok = strings.CutPrefix(text, "unable to resolve ")
	end := strings.LastIndex(token, `: "`)
	return token[:max(end, 0)], ok && end > 0 && strings.HasSuffix(token, `"`)
}

// ofValue reads `int32 field limit: "x"`, and `int32 key: "x"`.
func (n Named) ofValue(text string) (Named, bool) {
	n.Type, text, _ = strings.Cut(text, " ")
	name, token, ok := strings.Cut(text, ": ")
	n.Token = token
	if name == "key" {
		n.What = BadKey
		return n, ok
	}
	n.Name, ok = strings.CutPrefix(name, "field ")
	return n, ok
}

// protobufNames reads `required field acme.v1.Order.name not set`.
func protobufNames(text string) (n Named, ok bool) {
	if own, is := protobufText(text); is {
		text = own
	}
	if text, ok = strings.CutPrefix(text, "required field "); !ok {
		return Named{}, false
	}
	n.Full, ok = strings.CutSuffix(text, " not set")
	n.What = Missing
	return n, ok && n.Full != ""
}

// number returns 0 for what is not one of at most nine digits.
func number(s string) int {
	n, err := strconv.ParseUint(s, 10, 30)
	if err != nil {
		return 0
	}
	return int(n)
}
