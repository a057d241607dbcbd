// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// validateFile has protovalidate's messages, as protobuf itself reads them.
var validateFile = func() protoreflect.FileDescriptor {
	field := func(name string, number int32, kind descriptorpb.FieldDescriptorProto_Type, of string) *descriptorpb.FieldDescriptorProto {
		f := &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Type: &kind, Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()}
		if of != "" {
			f.TypeName = proto.String(".buf.validate." + of)
		}
		if strings.HasSuffix(name, "s") {
			f.Label = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum()
		}
		if name == "index" || strings.HasSuffix(name, "_key") && name != "for_key" {
			f.OneofIndex = proto.Int32(0)
		}
		return f
	}
	const text, message = descriptorpb.FieldDescriptorProto_TYPE_STRING, descriptorpb.FieldDescriptorProto_TYPE_MESSAGE
	const number, signed, flag = descriptorpb.FieldDescriptorProto_TYPE_UINT64, descriptorpb.FieldDescriptorProto_TYPE_INT64, descriptorpb.FieldDescriptorProto_TYPE_BOOL
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("validate.proto"), Package: proto.String("buf.validate"), Syntax: proto.String("proto2"),
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("Violations"), Field: []*descriptorpb.FieldDescriptorProto{field("violations", 1, message, "Violation")}},
			{Name: proto.String("Violation"), Field: []*descriptorpb.FieldDescriptorProto{
				field("field", 5, message, "FieldPath"), field("rule", 6, message, "FieldPath"),
				field("rule_id", 2, text, ""), field("message", 3, text, ""), field("for_key", 4, flag, ""),
			}},
			{Name: proto.String("FieldPath"), Field: []*descriptorpb.FieldDescriptorProto{field("elements", 1, message, "FieldPathElement")}},
			{Name: proto.String("FieldPathElement"), Field: []*descriptorpb.FieldDescriptorProto{
				field("field_number", 1, descriptorpb.FieldDescriptorProto_TYPE_INT32, ""), field("field_name", 2, text, ""),
				field("index", 6, number, ""), field("bool_key", 7, flag, ""), field("int_key", 8, signed, ""),
				field("uint_key", 9, number, ""), field("string_key", 10, text, ""),
			}, OneofDecl: []*descriptorpb.OneofDescriptorProto{{Name: proto.String("subscript")}}},
		},
	}, nil)
	if err != nil {
		panic(err)
	}
	return file
}()

func newViolations() *dynamicpb.Message {
	return dynamicpb.NewMessage(validateFile.Messages().ByName("Violations"))
}

// violations encodes buf.validate.Violations.
func violations(t *testing.T, text string) []byte {
	t.Helper()
	m := newViolations()
	if err := prototext.Unmarshal([]byte(text), m); err != nil {
		t.Fatal(err)
	}
	return mustMarshal(t, m)
}

// ofRules violates each rule once.
func ofRules(t *testing.T, rules ...string) []byte {
	t.Helper()
	var text strings.Builder
	for i, rule := range rules {
		fmt.Fprintf(&text, "violations { rule_id: %q message: 'is wrong' field { elements { field_name: 'f%d' } } }\n", rule, i)
	}
	return violations(t, text.String())
}

// refusing is a Connect error as connectrpc.com/validate makes it, with these bytes for its detail.
func refusing(violations []byte, others ...proto.Message) *connect.Error {
	e := connect.NewError(connect.CodeInvalidArgument, errors.New("validation error: words"))
	for _, message := range append([]proto.Message{&anypb.Any{TypeUrl: "type.googleapis.com/buf.validate.Violations", Value: violations}}, others...) {
		if detail, err := connect.NewErrorDetail(message); err == nil {
			e.AddDetail(detail)
		}
	}
	return e
}

// violated is what a handler answers that returns such an error.
func violated(p *mapping.Policy, violations []byte) *mapping.Error {
	answer := p.Translate(&mapping.Call{Context: context.Background(), Classify: transport.ClassifyConnect}, refusing(violations))
	return answer.Error()
}

