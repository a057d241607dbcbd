// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

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
