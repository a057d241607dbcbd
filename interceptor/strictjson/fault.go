// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"strings"
	"unicode"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

// faultOf returns the fault that the text of an error describes.
func faultOf(path string, err error, fd protoreflect.FieldDescriptor) *jsonfault.Fault {
	kind, text := jsonfault.Syntax, "want what the message's definition says"
	switch condition, _ := foreign.DecodeFailure(err.Error()); condition {
	case mapping.ConditionWrongType:
		kind, text = jsonfault.WrongType, "want a value of another type"
	case mapping.ConditionOutOfRange:
		kind, text = jsonfault.NotAllowed, "want a value that is allowed"
	}
	if foreign.ProtojsonUnknownField(err.Error()) {
		kind, text = jsonfault.UnknownField, "want a field that there is"
	}
	if fd != nil && kind == jsonfault.WrongType {
		switch {
		case fd.IsMap():
			text = "want an object"
		case fd.IsList():
			text = "want an array"
		}
	}
	return jsonfault.New(kind, path, text)
}

// wanted describes the values of a scalar field in JSON's words.
func wanted(fd protoreflect.FieldDescriptor, kind jsonfault.Kind) string {
	switch fd.Kind() {
	case protoreflect.EnumKind:
		return "want the name of one of the enum's values"
	case protoreflect.BytesKind:
		return "want text in base64"
	case protoreflect.StringKind:
		return "want text"
	case protoreflect.BoolKind:
		return "want true or false"
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return "want a number within range"
	}
	if kind == jsonfault.NotAllowed {
		return "want a whole number within range"
	}
	return "want a whole number"
}

// Bounds in bytes. The name of an unknown field is the caller's own text.
const (
	maxPath = 256
	maxName = 64
)

// join returns the path to a member. It leaves the member out of a path that would be too long.
func join(path, key string) string {
	key = clean(key)
	if path == "" {
		return key
	}
	if len(path)+len(key) > maxPath {
		return path
	}
	return path + "." + key
}

// clean makes a caller's text fit for one line, and cuts it.
func clean(text string) string {
	var b strings.Builder
	for _, r := range text {
		if !unicode.IsPrint(r) {
			r = '\uFFFD'
		}
		if b.Len() >= maxName {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
