// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"strings"

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
		return faultAt(data, md, err, "")
	}
	return nil
}

// faultAt returns the fault at the place that protojson's text tells, if it is inside the path: in the message of a
// google.protobuf.Any, or in a value that has a form of its own in JSON. It is nil if it is not.
func faultAt(data []byte, md protoreflect.MessageDescriptor, err error, path string) *jsonfault.Fault {
	n, _ := foreign.FieldNamed(err.Error())
	at, ok := jsonfault.Locate(data, n, md)
	if below, inside := strings.CutPrefix(at, path); !ok || !inside || below == "" || path != "" && below[0] != '.' && below[0] != '[' {
		return nil
	}
	condition, _ := foreign.DecodeFailure(err.Error())
	return jsonfault.Of(n, condition, at)
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
