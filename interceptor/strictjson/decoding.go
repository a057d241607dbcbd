// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"context"
	"encoding/json"
	"io"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Unmarshal decodes a message. It returns an error that names the field for what it refuses.
func (c Codec[M]) Unmarshal(data []byte, message M) error {
	m, err := asTarget(message)
	if err != nil {
		return err
	}
	return c.decode(data, m)
}

// UnmarshalField decodes data into one field of a message: the body of a REST request may be a field.
func (c Codec[M]) UnmarshalField(data []byte, message M, field protoreflect.FieldDescriptor) error {
	m, err := asTarget(message)
	if err != nil {
		return err
	}
	if field == nil {
		return errNoField
	}
	if field.Message() != nil && field.Cardinality() != protoreflect.Repeated {
		return c.decode(data, m.ProtoReflect().Mutable(field).Message().Interface())
	}
	if !json.Valid(data) {
		return c.decode(data, m) // before it could be valid by what is put around it
	}
	return c.decode(objectOf(field.JSONName(), data), m)
}

// UnmarshalRead decodes a message as Connect v2 asks for it. It reads src to its end first.
func (c Codec[M]) UnmarshalRead(_ context.Context, src io.Reader, message M) error {
	data, err := io.ReadAll(src)
	if err != nil {
		return err
	}
	return c.Unmarshal(data, message)
}

func (c Codec[M]) decode(data []byte, m proto.Message) error {
	options := protojson.UnmarshalOptions{Resolver: resolver{c.Types}}
	err := options.Unmarshal(data, m)
	if err == nil {
		return nil
	}
	return newFault(data, m.ProtoReflect().Descriptor(), options, err)
}
