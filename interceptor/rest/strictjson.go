// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// StrictJSON is a codec for requests in JSON that refuses what Connect's and vanguard's own pass over:
// a field that the message does not have, and a name that an enum does not have. What it refuses is an
// invalid_argument that names the field; behind [Handler] its number tells an unknown field from a
// value of the wrong type, and from one that is not allowed.
//
// M is what the codec's user calls a message. For vanguard it is [proto.Message]:
//
//	vanguard.WithCodec(func(types vanguard.TypeResolver) vanguard.Codec {
//		return rest.StrictJSON[proto.Message]{Types: types}
//	})
//
// For Connect it is any, and for version 1 [WithStrictJSON] is shorter:
//
//	connecthttp.WithCodecs(connectproto.NewBinaryCodec(), rest.StrictJSON[any]{}) // of Connect v2
//
// A zero StrictJSON is ready to use, by many at once.
type StrictJSON[M any] struct {
	// Types finds extensions, and the messages inside google.protobuf.Any. Nil, and what it does not
	// know, is protobuf's global registry.
	Types interface {
		protoregistry.MessageTypeResolver
		protoregistry.ExtensionTypeResolver
	}
	// Options are for what is written. The zero value leaves out fields that are not set, as Connect
	// does; vanguard writes them (EmitUnpopulated). Resolver is not looked at.
	Options protojson.MarshalOptions

	name string
}

// WithStrictJSON has a Connect handler decode JSON by [StrictJSON].
func WithStrictJSON() connect.HandlerOption {
	return connect.WithHandlerOptions(
		connect.WithCodec(StrictJSON[any]{}),
		connect.WithCodec(StrictJSON[any]{name: nameJSON + "; charset=utf-8"}), // Connect's other name for it
	)
}

const nameJSON = "json"

// Name is "json".
func (c StrictJSON[M]) Name() string {
	if c.name == "" {
		return nameJSON
	}
	return c.name
}

// IsBinary is false: JSON is text.
func (StrictJSON[M]) IsBinary() bool { return false }

// Unmarshal decodes a message, and refuses what it does not know.
func (c StrictJSON[M]) Unmarshal(data []byte, message M) error {
	m, err := asTarget(message)
	if err != nil {
		return err
	}
	return c.decode(data, m)
}

// UnmarshalField decodes one field of a message, as a body of its own.
func (c StrictJSON[M]) UnmarshalField(data []byte, message M, field protoreflect.FieldDescriptor) error {
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
	return c.decode(object1(field.JSONName(), data), m)
}

func (c StrictJSON[M]) decode(data []byte, m proto.Message) error {
	options := protojson.UnmarshalOptions{Resolver: c.types()}
	err := options.Unmarshal(data, m)
	if err == nil {
		return nil
	}
	return newJSONFault(data, m.ProtoReflect().Descriptor(), options, err)
}

// Marshal encodes a message.
func (c StrictJSON[M]) Marshal(message M) ([]byte, error) { return c.MarshalAppend(nil, message) }

// MarshalAppend appends an encoded message.
func (c StrictJSON[M]) MarshalAppend(b []byte, message M) ([]byte, error) {
	m, err := asProto(message)
	if err != nil {
		return nil, err
	}
	return c.options().MarshalAppend(b, m)
}

// MarshalStable encodes equal messages to equal bytes: package protojson adds spaces at random.
func (c StrictJSON[M]) MarshalStable(message M) ([]byte, error) {
	return c.MarshalAppendStable(nil, message)
}

// MarshalAppendStable is MarshalStable for the end of a slice.
func (c StrictJSON[M]) MarshalAppendStable(b []byte, message M) ([]byte, error) {
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

// MarshalAppendField appends one encoded field of a message.
func (c StrictJSON[M]) MarshalAppendField(b []byte, message M, field protoreflect.FieldDescriptor) ([]byte, error) {
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

func (c StrictJSON[M]) options() protojson.MarshalOptions {
	options := c.Options
	options.Resolver = c.types()
	return options
}

func (c StrictJSON[M]) types() jsonTypes { return jsonTypes{c.Types} }

var errNoField = errors.New("rest: code JSON: there is no field")

// asTarget is a message that can be decoded into.
func asTarget(message any) (proto.Message, error) {
	m, err := asProto(message)
	if err == nil && !m.ProtoReflect().IsValid() {
		return nil, fmt.Errorf("rest: decode JSON: %T is nil", message)
	}
	return m, err
}

func asProto(message any) (proto.Message, error) {
	m, ok := message.(proto.Message)
	if !ok || m == nil {
		return nil, fmt.Errorf("rest: code JSON: %T is no protobuf message", message)
	}
	return m, nil
}

// jsonTypes looks into the global registry for what the given one does not know, such as an error's
// details.
type jsonTypes struct {
	own interface {
		protoregistry.MessageTypeResolver
		protoregistry.ExtensionTypeResolver
	}
}

func (t jsonTypes) FindMessageByName(name protoreflect.FullName) (protoreflect.MessageType, error) {
	if t.own != nil {
		if found, err := t.own.FindMessageByName(name); err == nil {
			return found, nil
		}
	}
	return protoregistry.GlobalTypes.FindMessageByName(name)
}

func (t jsonTypes) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	if t.own != nil {
		if found, err := t.own.FindMessageByURL(url); err == nil {
			return found, nil
		}
	}
	return protoregistry.GlobalTypes.FindMessageByURL(url)
}

func (t jsonTypes) FindExtensionByName(name protoreflect.FullName) (protoreflect.ExtensionType, error) {
	if t.own != nil {
		if found, err := t.own.FindExtensionByName(name); err == nil {
			return found, nil
		}
	}
	return protoregistry.GlobalTypes.FindExtensionByName(name)
}

func (t jsonTypes) FindExtensionByNumber(message protoreflect.FullName, number protoreflect.FieldNumber) (protoreflect.ExtensionType, error) {
	if t.own != nil {
		if found, err := t.own.FindExtensionByNumber(message, number); err == nil {
			return found, nil
		}
	}
	return protoregistry.GlobalTypes.FindExtensionByNumber(message, number)
}
