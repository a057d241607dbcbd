// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/foreign"
	"github.com/errpact/errpact/internal/jsonfault"
)

// located are bodies of an errpactv1.Entry, with what protojson's own text of them leads to.
var located = []struct{ body, path, wanted string }{
	{`{"httpStatus":"x"}`, "httpStatus", "want a whole number"},
	{`{"http_status":"x"}`, "http_status", "want a whole number"},
	{"{\n\t\"message\": \"\u00e9\", \"httpStatus\" : 1.5}", "httpStatus", "want a whole number"},
	{"  \r\n {\"message\":1}", "message", "want text"},
	{`{"message":"\u2028 \"x\"","httpStatus":4294967296}`, "httpStatus", "want a whole number within range"},
	{`{"httpStatus":1e999}`, "httpStatus", "want a whole number"},
	{`{"nope":1}`, "nope", "want a field that there is"},
	{`{"no_pe":1}`, "no_pe", "want a field that there is"},
	{`{"reasons":[{},{"name":"A","no pe\u0000":1}]}`, "reasons[1].no pe\ufffd", "want a field that there is"},
	{`{"reasons":[{"name":["A"]}]}`, "reasons[0].name", "want text"},
	{`{"reasons":[{"name":"A"},"B"]}`, "reasons[1]", "want a value of another type"},
	{`{"reasons":{}}`, "reasons", "want a value of another type"},
	{`{"reasons":[{"connectCode":"CONNECT_CODE_NOPE"}]}`, "reasons[0].connectCode", "want the name of one of the enum's values"},
	{`{"reasons":[{"messages":{"de":"a","fr":2}}]}`, `reasons[0].messages["fr"]`, "want text"},
	{`{"messages":{"value":2}}`, `messages.value`, "want text"},
	{`{"messages":{"a":"1","a":"2"}}`, `messages["a"]`, "want the field once"},
	{`{"messages":{"a b":{}}}`, `messages["a b"]`, "want text"},
	{`{"message":"a","message":"b"}`, "message", "want the field once"},
	{`{"retryDelay":"soon"}`, "retryDelay", "want a value that is allowed"},
	{`{"retryDelay":"999999999999s"}`, "retryDelay", "want a value that is allowed"},
	{`{"retryDelay":5}`, "retryDelay", "want a value of another type"},
	{`{"role":true}`, "role", "want the name of one of the enum's values"},
}

// TestLocateFindsTheField that protojson's real text is about.
func TestLocateFindsTheField(t *testing.T) {
	for _, test := range located {
		err := protojson.Unmarshal([]byte(test.body), new(errpactv1.Entry))
		if err == nil {
			t.Errorf("%s decodes", test.body)
			continue
		}
		n, ok := foreign.FieldNamed(err.Error())
		condition, _ := foreign.DecodeFailure(err.Error())
		path, found := jsonfault.Locate([]byte(test.body), n)
		wanted := jsonfault.Of(n, condition, path).Wanted
		if !ok || !found || path != test.path || wanted != test.wanted {
			t.Errorf("%s: %v is about %q (%v), %q, want %q, %q", test.body, err, path, found, wanted, test.path, test.wanted)
		}
	}
}

