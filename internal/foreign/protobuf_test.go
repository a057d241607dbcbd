// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/mapping"
)

// protojsonCases are decoded by the real protojson, so that a release that words its errors anew
// fails here. Each runs with both spaces, since protobuf chooses one at random.
var protojsonCases = []struct {
	body string
	into proto.Message
	want mapping.Condition
}{
	{`{"value":`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`name=x`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{``, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{} x`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"name" "x"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"name":"x",}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"name":}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{name:"x"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"name":'x'}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{"{\"name\":\"a\xff\"}", new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{"{\"name\":\"a\nb\"}", new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"name":"\ud800"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"name":"\x"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"nope":1}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"name":"a","name":"b"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionUndecodable},
	{`{"a":1,"a":2}`, new(structpb.Struct), mapping.ConditionUndecodable},
	{`[` + strings.Repeat(`[`, 20000), new(structpb.ListValue), mapping.ConditionUndecodable},
	{`{"name_part":"x"}`, new(descriptorpb.UninterpretedOption_NamePart), mapping.ConditionUndecodable}, // required
	{`{"@type":5}`, new(anypb.Any), mapping.ConditionUndecodable},
	{`{"@type":""}`, new(anypb.Any), mapping.ConditionUndecodable},
	{`{"@type":"a","@type":"b"}`, new(anypb.Any), mapping.ConditionUndecodable},
	{`{"@type":"x/acme.v1.Nope"}`, new(anypb.Any), mapping.ConditionUndecodable},
	{`{"value":5}`, new(anypb.Any), mapping.ConditionUndecodable},
	{`{"@type":"x/google.protobuf.Duration"}`, new(anypb.Any), mapping.ConditionUndecodable},
	{`{"@type":"x/google.protobuf.Duration","value":"1s","value":"1s"}`, new(anypb.Any), mapping.ConditionUndecodable},
	{`{"@type":"x/google.protobuf.Duration","value":"soon"}`, new(anypb.Any), mapping.ConditionOutOfRange},
	{`{"[acme.v1.nope]":5}`, new(descriptorpb.FileOptions), mapping.ConditionUndecodable},

	{`{"name":5}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"name":{}}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"name":true}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"number":"x"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"number":1.5}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"number":[1]}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"number":"nan"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"proto3Optional":"true"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"label":true}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"options":"x"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"options":[]}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`{"dependency":"x"}`, new(descriptorpb.FileDescriptorProto), mapping.ConditionWrongType},
	{`{"dependency":{}}`, new(descriptorpb.FileDescriptorProto), mapping.ConditionWrongType},
	{`[]`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`"x"`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`5`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`null`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionWrongType},
	{`5`, new(timestamppb.Timestamp), mapping.ConditionWrongType},

	{`{"label":"LABEL_PINK"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionOutOfRange},
	{`{"number":99999999999}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionOutOfRange},
	{`{"number":"-99999999999"}`, new(descriptorpb.FieldDescriptorProto), mapping.ConditionOutOfRange},
	{`{"positiveIntValue":"-1"}`, new(descriptorpb.UninterpretedOption), mapping.ConditionOutOfRange},
	{`{"doubleValue":1e999}`, new(descriptorpb.UninterpretedOption), mapping.ConditionOutOfRange},
	{`{"stringValue":"!!"}`, new(descriptorpb.UninterpretedOption), mapping.ConditionOutOfRange},
	{`"yesterday"`, new(timestamppb.Timestamp), mapping.ConditionOutOfRange},
	{`"0000-01-01T00:00:00Z"`, new(timestamppb.Timestamp), mapping.ConditionOutOfRange},
	{`"a day"`, new(durationpb.Duration), mapping.ConditionOutOfRange},
	{`"999999999999s"`, new(durationpb.Duration), mapping.ConditionOutOfRange},
	{`99999999999`, new(wrapperspb.Int32Value), mapping.ConditionOutOfRange},
	{`"display_name"`, new(fieldmaskpb.FieldMask), mapping.ConditionOutOfRange},
	{`"a..b,"`, new(fieldmaskpb.FieldMask), mapping.ConditionOutOfRange},
	{`5`, new(fieldmaskpb.FieldMask), mapping.ConditionWrongType},
	{`1e999`, new(structpb.Value), mapping.ConditionOutOfRange},
}

