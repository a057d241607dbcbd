// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/wrapperspb" // registers what Folder has

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/strictjson"
)

// violated is the envelope of an error with one field.
func violated(number int, message, field, description, reason string) string {
	return fmt.Sprintf(`{"error_code":%d,"error_message":%q,"details":{"field_violations":[{"field":%q,"description":%q,"reason":%q}]}}`,
		number, message, field, description, reason)
}

// unread answers with a decoder's text, once it has read the request.
func unread(t *testing.T, status, code int, text string) http.Handler {
	return quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"code":%d,"message":%q,"details":[]}`, code, text)
	})
}

const (
	structure = "Invalid structure"
	value     = "Invalid value"
	wrongType = "Invalid type"
)

// undecoded are texts of vanguard v0.4.0 and connect v1.21.1, with the request that each is about.
var undecoded = []struct {
	name, path, body string
	status, code     int
	text             string
	want             string
}{
	{"query", "/?limit=many", "", 400, 3, `invalid parameter "limit" value for type "int32": many`,
		violated(5, wrongType, "limit", "want a whole number", "WRONG_TYPE")},
	{"query, one character", "/?limit=x", "", 400, 3, `invalid parameter "limit": invalid character 'x' looking for beginning of value`,
		violated(5, wrongType, "limit", "want a value of another type", "WRONG_TYPE")},
	{"query, a word", "/v1/folders?folder.folderNumber=many", "", 400, 3, `invalid parameter "folder.folder_number": invalid character 'm' looking for beginning of value`,
		violated(5, wrongType, "folder.folderNumber", "want a whole number", "WRONG_TYPE")},
	{"query, a word, by a JSON name of its own", "/v1/folders?most=many&x=1", "", 400, 3, `invalid parameter "folder_limit": invalid character 'm' looking for beginning of value`,
		violated(5, wrongType, "most", "want a whole number", "WRONG_TYPE")},
	{"query, a word, by that of another request", "/v1/folders?x=1&atMost=many", "", 400, 3, `invalid parameter "folder_limit": invalid character 'm' looking for beginning of value`,
		violated(5, wrongType, "atMost", "want a whole number", "WRONG_TYPE")},
	{"path, a name with two JSON names", "/v1/folders/many", "", 400, 3, `invalid parameter "folder_limit": invalid character 'm' looking for beginning of value`,
		violated(5, wrongType, "folderLimit", "want a whole number", "WRONG_TYPE")},
	{"query, nothing, by a JSON name of its own", "/v1/folders?most=", "", 400, 3, `invalid parameter "folder_limit": unexpected end of JSON input`,
		violated(5, wrongType, "most", "want a whole number", "WRONG_TYPE")},
	{"query, base64", "/?data=%21", "", 400, 3, `invalid parameter "data": illegal base64 data at input byte 0`,
		violated(4, value, "data", "want text in base64", "NOT_ALLOWED")},
	{"query, no name", "/?=1", "", 500, 2, "empty field path", envelope(3, structure)},
	{"query, in JSON", "/?a=1&pageSize=many", "", 400, 3, `invalid parameter "page_size" value for type "int32": many`,
		violated(5, wrongType, "pageSize", "want a whole number", "WRONG_TYPE")},
	{"query, in the .proto's names", "/?page_size=99999999999", "", 400, 3, `invalid parameter "page_size" value for type "int32": 99999999999`,
		violated(4, value, "page_size", "want a whole number within range", "NOT_ALLOWED")},
	{"query, of a field inside", "/?filter.max%53ize=many&maxSize=1", "", 400, 3, `invalid parameter "filter.max_size" value for type "int64": many`,
		violated(5, wrongType, "filter.maxSize", "want a whole number", "WRONG_TYPE")},
	{"query, by a JSON name of its own", "/?quota=many&x=1", "", 400, 3, `invalid parameter "quota_id" value for type "int32": many`,
		violated(5, wrongType, "quota", "want a whole number", "WRONG_TYPE")},
	{"query, enum", "/?color=PINK", "", 400, 3, `invalid parameter "color": unknown enum: PINK`,
		violated(4, value, "color", "want the name of one of the enum's values", "NOT_ALLOWED")},
	{"query, a message", "/?inner=y", "", 400, 3, `invalid parameter "inner": unsupported message type vg.v1.Inner`,
		violated(3, structure, "inner", "want a field that there is", "UNKNOWN_FIELD")},
	{"query, a message, in JSON", "/?x=1&innerPart=y", "", 400, 3, `invalid parameter "inner_part": unsupported message type vg.v1.Inner`,
		violated(3, structure, "innerPart", "want a field that there is", "UNKNOWN_FIELD")},
	{"query, a map inside, in JSON", "/v1/folders?folder.byName=y", "", 400, 3, `invalid parameter "folder.by_name": unsupported message type acme.rest.v1.Folder.ByNameEntry`,
		violated(3, structure, "folder.byName", "want a field that there is", "UNKNOWN_FIELD")},
	{"query, a message, by a JSON name of its own", "/v1/folders?top=", "", 400, 3, `invalid parameter "root_folder": unsupported message type acme.rest.v1.Folder`,
		violated(3, structure, "top", "want a field that there is", "UNKNOWN_FIELD")},
	{"query, unknown", "/?nope=1", "", 500, 2, `unknown field in field path "nope": element "nope" does not correspond to any field of type vg.v1.Req`,
		violated(3, structure, "nope", "want a field that there is", "UNKNOWN_FIELD")},
	{"query, unknown, odd", "/?no_pe%0A%C2%A0.x=1", "", 500, 2, "unknown field in field path \"no_pe\\n\\u00a0.x\": element \"no_pe\\n\\u00a0\" does not correspond to any field of type vg.v1.Req",
		violated(3, structure, "no_pe\ufffd\ufffd.x", "want a field that there is", "UNKNOWN_FIELD")},
	{"query, unknown, long", "/?" + strings.Repeat("n", 100) + "=1", "", 500, 2, `unknown field in field path "` + strings.Repeat("n", 100) + `": element "n" does not correspond to any field of type vg.v1.Req`,
		violated(3, structure, strings.Repeat("n", 64), "want a field that there is", "UNKNOWN_FIELD")},
	{"query, into a list", "/?labels.x=1", "", 500, 2, `in field path "labels.x": field "labels" of type vg.v1.Req should not be a list or map`,
		violated(3, structure, "labels.x", "want a field that there is", "UNKNOWN_FIELD")},
	{"path, a word", "/v1/folders/seven/files", "", 400, 3, `invalid parameter "folder.folder_number": invalid character 's' looking for beginning of value`,
		violated(5, wrongType, "folder.folderNumber", "want a whole number", "WRONG_TYPE")},
	{"path, a word that is in the query, too", "/v1/folders/seven/files?q=seven", "", 400, 3, `invalid parameter "folder.folder_number" value for type "int32": seven`,
		violated(5, wrongType, "folder.folderNumber", "want a whole number", "WRONG_TYPE")},
	{"path, a name of nobody's", "/v1/folders/seven/files", "", 400, 3, `invalid parameter "secret": invalid character 's' looking for beginning of value`,
		envelope(5, wrongType)},
	{"path", "/v1/folders/seven/files", "", 400, 3, `invalid parameter "folder.folder_number" value for type "int32": seven`,
		violated(5, wrongType, "folder.folderNumber", "want a whole number", "WRONG_TYPE")},
	{"body", "/", `{"limit":"x"}`, 500, 2, `proto: (line 1:10): invalid value for int32 field limit: "x"`,
		violated(5, wrongType, "limit", "want a whole number", "WRONG_TYPE")},
	{"body, in the .proto's names", "/", `{"page_size":"x"}`, 500, 2, `proto: (line 1:14): invalid value for int32 field pageSize: "x"`,
		violated(5, wrongType, "page_size", "want a whole number", "WRONG_TYPE")},
	{"body, JSON target", "/", `{"a":{"b":[{"limit":1},{"limit":"x"}]}}`, 400, 3,
		`unmarshal message: unmarshal into *vgv1.Req: proto: (line 1:33): invalid value for int32 field limit: "x"`,
		violated(5, wrongType, "a.b[1].limit", "want a whole number", "WRONG_TYPE")},
	{"body, JSON target, enum", "/", `{"color":"PINK"}`, 400, 3, `unmarshal message: unmarshal into *vgv1.Req: proto: (line 1:10): invalid value for enum field color: "PINK"`,
		violated(4, value, "color", "want the name of one of the enum's values", "NOT_ALLOWED")},
	{"body, an object for a list", "/", `{"names":{}}`, 500, 2, `proto: syntax error (line 1:10): unexpected token {`,
		violated(5, wrongType, "names", "want a value of another type", "WRONG_TYPE")},
	{"body, a time", "/", `{"at":"noon"}`, 500, 2, `proto: (line 1:7): invalid google.protobuf.Timestamp value "noon"`,
		violated(4, value, "at", "want a value that is allowed", "NOT_ALLOWED")},
	{"body, strict codec of somebody's own", "/", `{"nope":1}`, 500, 2, `proto: (line 1:2): unknown field "nope"`,
		violated(3, structure, "nope", "want a field that there is", "UNKNOWN_FIELD")},
	{"body, an Any without a type, codec of somebody's own", "/", `{"a":{"extra":{"x":1}}}`, 500, 2, `proto: (line 1:15): missing "@type" field`,
		violated(3, structure, "a.extra", "want what the message's definition says", "SYNTAX")},
	{"body, a list of them", "/", `{"extra":[{"@type":"x"},{"x":1}]}`, 500, 2, `proto: (line 1:25): missing "@type" field`,
		violated(3, structure, "extra[1]", "want what the message's definition says", "SYNTAX")},
	{"body, twice", "/", `{"a":1,"a":2}`, 500, 2, `proto: (line 1:8): duplicate field "a"`,
		violated(3, structure, "a", "want the field once", "SYNTAX")},
	{"body, of a oneof", "/", `{"a":1,"b":2}`, 500, 2, `proto: (line 1:8): error parsing "b", oneof acme.v1.Choice.one is already set`,
		violated(3, structure, "b", "want one field of those that exclude each other", "SYNTAX")},
	{"body that is a list", "/", `[{"limit":"x"}]`, 500, 2, `proto: (line 2:12): invalid value for int32 field limit: "x"`,
		violated(5, wrongType, "[0].limit", "want a whole number", "WRONG_TYPE")},
	{"required", "/", `{"namePart":"x"}`, 500, 2, "proto: required field google.protobuf.UninterpretedOption.NamePart.is_extension not set",
		violated(3, structure, "isExtension", "want a value", "REQUIRED")},
}

// registerFolders makes a service of this process: a parameter of the path is named by the message of one.
var registerFolders = sync.OnceValue(func() error {
	message, number, text := descriptorpb.FieldDescriptorProto_TYPE_MESSAGE, descriptorpb.FieldDescriptorProto_TYPE_INT32, descriptorpb.FieldDescriptorProto_TYPE_STRING
	optional, repeated := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL, descriptorpb.FieldDescriptorProto_LABEL_REPEATED
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("acme/rest/v1/folders.proto"), Package: proto.String("acme.rest.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/wrappers.proto"},
		MessageType: []*descriptorpb.DescriptorProto{
			{
				Name: proto.String("Folder"), Field: []*descriptorpb.FieldDescriptorProto{
					{Name: proto.String("folder_number"), Number: proto.Int32(1), Type: &number},
					{Name: proto.String("max_size"), Number: proto.Int32(2), Type: &message, TypeName: proto.String(".google.protobuf.Int32Value")},
					{Name: proto.String("by_name"), Number: proto.Int32(3), Label: &repeated, Type: &message, TypeName: proto.String(".acme.rest.v1.Folder.ByNameEntry")},
					{Name: proto.String("children"), Number: proto.Int32(4), Label: &repeated, Type: &message, TypeName: proto.String(".acme.rest.v1.Folder")},
					{Name: proto.String("counts"), Number: proto.Int32(5), Label: &repeated, Type: &message, TypeName: proto.String(".acme.rest.v1.Folder.CountsEntry")},
				},
				NestedType: []*descriptorpb.DescriptorProto{
					{Name: proto.String("ByNameEntry"), Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)}, Field: []*descriptorpb.FieldDescriptorProto{
						{Name: proto.String("key"), Number: proto.Int32(1), Label: &optional, Type: &text},
						{Name: proto.String("value"), Number: proto.Int32(2), Label: &optional, Type: &message, TypeName: proto.String(".acme.rest.v1.Folder")},
					}},
					{Name: proto.String("CountsEntry"), Options: &descriptorpb.MessageOptions{MapEntry: proto.Bool(true)}, Field: []*descriptorpb.FieldDescriptorProto{
						{Name: proto.String("key"), Number: proto.Int32(1), Label: &optional, Type: &text},
						{Name: proto.String("value"), Number: proto.Int32(2), Label: &optional, Type: &number},
					}},
				},
			},
			{Name: proto.String("ListRequest"), Field: []*descriptorpb.FieldDescriptorProto{
				{Name: proto.String("folder_limit"), JsonName: proto.String("atMost"), Number: proto.Int32(1), Type: &number},
			}},
			{Name: proto.String("GetRequest"), Field: []*descriptorpb.FieldDescriptorProto{
				{Name: proto.String("folder"), Number: proto.Int32(1), Type: &message, TypeName: proto.String(".acme.rest.v1.Folder")},
				{Name: proto.String("folder_limit"), JsonName: proto.String("most"), Number: proto.Int32(2), Type: &number},
				{Name: proto.String("root_folder"), JsonName: proto.String("top"), Number: proto.Int32(3), Type: &message, TypeName: proto.String(".acme.rest.v1.Folder")},
			}},
		},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Folders"), Method: []*descriptorpb.MethodDescriptorProto{
			{Name: proto.String("List"), InputType: proto.String(".acme.rest.v1.ListRequest"), OutputType: proto.String(".acme.rest.v1.Folder")},
			{Name: proto.String("Get"), InputType: proto.String(".acme.rest.v1.GetRequest"), OutputType: proto.String(".acme.rest.v1.Folder")},
		}}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		return err
	}
	return protoregistry.GlobalFiles.RegisterFile(file)
})

// TestG12UndecodedFieldsAreNamed, as the caller wrote them, and in words of ours.
func TestG12UndecodedFieldsAreNamed(t *testing.T) {
	if err := registerFolders(); err != nil {
		t.Fatal(err)
	}
	for _, test := range undecoded {
		t.Run(test.name, func(t *testing.T) {
			s := serve(t, unread(t, test.status, test.code, test.text))
			method := http.MethodGet
			if test.body != "" {
				method = http.MethodPost
			}
			a := send(t, s, method, test.path, test.body, "Content-Type", "application/json")
			if a.status != 400 || a.body != test.want {
				t.Errorf("answer = %d %s\nwant 400 %s", a.status, a.body, test.want)
			}
		})
	}
}

// TestG12FieldsAreToldFromKeysOfMaps by the requests of this process's services, in the real texts of protojson.
func TestG12FieldsAreToldFromKeysOfMaps(t *testing.T) {
	if err := registerFolders(); err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		`{"folder":{"maxSize":"x"}}`:                                     "folder.maxSize",
		`{"folder":{"max_size":"x"}}`:                                    "folder.max_size",
		`{"folder":{"counts":{"maxSize":"x"}}}`:                          `folder.counts["maxSize"]`,
		`{"folder":{"counts":{"value":"x"}}}`:                            `folder.counts["value"]`,
		`{"folder":{"byName":{"a":{"folderNumber":"x"}}}}`:               `folder.byName["a"].folderNumber`,
		`{"folder":{"byName":{"a":{"maxSize":"x"}}}}`:                    `folder.byName["a"].maxSize`,
		`{"folder":{"by_name":{"a":{"counts":{"b":"x"}}}}}`:              `folder.by_name["a"].counts["b"]`,
		`{"folder":{"children":[{},{"maxSize":"x"}]}}`:                   "folder.children[1].maxSize",
		`{"folder":{"children":[{"byName":{"a":5}}]}}`:                   `folder.children[0].byName["a"]`,
		`{"folder":{"byName":{"a":{"children":[{"folderNumber":[]}]}}}}`: `folder.byName["a"].children[0].folderNumber`,
		`{"folder":{"byName":{"a":{"nope":1}}}}`:                         `folder.byName["a"].nope`,
		`{"folder":{"counts":{"a":1,"a":2}}}`:                            `folder.counts["a"]`,
	} {
		found, err := protoregistry.GlobalFiles.FindDescriptorByName("acme.rest.v1.GetRequest")
		if err != nil {
			t.Fatal(err)
		}
		request, ok := found.(protoreflect.MessageDescriptor)
		if !ok {
			t.Fatalf("found %v", found)
		}
		refused := protojson.Unmarshal([]byte(body), dynamicpb.NewMessage(request))
		if refused == nil {
			t.Errorf("%s decodes", body)
			continue
		}
		a := send(t, serve(t, unread(t, 400, 3, refused.Error())), http.MethodPost, "/v1/folders", body, "Content-Type", "application/json")
		if field := fmt.Sprintf(`{"field":%q,`, want); a.status != 400 || !strings.Contains(a.body, field) {
			t.Errorf("%s: %d %s\nwant %s", body, a.status, a.body, field)
		}
	}
}

// TestG2TextsThatNameNothingOfTheRequest are an upstream's, or of a handler's own: no byte of them goes out.
func TestG2TextsThatNameNothingOfTheRequest(t *testing.T) {
	const c = "canary8f3a"
	for _, text := range []string{
		`invalid parameter "` + c + `" value for type "int32": x`,
		`invalid parameter "` + c + `" value for type "` + c + `": ` + c,
		`invalid parameter "limit" value for type "` + c + `": ` + c,
		`unknown field in field path "` + c + `": element "` + c + `" does not correspond to any field of type ` + c,
		`proto: (line 1:2): unknown field "` + c + `"`,
		`proto: (line 1:10): invalid value for int32 field ` + c + `: "` + c + `"`,
		`proto: (line 1:10): invalid value for ` + c + ` field ` + c + `: "y"`,
		`proto: (line 1:2): duplicate field "` + c + `"`,
		`proto: (line 1:2): error parsing "` + c + `", oneof ` + c + ` is already set`,
		`proto: required field ` + c + ` not set`,
		`proto: required field google.protobuf.` + c + ` not set`,
		`parsing field "` + c + `": strconv.ParseBool: parsing "` + c + `": invalid syntax`,
		`type mismatch, parameter: ` + c + `, error: ` + c,
		`missing parameter ` + c,
		`(line 99999999999999999999:1): unknown field "` + c + `"`,
		`(line 1:999999999): unexpected token "` + c + `"`,
	} {
		for _, code := range []int{2, 3} {
			status := map[int]int{2: 500, 3: 400}[code]
			s := serve(t, unread(t, status, code, text))
			a := send(t, s, http.MethodPost, "/x/v1?limit=x", `{"limit":"x"}`, "Content-Type", "application/json")
			if all := fmt.Sprint(a.header, a.body); strings.Contains(all, c) || a.status < 400 {
				t.Errorf("%s: %d %s", text, a.status, all)
			}
		}
	}
}

// TestG12BrokenJSONIsNoWrongType, though protojson has the same words for a token that breaks JSON as for a value of the
// wrong type.
func TestG12BrokenJSONIsNoWrongType(t *testing.T) {
	h := connect.NewUnaryHandler("/acme.v1.Quotas/Check", func(context.Context, *connect.Request[errdetails.QuotaFailure]) (*connect.Response[emptypb.Empty], error) {
		return connect.NewResponse(new(emptypb.Empty)), nil
	})
	s := serve(t, quiet(t, h))
	for body, want := range map[string]string{
		`{"violations":[] "x":1}`:                                envelope(3, structure),
		`{"violations":[{} {}]}`:                                 envelope(3, structure),
		`{"violations":[{"subject":"a" "description":"b"}]}`:     envelope(3, structure),
		`{"violations":[{"quotaDimensions":{"a":"b" "c":"d"}}]}`: envelope(3, structure),
		`{"violations":[{"quotaValue":5} 5]}`:                    envelope(3, structure),
		`{"violations":[{"subject":5} {}]}`:                      envelope(3, structure),
		`{5:1}`:                                                  envelope(3, structure),
		`{true:1}`:                                               envelope(3, structure),
		`{[]:1}`:                                                 envelope(3, structure),
		`{} {}`:                                                  envelope(3, structure),
		`{"violations":[]}5`:                                     envelope(3, structure),
		`{}"x"`:                                                  envelope(3, structure),
		"{}\n null":                                              envelope(3, structure),
		`{"violations":5`:                                        envelope(3, structure),
		`{"violations":[{"subject":5},`:                          envelope(3, structure),
		`{"violations":[5,"`:                                     envelope(3, structure),
		`[`:                                                      envelope(3, structure),
		`{"violations":[5,"` + strings.Repeat("x", 1<<16):             violated(5, wrongType, "violations[0]", "want a value of another type", "WRONG_TYPE"), // its end is beyond what is kept
		`{"violations":[5,"` + strings.Repeat("x", 32<<10-18) + `"]}`: violated(5, wrongType, "violations[0]", "want a value of another type", "WRONG_TYPE"),
		`{"violations":[5]} x`:                                        envelope(3, structure),
		`{}` + strings.Repeat(" ", 1<<16) + `{}`:                      envelope(5, wrongType), // beyond what is kept
		`{"violations":[5]}` + "\n":                                   violated(5, wrongType, "violations[0]", "want a value of another type", "WRONG_TYPE"),
		`[]`:                                                          envelope(5, wrongType),
		`"x"`:                                                         envelope(5, wrongType),
		`{"violations":[5,"` + strings.Repeat("x", 1<<16) + `"]}`:   violated(5, wrongType, "violations[0]", "want a value of another type", "WRONG_TYPE"),
		`{"violations":[{"quotaValue":"x"},{"subject":"é"}]}` + " ": violated(5, wrongType, "violations[0].quotaValue", "want a whole number", "WRONG_TYPE"),
	} {
		for name, header := range map[string][]string{"plain": {"Content-Type", "application/json"}, "gzip": {"Content-Type", "application/json", "Content-Encoding", "gzip"}} {
			sent := body
			if name == "gzip" {
				sent = zipped(t, body)
			}
			if a := send(t, s, http.MethodPost, "/v1/quotas", sent, header...); a.status != 400 || a.body != want {
				t.Errorf("%s, %.60s: %d %s, want %s", name, body, a.status, a.body, want)
			}
		}
	}
}

// TestG12WhatAHandlerDecodes may be a part of the request, and may have been read in any way.
func TestG12WhatAHandlerDecodes(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		contentType, body, want string
		read                    func(*http.Request) []byte
	}{
		"a form":                   {form, `data={"violations":5}`, envelope(5, wrongType), func(r *http.Request) []byte { return []byte(r.PostFormValue("data")) }},
		"a form with escapes":      {form, "a=b&data=%7B%22violations%22%3A5%7D", envelope(5, wrongType), func(r *http.Request) []byte { return []byte(r.PostFormValue("data")) }},
		"a body that is read on":   {"application/json", `{"violations":5`, envelope(3, structure), readOn(func(io.Closer) error { return nil })},
		"a body that is closed":    {"application/json", `{"violations":5`, envelope(3, structure), readOn(io.Closer.Close)},
		"a whole one that is, too": {"application/json", `{"violations":5}`, violated(5, wrongType, "violations", "want a value of another type", "WRONG_TYPE"), readOn(io.Closer.Close)},
	} {
		serveTwice(t, func() http.Handler {
			return quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
				err := protojson.Unmarshal(test.read(r), new(errdetails.QuotaFailure))
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(w, `{"code":"invalid_argument","message":%q}`, fmt.Sprint(err))
			})
		}, func(t *testing.T, s *httptest.Server) {
			if a := send(t, s, http.MethodPost, "/v1/quotas", test.body, "Content-Type", test.contentType); a.status != 400 || a.body != test.want {
				t.Errorf("%s: %d %s, want %s", name, a.status, a.body, test.want)
			}
		})
	}
}

// readOn reads a body, and goes on after its end.
func readOn(end func(io.Closer) error) func(*http.Request) []byte {
	return func(r *http.Request) []byte {
		body, _ := io.ReadAll(r.Body)
		_ = end(r.Body)
		_, _ = r.Body.Read(make([]byte, 1))
		return body
	}
}

// TestBodiesThatAreNotKept name nothing, and arrive whole.
func TestBodiesThatAreNotKept(t *testing.T) {
	const text = `proto: (line 1:2): unknown field "nope"`
	long := `{"nope":"` + strings.Repeat("a", 1<<20) + `"}`
	for name, test := range map[string]struct{ body, contentType, want string }{
		"long":      {long, "application/json", violated(3, structure, "nope", "want a field that there is", "UNKNOWN_FIELD")},
		"protobuf":  {`{"nope":1}`, "application/proto", envelope(3, structure)},
		"a form":    {`{"nope":1}`, "application/x-www-form-urlencoded", violated(3, structure, "nope", "want a field that there is", "UNKNOWN_FIELD")},
		"JSON+":     {`{"nope":1}`, "application/merge-patch+json", violated(3, structure, "nope", "want a field that there is", "UNKNOWN_FIELD")},
		"multipart": {`{"nope":1}`, "multipart/form-data; boundary=x", envelope(3, structure)},
		"gzip":      {zipped(t, `{"nope":1}`), "application/json", violated(3, structure, "nope", "want a field that there is", "UNKNOWN_FIELD")},
		"far away":  {strings.Repeat(" ", 1<<16) + `{"nope":1}`, "application/json", envelope(3, structure)},
	} {
		t.Run(name, func(t *testing.T) {
			read := 0
			s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
				b, err := io.ReadAll(r.Body)
				if read = len(b); err != nil || string(b) != test.body {
					t.Errorf("read %d bytes, %v", read, err)
				}
				w.WriteHeader(500)
				fmt.Fprintf(w, `{"code":2,"message":%q}`, text)
			}))
			if a := send(t, s, "POST", "/", test.body, "Content-Type", test.contentType); a.status != 400 || a.body != test.want {
				t.Errorf("answer = %d %s, want %s", a.status, a.body, test.want)
			}
		})
	}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	_, err := zw.Write([]byte(text))
	if err == nil {
		err = zw.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestOneFieldHasOneName in the answers of one API, whatever is wrong with it, and with both codecs.
func TestOneFieldHasOneName(t *testing.T) {
	own := errpactv1err.InvalidValue.WithField("violations[0].subject_name", "is taken").WithField("X-Quota_Id", "is no path")
	service := func(opts ...connect.HandlerOption) http.Handler {
		return quiet(t, connect.NewUnaryHandler("/acme.v1.Quotas/Check", func(context.Context, *connect.Request[errdetails.QuotaFailure]) (*connect.Response[emptypb.Empty], error) {
			return nil, connect.NewError(connect.CodeInternal, nil)
		}, opts...))
	}
	fail := quietFunc(t, func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, own) })
	for name, test := range map[string]struct {
		handler    http.Handler
		body, want string
	}{
		"a handler's own": {fail, `{}`, `[{"field":"violations[0].subjectName","description":"is taken"},{"field":"X-Quota_Id","description":"is no path"}]`},
		"the .proto's names": {quietFunc(t, func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, own) }, rest.WithProtoNames()), `{}`,
			`[{"field":"violations[0].subject_name","description":"is taken"},{"field":"X-Quota_Id","description":"is no path"}]`},
		"Connect's codec": {service(), `{"violations":[{"quotaId":5}]}`, `[{"field":"violations[0].quotaId","description":"want text","reason":"WRONG_TYPE"}]`},
		"a strict codec":  {service(strictjson.Option()), `{"violations":[{"quotaId":5}]}`, `[{"field":"violations[0].quotaId","description":"want text","reason":"WRONG_TYPE"}]`},
		"several unknown": {service(strictjson.Option()), `{"violations":[{"quota_number":5}],"nope":1}`, `[{"field":"violations[0].quota_number","description":"want a field that there is","reason":"UNKNOWN_FIELD"},` +
			`{"field":"nope","description":"want a field that there is","reason":"UNKNOWN_FIELD"}]`},
		"unknown": {service(strictjson.Option()), `{"violations":[{"quota_number":5}]}`, `[{"field":"violations[0].quota_number","description":"want a field that there is","reason":"UNKNOWN_FIELD"}]`},
	} {
		a := send(t, serve(t, test.handler), "POST", "/v1/quotas", test.body, "Content-Type", "application/json")
		if !strings.Contains(a.body, `"field_violations":`+test.want) {
			t.Errorf("%s: %s, want %s", name, a.body, test.want)
		}
	}
}

// TestMissingFieldsOfConnect are those of proto2.
func TestMissingFieldsOfConnect(t *testing.T) {
	for name, opts := range map[string][]connect.HandlerOption{"Connect's codec": nil, "a strict codec": {strictjson.Option()}} {
		h := connect.NewUnaryHandler("/acme.v1.Options/Set", func(context.Context, *connect.Request[descriptorpb.UninterpretedOption_NamePart]) (*connect.Response[emptypb.Empty], error) {
			return connect.NewResponse(new(emptypb.Empty)), nil
		}, opts...)
		a := send(t, serve(t, quiet(t, h)), "POST", "/v1/options", `{"namePart":"a"}`, "Content-Type", "application/json")
		if want := violated(3, structure, "isExtension", "want a value", "REQUIRED"); a.body != want {
			t.Errorf("%s: %d %s, want %s", name, a.status, a.body, want)
		}
	}
}