func TestViolationsWithinBounds(t *testing.T) {
	one := protowire.AppendBytes([]byte{1<<3 | 2}, []byte("\x12\x01r\x1a\x01m"))
	long := strings.Repeat("ä\n", 5<<10)
	key := protowire.AppendString([]byte{10<<3 | 2}, long)
	path := protowire.AppendBytes([]byte{1<<3 | 2}, key)
	wide := protowire.AppendBytes([]byte{3<<3 | 2}, []byte(long))
	wide = protowire.AppendBytes(append(wide, 5<<3|2), slices.Concat(path, path, path))
	for name, c := range map[string]struct {
		bytes  []byte
		fields int
	}{
		"one":                        {one, 1},
		"many":                       {[]byte(strings.Repeat(string(one), 128)), 128},
		"more than are looked at":    {[]byte(strings.Repeat(string(one), 100_000)), 128},
		"more, and broken after it":  {append([]byte(strings.Repeat(string(one), 129)), 0xff), 128},
		"text of any length":         {protowire.AppendBytes([]byte{1<<3 | 2}, wide), 1},
		"an empty one":               {[]byte{1<<3 | 2, 0}, 1},
		"of a later version":         {append([]byte{9 << 3, 1, 15<<3 | 5, 0, 0, 0, 0}, one...), 1},
		"a field of another type":    {append([]byte{1 << 3, 7}, one...), 1},
		"none":                       {nil, 0},
		"unknown fields alone":       {[]byte{9 << 3, 1}, 0},
		"a tag that is none":         {[]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 0},
		"a length beyond the end":    {[]byte{1<<3 | 2, 0x7f, 0}, 0},
		"a length beyond everything": {append([]byte{1<<3 | 2}, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), 0},
		"broken inside":              {[]byte{1<<3 | 2, 2, 5<<3 | 2, 9}, 0},
		"a broken path":              {[]byte{1<<3 | 2, 4, 5<<3 | 2, 2, 1<<3 | 2, 9}, 0},
		"a broken element":           {[]byte{1<<3 | 2, 5, 5<<3 | 2, 3, 1<<3 | 2, 1, 0xff}, 0},
		"groups that do not end":     {[]byte(strings.Repeat("\x0b", 20_000)), 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := violated(nil, c.bytes)
			if got.Code() != errpactv1err.InvalidValue || got.Inferred() != (c.fields == 0) || len(got.Fields()) != c.fields {
				t.Errorf("got %v with %d fields, inferred %t; want %d fields", got.Code(), len(got.Fields()), got.Inferred(), c.fields)
			}
			for _, f := range got.Fields() {
				checkClean(t, f.Path)
				checkClean(t, f.Description)
			}
		})
	}
}

// FuzzViolations compares the reader with protobuf's own on what protobuf takes.
func FuzzViolations(f *testing.F) {
	f.Add([]byte("\x0a\x15\x12\x08required\x2a\x09\x0a\x07\x12\x05items"))
	f.Add([]byte("\x0a\x20\x12\x0astring.len\x1a\x01m\x20\x01\x2a\x0d\x0a\x0b\x12\x06labels\x52\x01k"))
	f.Add([]byte("\x0a\x14\x2a\x12\x0a\x05\x12\x01a\x30\x02\x0a\x09\x12\x01b\x40\x01\x48\x02\x38\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := violated(nil, b)
		for _, f := range got.Fields() {
			checkClean(t, f.Path)
			checkClean(t, f.Description)
		}
		want := newViolations()
		if proto.Unmarshal(b, want) != nil {
			return
		}
		list := want.Get(want.Descriptor().Fields().ByName("violations")).List()
		if n := min(list.Len(), 128); n != len(got.Fields()) || got.Inferred() != (n == 0) {
			t.Fatalf("%d fields of %d violations", len(got.Fields()), list.Len())
		}
		for i, f := range got.Fields() {
			v := list.Get(i).Message()
			path, description := printed(v)
			if len(path) > 400 || len(description) > 400 {
				continue
			}
			fields := v.Descriptor().Fields()
			if f.Reason == "CEL_EXPRESSION" && v.Get(fields.ByName("message")).String() == "" {
				// The rule's id does not describe the violation where it is an expression.
				description = strings.TrimSuffix(description, v.Get(fields.ByName("rule_id")).String())
			}
			if diff := cmp.Diff([]string{oneLine(path), oneLine(description)}, []string{f.Path, f.Description}); diff != "" {
				t.Errorf("violation %d (-want +got):\n%s", i, diff)
			}
		}
	})
}

// oneLine is a text without what does not print on a line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || 0x7f <= r && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// printed is a violation's path and description, from protobuf's own reading.
func printed(v protoreflect.Message) (path, description string) {
	get := func(m protoreflect.Message, name protoreflect.Name) protoreflect.Value {
		return m.Get(m.Descriptor().Fields().ByName(name))
	}
	elements := get(get(v, "field").Message(), "elements").List()
	for i := range elements.Len() {
		e := elements.Get(i).Message()
		if path != "" {
			path += "."
		}
		path += strings.ToValidUTF8(get(e, "field_name").String(), "\uFFFD")
		if key := e.WhichOneof(e.Descriptor().Oneofs().Get(0)); key != nil {
			text := fmt.Sprint(e.Get(key).Interface())
			if key.Kind() == protoreflect.StringKind {
				text = strconv.Quote(strings.ToValidUTF8(text, "\uFFFD"))
			}
			path += "[" + text + "]"
		}
	}
	if description = get(v, "message").String(); description == "" {
		description = get(v, "rule_id").String()
	}
	if get(v, "for_key").Bool() {
		description = "key: " + description
	}
	return path, description
}
