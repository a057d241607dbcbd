// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"

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
			plain := testing.AllocsPerRun(1, func() {
				_ = protojson.Unmarshal([]byte(test.body), dynamicpb.NewMessage(md))
			})
			var err error
			strict := testing.AllocsPerRun(1, func() {
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

// TestStrictJSONWants the same of a map's keys, and of the values that a wrapper wraps, as Connect's own codec.
func TestStrictJSONWants(t *testing.T) {
	for body, want := range map[string]string{
		`{"byNumber":{"1":"a","x":"b"}}`:      `byNumber["x"]: want a whole number`,
		`{"byNumber":{"99999999999":"a"}}`:    `byNumber["99999999999"]: want a whole number within range`,
		`{"byNumber":{"1":5}}`:                `byNumber["1"]: want text`,
		`{"byTruth":{"yes":{"number":1}}}`:    `byTruth["yes"]: want true or false`,
		`{"byTruth":{"true":{"number":""}}}`:  `byTruth["true"].number: want a whole number`,
		`{"number":"x"}`:                      "number: want a whole number",
		`{"number":99999999999}`:              "number: want a whole number within range",
		`{"numbers":[1,"x"]}`:                 "numbers[1]: want a whole number",
		`{"number":"unknown field"}`:          "number: want a whole number",
		`{"number":"request body too large"}`: "number: want a whole number",
		`{"mask":"display_name"}`:             "mask: want a value that is allowed",
		`{"any":{"@type":5}}`:                 "any: want what the message's definition says",
	} {
		err := strictjson.Codec[proto.Message]{}.Unmarshal([]byte(body), dynamicpb.NewMessage(keyed(t)))
		if err == nil || unsealed(err.Error()) != want {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}

// keyed is a message with maps whose keys are not text, and with messages that JSON has a form of its own for.
func keyed(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	const text = `
		name: "acme/v1/keyed.proto" package: "acme.v1" syntax: "proto3"
		dependency: ["google/protobuf/any.proto", "google/protobuf/field_mask.proto", "google/protobuf/wrappers.proto"]
		message_type {
			name: "Keyed"
			field {name: "by_number" number: 1 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".acme.v1.Keyed.ByNumberEntry"}
			field {name: "by_truth" number: 2 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".acme.v1.Keyed.ByTruthEntry"}
			field {name: "number" number: 3 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Int32Value"}
			field {name: "numbers" number: 4 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".google.protobuf.Int32Value"}
			field {name: "mask" number: 5 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.FieldMask"}
			field {name: "any" number: 6 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Any"}
			nested_type {
				name: "ByNumberEntry" options {map_entry: true}
				field {name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32}
				field {name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING}
			}
			nested_type {
				name: "ByTruthEntry" options {map_entry: true}
				field {name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_BOOL}
				field {name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".acme.v1.Keyed"}
			}
		}`
	described := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(text), described); err != nil {
		t.Fatal(err)
	}
	file, err := protodesc.NewFile(described, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Messages().Get(0)
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
