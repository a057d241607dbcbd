// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

// faultTogether returns the fault of members that do not go together, though each of them decodes: a field or a map's
// entry that is there twice, or two fields of a oneof. It is nil for any other error.
func faultTogether(data []byte, md protoreflect.MessageDescriptor, err error) *jsonfault.Fault {
	n, _ := foreign.FieldNamed(err.Error())
	switch n.What {
	case foreign.Twice, foreign.TwiceKey, foreign.Excluded:
		if path, ok := jsonfault.Locate(data, n, md); ok {
			return jsonfault.Of(n, mapping.ConditionUndecodable, path)
		}
	}
	return nil
}

// faultOf returns the fault that the text of an error describes.
func faultOf(path string, err error, fd protoreflect.FieldDescriptor) *jsonfault.Fault {
	kind := jsonfault.Syntax
	switch condition, _ := foreign.DecodeFailure(err.Error()); condition {
	case mapping.ConditionWrongType:
		kind = jsonfault.WrongType
	case mapping.ConditionOutOfRange:
		kind = jsonfault.NotAllowed
	}
	if foreign.ProtojsonUnknownField(err.Error()) {
		kind = jsonfault.UnknownField
	}
	text := jsonfault.Wanted(kind, "")
	if fd != nil && kind == jsonfault.WrongType {
		switch {
		case fd.IsMap():
			text = jsonfault.WantObject
		case fd.IsList():
			text = jsonfault.WantArray
		}
	}
	return jsonfault.New(kind, path, text)
}
