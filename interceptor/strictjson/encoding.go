// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Marshal encodes a message.
func (c Codec[M]) Marshal(message M) ([]byte, error) { return c.MarshalAppend(nil, message) }

// MarshalAppend appends an encoded message to b.
func (c Codec[M]) MarshalAppend(b []byte, message M) ([]byte, error) {
	m, err := asProto(message)
	if err != nil {
		return nil, err
	}
	return c.options().MarshalAppend(b, m)
}

// MarshalStable encodes equal messages to equal bytes. [Codec.Marshal] does not, since package protojson
// adds spaces at random.
func (c Codec[M]) MarshalStable(message M) ([]byte, error) {
	return c.MarshalAppendStable(nil, message)
}

// MarshalAppendStable appends what [Codec.MarshalStable] returns to b.
func (c Codec[M]) MarshalAppendStable(b []byte, message M) ([]byte, error) {
	encoded, err := c.Marshal(message)
	if err != nil {
		return nil, err
	}
	compact := bytes.NewBuffer(b)
	if err := json.Compact(compact, encoded); err != nil {
		return nil, err
	}
	return compact.Bytes(), nil
}

// MarshalAppendField appends one encoded field of a message to b: the body of a REST answer may be a field.
func (c Codec[M]) MarshalAppendField(b []byte, message M, field protoreflect.FieldDescriptor) ([]byte, error) {
	m, err := asProto(message)
	if err != nil {
		return nil, err
	}
	if field == nil {
		return nil, errNoField
	}
	if field.Message() != nil && field.Cardinality() != protoreflect.Repeated {
		return c.options().MarshalAppend(b, m.ProtoReflect().Get(field).Message().Interface())
	}
	// A message that has this field alone.
	only := m.ProtoReflect().New()
	if m.ProtoReflect().Has(field) || field.HasPresence() {
		only.Set(field, m.ProtoReflect().Get(field))
	}
	options := c.options()
	options.UseProtoNames, options.EmitUnpopulated = false, true
	encoded, err := options.Marshal(only.Interface())
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(encoded, &members); err != nil {
		return nil, err
	}
	return append(b, members[field.JSONName()]...), nil
}

// MarshalWrite encodes a message as Connect v2 asks for it.
func (c Codec[M]) MarshalWrite(_ context.Context, dst io.Writer, message M) error {
	encoded, err := c.Marshal(message)
	if err != nil {
		return err
	}
	_, err = dst.Write(encoded)
	return err
}

func (c Codec[M]) options() protojson.MarshalOptions {
	options := c.Options
	options.Resolver = resolver{c.Types}
	return options
}
