// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/errpact/errpact/interceptor/strictjson"
)

// TestStrictJSONCost: finding where the fault is costs a few times what decoding does, however the
// body is made. It is counted in allocations, of which each part that is looked at has some.
func TestStrictJSONCost(t *testing.T) {
	nodes := strings.Repeat(`{},`, 18000)
	for _, test := range []struct{ name, body string }{
		{"many messages", `{"nodes":[` + nodes + `{"nope":1}]}`},
		{"many texts", `{"texts":[` + strings.Repeat(`"",`, 20000) + `1]}`},
		{"many texts, deep", nest(`{"node":`, `{"texts":[`+strings.Repeat(`"",`, 20000)+`1]}`, `}`, 15)},
		{"many messages, deep", nest(`{"nodes":[`, `{"nodes":[`+nodes+`{"nope":1}]}`, `]}`, 14)},
		{"many messages at each depth", nest(`{"nodes":[`+nodes[:3*1200], `{"nope":1}`, `]}`, 14)},
		{"deeper than is looked", nest(`{"node":`, `{"nope":1}`, `}`, 5000)},
	} {
		t.Run(test.name, func(t *testing.T) {
			md := node(t)
			plain := testing.AllocsPerRun(2, func() {
				_ = protojson.Unmarshal([]byte(test.body), dynamicpb.NewMessage(md))
			})
			var err error
			strict := testing.AllocsPerRun(2, func() {
				err = strictjson.Codec[proto.Message]{}.Unmarshal([]byte(test.body), dynamicpb.NewMessage(md))
			})
			if err == nil {
				t.Fatal("the body is right")
			}
			if most := 6*plain + float64(len(test.body)); strict > most {
				t.Errorf("%.0f allocations, want at most %.0f: %v", strict, most, err)
			}
		})
	}
}

func nest(before, inner, after string, depth int) string {
	return strings.Repeat(before, depth) + inner + strings.Repeat(after, depth)
}

// node is a message that holds more of its kind.
func node(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	field := func(number int32, name string, label descriptorpb.FieldDescriptorProto_Label, kind descriptorpb.FieldDescriptorProto_Type) *descriptorpb.FieldDescriptorProto {
		f := &descriptorpb.FieldDescriptorProto{Name: &name, JsonName: &name, Number: &number, Label: &label, Type: &kind}
		if kind == descriptorpb.FieldDescriptorProto_TYPE_MESSAGE {
			f.TypeName = proto.String(".acme.v1.Node")
		}
		return f
	}
	const one, many = descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("acme/v1/node.proto"), Package: proto.String("acme.v1"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Node"), Field: []*descriptorpb.FieldDescriptorProto{
			field(1, "node", one, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE),
			field(2, "nodes", many, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE),
			field(3, "texts", many, descriptorpb.FieldDescriptorProto_TYPE_STRING),
		}}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file.Messages().Get(0)
}
