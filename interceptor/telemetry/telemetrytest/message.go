// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetrytest

import (
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// message describes the request of a call. Its field has to be set, by a rule of protovalidate's that is written as
// bytes: this module does not have buf/validate/validate.proto.
var message = sync.OnceValue(func() protoreflect.MessageDescriptor {
	const fieldRules, required = 1159, 25
	rules := protowire.AppendVarint(protowire.AppendTag(nil, required, protowire.VarintType), 1)
	options := new(descriptorpb.FieldOptions)
	options.ProtoReflect().SetUnknown(protowire.AppendBytes(protowire.AppendTag(nil, fieldRules, protowire.BytesType), rules))
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("errpact/telemetrytest/v1/order.proto"), Package: proto.String("errpact.telemetrytest.v1"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("CheckRequest"), Field: []*descriptorpb.FieldDescriptorProto{{
			Name: proto.String("id"), Number: proto.Int32(1), Options: options,
			Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}}}},
	}, nil)
	if err != nil {
		panic(err) // it is a constant
	}
	return file.Messages().Get(0)
})

// An ask is a call that an interceptor may refuse.
type ask struct{ name, authorization, id string }

// asks are made of each interceptor.
var asks = []ask{
	{"without a credential", "", "1"},
	{"with a credential that nobody knows", "Bearer errpact-telemetrytest", "1"},
	{"whose message breaks a rule of protovalidate", "", ""},
}

// encode returns the message of the call.
func (a ask) encode() []byte {
	if a.id == "" {
		return nil
	}
	return protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), a.id)
}
