// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/errpact/errpact/internal/fieldpath"
)

// missing returns the path to a required field that the body lacks, or an empty path. Only proto2 has required
// fields. The options allow a message that lacks some.
func missing(md protoreflect.MessageDescriptor, data []byte, options protojson.UnmarshalOptions) string {
	m := dynamicpb.NewMessage(md)
	if options.Unmarshal(data, m) != nil {
		return ""
	}
	return missingIn("", m)
}

// missingIn goes through the fields in their order, and through a map's entries in the order of their keys, so
// that the same body always gives the same path.
func missingIn(path string, m protoreflect.Message) string {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		at := fieldpath.Join(path, fd.JSONName())
		if !m.Has(fd) {
			if fd.Cardinality() == protoreflect.Required {
				return at
			}
			continue
		}
		if found := missingBelow(at, fd, m.Get(fd)); found != "" {
			return found
		}
	}
	return ""
}

func missingBelow(at string, fd protoreflect.FieldDescriptor, value protoreflect.Value) (found string) {
	switch {
	case fd.IsMap() && fd.MapValue().Message() != nil:
		value.Map().Range(func(key protoreflect.MapKey, entry protoreflect.Value) bool {
			if path := missingIn(fieldpath.Key(at, key.String()), entry.Message()); path != "" && (found == "" || path < found) {
				found = path
			}
			return true
		})
	case fd.IsMap() || fd.Message() == nil:
	case fd.IsList():
		for i := 0; i < value.List().Len() && found == ""; i++ {
			found = missingIn(fieldpath.Index(at, i), value.List().Get(i).Message())
		}
	default:
		found = missingIn(at, value.Message())
	}
	return found
}
