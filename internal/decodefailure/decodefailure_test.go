// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package decodefailure_test

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/decodefailure"
	"github.com/errpact/errpact/mapping"
)

// protojsonCases are decoded by the real protojson, so that a release that words its errors anew
// fails here. Each is many times over, since protobuf adds spaces at random.
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
			if when, ok := decodefailure.When(text); when != test.want || !ok {
				t.Errorf("%.60s: %q is %d, want %d", test.body, text, when, test.want)
			}
		}
	}
}

// TestDecodeFailureTextsOfGzip holds package gzip to the texts that are looked for.
func TestDecodeFailureTextsOfGzip(t *testing.T) {
	for _, body := range []string{"{}", "not gzip at all", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x01\x00\x00\x00\x00\x00\x00\x00"} {
		zr, err := gzip.NewReader(strings.NewReader(body))
		if err == nil {
			_, err = io.ReadAll(zr)
		}
		if err == nil {
			t.Fatalf("%q is gzip", body)
		}
		if when, ok := decodefailure.When(err.Error()); when != mapping.ConditionUndecodable || !ok {
			t.Errorf("%q is %d", err, when)
		}
	}
}