// parts are bodies that a decoder does not get as they are: what it gets instead is decoded into the message.
var parts = []struct {
	name, body, got, path string
	into                  proto.Message
}{
	// Vanguard puts the name of the field before a body that is a list, a map or a scalar, and ends the line.
	{"a list in one line", `[{"name":"A"},{"name":5}]`, "{\"reasons\"\n:%s}", "[1].name", new(errpactv1.Entry)},
	{"a list in lines", "[\n  {\"name\": 5},\n  {\"name\": 6}\n]", "{\"reasons\"\n:%s}", "[0].name", new(errpactv1.Entry)},
	{"a list in lines, the second", "[\n  {\"name\": \"A\"},\n  {\"name\": 6}\n]", "{\"reasons\"\n:%s}", "[1].name", new(errpactv1.Entry)},
	{"a map", `{"de":"a","fr":2}`, "{\"messages\"\n:%s}", "fr", new(errpactv1.Entry)},
	{"the whole", `"soon"`, "{\"retryDelay\"\n:%s}", "", new(errpactv1.Entry)},
	// Grpc-gateway decodes the elements one by one, and the messages of a stream.
	{"an element", `[{"name":"A","retryDelay":"1s"},{"name":"BB","retryDelay":"soon"}]`, `{"name":"BB","retryDelay":"soon"}`, "[1].retryDelay", new(errpactv1.Reason)},
	{"an element like one before", `[{"name":"A","retryDelay":"1s"},{"name":"B","retryDelay":"soon"},{"name":"C","retryDelay":"soon"}]`, `{"name":"B","retryDelay":"soon"}`, "[1].retryDelay", new(errpactv1.Reason)},
	{"an element in lines", "[\n {\n\"name\": 5},\n  {\"name\": 6}\n]", "{\n\"name\": 5}", "[0].name", new(errpactv1.Reason)},
	{"an entry of a map", `{"a":{"name":"A"},"b":{"name":5}}`, `{"name":5}`, "b.name", new(errpactv1.Reason)},
	{"a message of a stream", `{"name":"A"}  {"name":5}`, `{"name":5}`, "name", new(errpactv1.Reason)},
	// It may be either.
	{"messages of a stream with the same", "{\"defines\":{\"lazy\":5}}\n{\"options\":{\"lazy\":5}}", `{"options":{"lazy":5}}`, "", new(descriptorpb.FieldDescriptorProto)},
	{"messages of a stream with the same field", "{\"options\":{\"lazy\":true}}\n{\"options\":{\"lazy\":5}}", `{"options":{"lazy":5}}`, "options.lazy", new(descriptorpb.FieldDescriptorProto)},
	{"two places with the same", `{"a":{"name":5},"b":{"name":5}}`, `{"name":5}`, "", new(errpactv1.Reason)},
}

// TestLocateInAPart: a decoder's position need not be that of the body.
func TestLocateInAPart(t *testing.T) {
	for _, test := range parts {
		err := protojson.Unmarshal([]byte(strings.ReplaceAll(test.got, "%s", test.body)), test.into)
		if err == nil {
			t.Errorf("%s: %s decodes", test.name, test.body)
			continue
		}
		n, named := foreign.FieldNamed(err.Error())
		if path, ok := jsonfault.Locate([]byte(test.body), n); path != test.path || ok != (path != "") || !named {
			t.Errorf("%s: %v of %s is about %q, %t, want %q", test.name, err, test.body, path, ok, test.path)
		}
	}
}

// plain are bodies that a decoder gets as they are. Another place of each has the same text, and would fit if the decoder got a part.
var plain = []struct {
	body, path string
	into       proto.Message
}{
	{"{\n  \"message\": \"\",\n  \"role\":    \"\"\n}", "role", new(errpactv1.Entry)},
	{"{\n  \"description\": \"12a\",\n  \"httpStatus\":  \"12a\"\n}", "httpStatus", new(errpactv1.Entry)},
	{"{\n  \"description\": \"12a\",\n  \"http_status\": \"12a\"\n}", "http_status", new(errpactv1.Entry)},
	{"{\n  \"message\":    \"soon\",\n  \"retryDelay\": \"soon\"\n}", "retryDelay", new(errpactv1.Entry)},
	{`{"name":true,"options":{"lazy":true}}`, "name", new(descriptorpb.FieldDescriptorProto)},
	{"{\n\"message\":\"\", \"messages\": {\n\"de\"     :5,\n\"fr\"     :5}}", `messages["de"]`, new(errpactv1.Entry)},
}

// TestLocateInAPlainBody: a place in the body goes before one in a part of it.
func TestLocateInAPlainBody(t *testing.T) {
	for _, test := range plain {
		err := protojson.Unmarshal([]byte(test.body), test.into)
		if err == nil {
			t.Errorf("%s decodes", test.body)
			continue
		}
		n, _ := foreign.FieldNamed(err.Error())
		for _, messages := range [][]protoreflect.MessageDescriptor{nil, {test.into.ProtoReflect().Descriptor()}} {
			if path, ok := jsonfault.Locate([]byte(test.body), n, messages...); path != test.path || !ok {
				t.Errorf("%v of %s is about %q, %t, want %q", err, test.body, path, ok, test.path)
			}
		}
	}
}

// TestLocateInLinesAlike: of elements and entries with the same fault the first is named, which the exact place is not.
func TestLocateInLinesAlike(t *testing.T) {
	for _, test := range []struct{ name, body, path string }{
		{"reasons", "[\n  {\"name\": 5},\n  {\"name\": 5}\n]", "[0].name"},
		{"messages", "{\n  \"de\": 5,\n  \"fr\": 5\n}", "de"},
	} {
		err := protojson.Unmarshal([]byte(`{"`+test.name+"\"\n:"+test.body+"}"), new(errpactv1.Entry))
		if err == nil {
			t.Errorf("%s decodes", test.body)
			continue
		}
		n, _ := foreign.FieldNamed(err.Error())
		if path, ok := jsonfault.Locate([]byte(test.body), n); path != test.path || !ok {
			t.Errorf("%v of %s is about %q, %t, want %q", err, test.body, path, ok, test.path)
		}
	}
}