func TestDecodeFailuresOfProtojson(t *testing.T) {
	for _, test := range protojsonCases {
		err := protojson.Unmarshal([]byte(test.body), proto.Clone(test.into))
		if err == nil {
			t.Errorf("%.60s is right", test.body)
			continue
		}
		for _, text := range []string{
			err.Error(),
			// connect v1.21.1, codec.go and protocol.go
			"unmarshal message: unmarshal into *acmev1.Thing: " + err.Error(),
			strings.ReplaceAll(err.Error(), "proto:\u00a0", "proto: "),
			strings.ReplaceAll(err.Error(), "proto: ", "proto:\u00a0"),
		} {
			if condition, ok := foreign.DecodeFailure(text); condition != test.want || !ok {
				t.Errorf("%.60s: %q is %d, want %d", test.body, text, condition, test.want)
			}
		}
	}
}

// TestEveryTextOfProtojsonIsADecoders: protojson's decoder writes these texts, as far as one knows its source, and any
// other that begins as all of protobuf's do is a decoder's, too.
func TestEveryTextOfProtojsonIsADecoders(t *testing.T) {
	const path = "google.golang.org/protobuf/encoding/protojson"
	for text, want := range map[string]mapping.Condition{
		"unknown field %v": mapping.ConditionUndecodable, "duplicate field %v": mapping.ConditionUndecodable, "duplicate map key %v": mapping.ConditionUndecodable,
		"error parsing %s, oneof %v is already set": mapping.ConditionUndecodable, "unable to resolve %s: %v": mapping.ConditionUndecodable,
		"message %v cannot be extended by %v": mapping.ConditionUndecodable, "error in marshaling Any.value field: %v": mapping.ConditionUndecodable,
		"invalid value for %v field %v: %v": mapping.ConditionWrongType, "invalid value for %v key: %s": mapping.ConditionWrongType,
		"no support for proto1 MessageSets": mapping.ConditionUndecodable, "exceeded max recursion depth": mapping.ConditionUndecodable, "unexpected EOF": mapping.ConditionUndecodable,
	} {
		wantInSource(t, path, text)
		for _, text := range []string{"proto: (line 1:2): " + text, "Failed to decode request: proto:\u00a0(line 1:2): " + text} {
			if condition, ok := foreign.DecodeFailure(text); condition != want || !ok {
				t.Errorf("DecodeFailure(%q) = %v, %t, want %v", text, condition, ok, want)
			}
		}
	}
	for _, text := range []string{"proto: a text of tomorrow", "proto:\u00a0(line 1:2): a text of tomorrow"} {
		if condition, ok := foreign.FrontFailure(text); condition != mapping.ConditionUndecodable || !ok {
			t.Errorf("FrontFailure(%q) = %v, %t", text, condition, ok)
		}
	}
	for _, text := range []string{"proto: not found", "proto: unsupported schema version 3", "proto", "protocol: (line 1:2) is missing", "the schema is no proto: see the page"} {
		if condition, ok := foreign.DecodeFailure(text); ok {
			t.Errorf("DecodeFailure(%q) = %v", text, condition)
		}
	}
}

// TestG2WhatCannotBeEncodedIsNotTheCallers: these are of an answer, or of an upstream's.
func TestG2WhatCannotBeEncodedIsNotTheCallers(t *testing.T) {
	for _, message := range []proto.Message{
		&durationpb.Duration{Seconds: 1 << 60}, &timestamppb.Timestamp{Seconds: 1 << 60}, &fieldmaskpb.FieldMask{Paths: []string{"displayName"}},
		&anypb.Any{TypeUrl: "x/acme.v1.Nope"}, new(structpb.Value),
	} {
		_, err := protojson.Marshal(message)
		if err == nil || foreign.TranscoderRefused(connectcode.Unknown, err.Error()) {
			t.Errorf("TranscoderRefused(unknown, %v) = true", err)
		}
	}
}

