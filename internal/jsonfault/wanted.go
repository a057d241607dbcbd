// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault

// The descriptions of a fault: they are fixed, so that a caller may match them. They are written as what is
// wanted.
const (
	WantJSON      = "want valid JSON"
	WantField     = "want a field that there is"
	WantOnce      = "want the field once"
	WantOneOf     = "want one field of those that exclude each other"
	WantValue     = "want a value"
	WantOtherType = "want a value of another type"
	WantAllowed   = "want a value that is allowed"
	WantObject    = "want an object"
	WantArray     = "want an array"
	WantSaid      = "want what the message's definition says"

	// wantFields is WantField in the text of a fault that names several fields.
	wantFields = "want fields that there are"
)

// Wanted describes the values of a field in JSON's words. The type is the one that a .proto has for it, such
// as "int32"; empty is one that is not known.
func Wanted(kind Kind, protoType string) string {
	switch protoType {
	case "enum":
		return "want the name of one of the enum's values"
	case "bytes":
		return "want text in base64"
	case "string":
		return "want text"
	case "bool":
		return "want true or false"
	case "float", "double":
		if kind == NotAllowed {
			return "want a number within range"
		}
		return "want a number"
	case "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64":
		if kind == NotAllowed {
			return "want a whole number within range"
		}
		return "want a whole number"
	}
	switch kind {
	case UnknownField:
		return WantField
	case Required:
		return WantValue
	case WrongType:
		return WantOtherType
	case NotAllowed:
		return WantAllowed
	}
	return WantSaid
}