// repeated are texts about bodies that repeat a part which fits.
var repeated = []struct{ text, start, part, end, path string }{
	{`(line 1:9): invalid value for enum field role: {`, "", `{"role":{}}`, "", "role"},
	{`(line 1:9): unexpected token {`, "", `{"role":{}}`, "", "role"},
	{`(line 1:1): unexpected token {`, "{", `"a":1,`, `"a":1}`, ""},
	{`(line 1:1): unexpected token 1`, "", `1 `, "", ""},
	{`(line 1:1): invalid google.protobuf.Duration value "x"`, "[", `"x",`, `"x"]`, "[0]"},
	{`(line 1:1): invalid google.protobuf.Duration value "x"`, "{", `"a":"x",`, `"a":"x"}`, "a"},
}

// TestLocateIsBounded: a body that repeats what the text quotes is not read to its end, and the messages are asked once.
func TestLocateIsBounded(t *testing.T) {
	for _, test := range repeated {
		n, ok := foreign.FieldNamed(test.text)
		if !ok {
			t.Errorf("%s names nothing", test.text)
		}
		var asked int
		messages := make([]protoreflect.MessageDescriptor, 100)
		for i := range messages {
			messages[i] = counted{new(errpactv1.Entry).ProtoReflect().Descriptor(), &asked}
		}
		work := func(parts int) (allocations float64) {
			body := []byte(test.start + strings.Repeat(test.part, parts) + test.end)
			return testing.AllocsPerRun(1, func() {
				asked = 0
				if path, _ := jsonfault.Locate(body, n, messages...); path != test.path {
					t.Errorf("%s of %.40s… is about %q, want %q", test.text, body, path, test.path)
				}
			})
		}
		few, many := work(100), work(3000)
		if asked > 2*len(messages) || many > 2*few {
			t.Errorf("%s of %s…: the messages were asked %d times, with %v allocations, want at most %d and %v", test.text, test.part, asked, many, 2*len(messages), 2*few)
		}
	}
}

// counted counts how often it is asked for its fields.
type counted struct {
	protoreflect.MessageDescriptor
	asked *int
}

func (c counted) Fields() protoreflect.FieldDescriptors {
	*c.asked++
	return c.MessageDescriptor.Fields()
}

// TestLocateOfAMaskAndAnAny: their own fields are the caller's, and what is within them is not.
func TestLocateOfAMaskAndAnAny(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":"display_name","mask":"display_name"}`: "mask", `{"mask":" a..b,"}`: "mask", `{"mask":"c,d_e,f"}`: "mask",
		`{"any":{"@type":5}}`: "any", `{"any":{"x":1,"@type":""}}`: "any", `{"any":{"@type":"x/y"}}`: "any", `{"any":{"@type":"a","@type":"b"}}`: "any",
		`{"any":{"@type":"x/google.protobuf.Duration", "y": {} }}`: "any", `{"any":{"@type":"x/google.protobuf.Duration","value":"1s","value":"1s"}}`: "any",
		`{"any":{"@type":"x/google.protobuf.Duration","value":"soon"}}`: "any.value",
	} {
		message := messageWith(t, map[string]string{"a": "", "mask": ".google.protobuf.FieldMask", "any": ".google.protobuf.Any"})
		err := protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal([]byte(body), message)
		if err == nil {
			t.Errorf("%s decodes", body)
			continue
		}
		n, _ := foreign.FieldNamed(err.Error())
		if path, ok := jsonfault.Locate([]byte(body), n, message.ProtoReflect().Descriptor()); path != want || !ok {
			t.Errorf("%v of %s is about %q, %t, want %q", err, body, path, ok, want)
		}
	}
}