// TestTheCallersValueIsNotSearched: a value says nothing of what is wrong with it, whatever its words.
func TestTheCallersValueIsNotSearched(t *testing.T) {
	for _, value := range []string{
		"request body too large", "a larger than configured max 5", "max buffer size (5) exceeded", "out of range", "unknown enum: x", "unmarshal message",
		"unknown field", `\" request body too large`, "invalid google.protobuf.Timestamp value", "x exceeds sendMaxBytes 5", "(line 1:1): unknown field x",
		"required field a.b not set", "proto: unknown field", "illegal base64 data", "value out of range", "could not find field",
	} {
		bare := strings.ReplaceAll(value, `\`, "")
		number := protojson.Unmarshal([]byte(`{"number":"`+value+`"}`), new(descriptorpb.FieldDescriptorProto))
		unknown := protojson.Unmarshal([]byte(`{"`+value+`":1}`), new(descriptorpb.FieldDescriptorProto))
		for text, want := range map[string]mapping.Condition{
			number.Error():  mapping.ConditionWrongType,
			unknown.Error(): mapping.ConditionUndecodable,
			"unmarshal message: unmarshal into *acmev1.Thing: " + number.Error():                                            mapping.ConditionWrongType,
			`invalid parameter "limit" value for type "int32": ` + bare:                                                     mapping.ConditionWrongType,
			`parsing field "limit": strconv.ParseInt: parsing ` + strconv.Quote(bare) + ": invalid syntax":                  mapping.ConditionWrongType,
			"type mismatch, parameter: limit, error: strconv.ParseInt: parsing " + strconv.Quote(bare) + ": invalid syntax": mapping.ConditionWrongType,
		} {
			if condition, ok := foreign.DecodeFailure(text); condition != want || !ok {
				t.Errorf("DecodeFailure(%q) = %v, %t, want %v", text, condition, ok, want)
			}
			if foreign.ConnectUnsendable(text) {
				t.Errorf("ConnectUnsendable(%q) = true", text)
			}
			if foreign.ProtojsonUnknownField(text) != (text == unknown.Error()) {
				t.Errorf("ProtojsonUnknownField(%q) = %t", text, text != unknown.Error())
			}
			if n, ok := foreign.FieldNamed(text); !ok || n.What != foreign.BadValue && text != unknown.Error() {
				t.Errorf("FieldNamed(%q) = %+v, %t", text, n, ok)
			}
		}
	}
}

func TestProtojsonUnknownField(t *testing.T) {
	for body, want := range map[string]bool{`{"nope":1}`: true, `{"name":5}`: false} {
		err := protojson.Unmarshal([]byte(body), new(descriptorpb.FieldDescriptorProto))
		if err == nil || foreign.ProtojsonUnknownField(err.Error()) != want {
			t.Errorf("%s: ProtojsonUnknownField(%v) = %t", body, err, !want)
		}
	}
}

// TestDecodeFailuresOfProtobuf are those of the binary format.
func TestDecodeFailuresOfProtobuf(t *testing.T) {
	notUTF8 := wrapperspb.String("\xff")
	_, unencodable := proto.Marshal(notUTF8)
	_, unprintable := protojson.Marshal(notUTF8)
	for name, err := range map[string]error{
		"malformed":              proto.Unmarshal([]byte{0xff}, new(wrapperspb.StringValue)),
		"not UTF-8":              proto.Unmarshal([]byte("\n\x01\xff"), new(wrapperspb.StringValue)),
		"required":               proto.Unmarshal(nil, new(descriptorpb.UninterpretedOption_NamePart)),
		"not UTF-8, to encode":   unencodable,
		"not UTF-8, for JSON":    unprintable,
		"any of an unknown type": protojson.Unmarshal([]byte(`{"@type":"x/acme.v1.Nope"}`), new(anypb.Any)),
		"oneof twice":            protojson.Unmarshal([]byte(`{"a":"1","b":"2"}`), choice(t)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if condition, ok := foreign.DecodeFailure(err.Error()); condition != mapping.ConditionUndecodable || !ok {
			t.Errorf("%s: DecodeFailure(%q) = %v, %t", name, err, condition, ok)
		}
		for _, code := range []mapping.ConnectCode{connectcode.Unknown, connectcode.Internal} {
			if !foreign.TranscoderRefused(code, err.Error()) {
				t.Errorf("%s: TranscoderRefused(%v, %q) = false", name, code, err)
			}
		}
		if foreign.TranscoderRefused(connectcode.NotFound, err.Error()) {
			t.Errorf("%s: TranscoderRefused(not_found, %q) = true", name, err)
		}
	}
}

// choice is a message whose fields a and b exclude each other.
func choice(t *testing.T) proto.Message {
	t.Helper()
	field := func(name string, number int32) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{
			Name: &name, Number: &number, OneofIndex: proto.Int32(0), Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
		}
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("choice.proto"), Syntax: proto.String("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{
			Name: proto.String("Choice"), Field: []*descriptorpb.FieldDescriptorProto{field("a", 1), field("b", 2)},
			OneofDecl: []*descriptorpb.OneofDescriptorProto{{Name: proto.String("one")}},
		}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dynamicpb.NewMessage(file.Messages().Get(0))
}
