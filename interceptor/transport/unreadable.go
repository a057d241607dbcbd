// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"errors"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/mapping"
)

// unreadable returns the field that could not be decoded of a message that a handler's own stream was to give:
// by the fault of package strictjson, else by the text of a codec, which knows the last name of its path, if the message
// has one such field. None is returned where neither says. The message may be nil.
func unreadable(err error, text string, message protoreflect.MessageDescriptor) (fields []mapping.Field) {
	defer func() { _ = recover() }() // a nil pointer inside err
	if fault, ok := errors.AsType[*jsonfault.Fault](err); ok && fault != nil {
		return fault.Fields()
	}
	condition, undecoded := foreign.DecodeFailure(text)
	n, named := foreign.FieldNamed(text)
	if !undecoded || !named || n.Parameter {
		return nil
	}
	field := fieldpath.Leaf(message, n.Name, n.Type)
	if field == nil {
		return nil
	}
	fault := jsonfault.Of(n, condition, field.JSONName())
	fault.ProtoPath = field.TextName()
	return fault.Fields()
}