// TestLocateNamesNothing where the text is not about the body, and where the whole of the body is wrong.
func TestLocateNamesNothing(t *testing.T) {
	for _, test := range []struct{ text, body string }{
		{`(line 1:2): unknown field "secret"`, `{"other":1}`},
		{`(line 1:2): unknown field "secret"`, ``},
		{`(line 1:2): unknown field "secret"`, `{"other":{"b":1}}`},
		{`(line 9:2): unknown field "secret"`, `{"other":1}`},
		{`(line 1:10): invalid value for int32 field secret: "y"`, `{"other":"x"}`},
		{`(line 1:7): invalid value for int32 field a: "x"`, `{"b":{"a":1},"c":{"a":2}}`},
		{`syntax error (line 1:1): unexpected token [`, `[]`},
		{`(line 1:1): invalid google.protobuf.Timestamp value "x"`, `"x"`},
		{`(line 1:6): invalid value for int32 field b: "x"`, `{"a":"xy"}`},
		{`(line 1:6): invalid value for int32 field b: 5`, `{"a":55}`},
		{`(line 3:6): invalid value for int32 field b: 5`, `{"a":{"b":1},"c":[`}, // the start of a body
		{`(line 1:6): google.protobuf.FieldMask.paths contains invalid path: "x_y"`, `{"a":"x"}`},
		{`could not find field "b" in "acme.v1.Folder"`, `{"a":{"b":1},"b":2}`},
	} {
		n, _ := foreign.FieldNamed(test.text)
		if path, ok := jsonfault.Locate([]byte(test.body), n); ok || strings.Contains(path, "secret") {
			t.Errorf("%s of %s is about %q, %v", test.text, test.body, path, ok)
		}
	}
	for _, text := range []string{
		"", "proto: syntax error (line 1:5): unexpected token }", "proto: unexpected EOF", "(line x:1): unknown field a", "(line 1:1) x",
		"folder is gone", "required field  not set",
	} {
		if n, ok := foreign.FieldNamed(text); ok {
			t.Errorf("FieldNamed(%q) = %+v", text, n)
		}
	}
}

// FuzzLocate: whatever a body and a text are, what is found is bounded and clean.
func FuzzLocate(f *testing.F) {
	for _, test := range located {
		f.Add(test.body, `(line 1:2): unknown field "a"`)
	}
	f.Add(`{"a":{"b":[1,"x"]}}`, `(line 1:14): invalid value for int32 field b: "x"`)
	f.Fuzz(func(t *testing.T, body, text string) {
		n, ok := foreign.FieldNamed(text)
		if !ok {
			return
		}
		path, ok := jsonfault.Locate([]byte(body), n)
		if len(path) > 600 || strings.ContainsAny(path, "\n\r\x00") || ok && path == "" {
			t.Errorf("%q of %q is about %q, %v", text, body, path, ok)
		}
	})
}

// messageWith returns an empty message with fields of these names and types. The empty type is string.
func messageWith(t *testing.T, types map[string]string) proto.Message {
	t.Helper()
	message := &descriptorpb.DescriptorProto{Name: proto.String("Message")}
	for name, typeName := range types {
		field := &descriptorpb.FieldDescriptorProto{Name: proto.String(name), Number: proto.Int32(int32(len(message.GetField()) + 1))}
		if field.Type = descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(); typeName != "" {
			field.Type, field.TypeName = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), proto.String(typeName)
		}
		message.Field = append(message.Field, field)
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("message.proto"), Syntax: proto.String("proto3"), MessageType: []*descriptorpb.DescriptorProto{message},
		Dependency: []string{"google/protobuf/any.proto", "google/protobuf/field_mask.proto"},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return dynamicpb.NewMessage(file.Messages().Get(0))
}

// TestFollows: protojson has the same words for a second value as for one of the wrong type.
func TestFollows(t *testing.T) {
	const named = "{\"reasons\"\n:%s}" // as vanguard has it of a list
	for _, test := range []struct {
		body, got string
		want      bool
	}{
		{`{} {}`, "%s", true},
		{`{}5`, "%s", true},
		{`{"message":"é"} "x" 5`, "%s", true},
		{"{\n}\n\n  null", "%s", true},
		{"\n {}[{}]", "%s", true},
		{`[{}] 5`, named, true},
		{"[\n{}\n]\n [5]", named, true},
		{`[5] 5`, named, false},
		{`[] {}`, "%s", false},
		{`{"message":5} {}`, "%s", false},
		{`{"reasons":[[]]}`, "%s", false},
		// Values of streams.
		{`{} []`, `[]`, false},
		{"{}\n5", `5`, false},
		{`{}{"reasons":[5]}`, `{"reasons":[5]}`, false},
	} {
		err := protojson.Unmarshal([]byte(strings.ReplaceAll(test.got, "%s", test.body)), new(errpactv1.Entry))
		if err == nil {
			t.Errorf("%s decodes", test.body)
			continue
		}
		n, ok := foreign.FieldNamed(err.Error())
		if got := jsonfault.Follows([]byte(test.body), n); got != test.want || !ok {
			t.Errorf("%v of %q: Follows = %t, want %t", err, test.body, got, test.want)
		}
	}
}
