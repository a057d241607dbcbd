// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// A resolver asks the global registry for what the given one does not know, such as an error's details.
type resolver struct {
	own interface {
		protoregistry.MessageTypeResolver
		protoregistry.ExtensionTypeResolver
	}
}

func (t resolver) FindMessageByName(name protoreflect.FullName) (protoreflect.MessageType, error) {
	if t.own != nil {
		if found, err := t.own.FindMessageByName(name); err == nil {
			return found, nil
		}
	}
	return protoregistry.GlobalTypes.FindMessageByName(name)
}

func (t resolver) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	if t.own != nil {
		if found, err := t.own.FindMessageByURL(url); err == nil {
			return found, nil
		}
	}
	return protoregistry.GlobalTypes.FindMessageByURL(url)
}

func (t resolver) FindExtensionByName(name protoreflect.FullName) (protoreflect.ExtensionType, error) {
	if t.own != nil {
		if found, err := t.own.FindExtensionByName(name); err == nil {
			return found, nil
		}
	}
	return protoregistry.GlobalTypes.FindExtensionByName(name)
}

func (t resolver) FindExtensionByNumber(message protoreflect.FullName, number protoreflect.FieldNumber) (protoreflect.ExtensionType, error) {
	if t.own != nil {
		if found, err := t.own.FindExtensionByNumber(message, number); err == nil {
			return found, nil
		}
	}
	return protoregistry.GlobalTypes.FindExtensionByNumber(message, number)
}
