// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fieldpath

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Leaf returns the field of which protojson says that its value does not fit, wherever in the message it is. protojson
// knows the last JSON name of its path, and the kind of the value, such as "int32". Of a wrapper, such as
// google.protobuf.Int32Value, and of a map it knows only the name of the field inside, "value", which no caller
// writes: Leaf returns the field that has the wrapper or the map.
//
// It returns nil if no field can be meant, or if several with different names can. The message may be nil.
func Leaf(message protoreflect.MessageDescriptor, json, kind string) (leaf protoreflect.FieldDescriptor) {
	seen := make(map[protoreflect.FullName]bool)
	for next := []protoreflect.MessageDescriptor{message}; len(next) > 0; next = next[1:] {
		m := next[0]
		if m == nil || seen[m.FullName()] || isWrapper(m) || hasOwnJSON[m.FullName()] {
			continue
		}
		seen[m.FullName()] = true
		if m.FullName() == anyName {
			if json == insideName {
				return nil // its value may be a wrapper, or have a map
			}
			continue
		}
		for i := range m.Fields().Len() {
			field := m.Fields().Get(i)
			if isNamed(field, json, kind) {
				if leaf != nil && (leaf.TextName() != field.TextName() || leaf.JSONName() != field.JSONName()) {
					return nil
				}
				leaf = field
			}
			next = append(next, Below(field))
		}
	}
	return leaf
}

// isNamed reports whether protojson calls the field's values by the name and the kind.
func isNamed(field protoreflect.FieldDescriptor, json, kind string) bool {
	inside := field
	if field.IsMap() {
		inside = field.MapValue()
	}
	inside, _ = Unwrapped(inside)
	return inside.JSONName() == json && inside.Kind().String() == kind
}

// Unwrapped returns the field of the value that a wrapper such as google.protobuf.Int32Value wraps, and any other field
// itself. It is ok for a wrapper.
func Unwrapped(field protoreflect.FieldDescriptor) (_ protoreflect.FieldDescriptor, ok bool) {
	if m := field.Message(); m != nil && isWrapper(m) {
		if inside := m.Fields().ByName(insideName); inside != nil {
			return inside, true
		}
	}
	return field, false
}

const (
	// insideName is the name of the field of a wrapper, and of a map's entry.
	insideName = "value"
	anyName    = "google.protobuf.Any"
)

// isWrapper reports whether a message is one of google/protobuf/wrappers.proto, whose JSON is that of its field.
func isWrapper(m protoreflect.MessageDescriptor) bool {
	return strings.HasPrefix(string(m.FullName()), "google.protobuf.") && m.ParentFile().Path() == "google/protobuf/wrappers.proto"
}

// hasOwnJSON are the other messages whose JSON does not name their fields.
// https://protobuf.dev/programming-guides/json/#field-representation
var hasOwnJSON = map[protoreflect.FullName]bool{
	"google.protobuf.Timestamp": true, "google.protobuf.Duration": true, "google.protobuf.FieldMask": true,
	"google.protobuf.Struct": true, "google.protobuf.Value": true, "google.protobuf.ListValue": true,
}
