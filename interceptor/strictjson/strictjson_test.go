// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/interceptor/strictjson"
	"github.com/errpact/errpact/internal/fieldpath"
	"github.com/errpact/errpact/internal/jsonfault"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

// faults are bodies of an errpactv1.Entry, and what is wrong with each: the violation's reason, and the
// field.
var faults = []struct{ body, reason, field string }{
	{`{`, "SYNTAX", ""},
	{``, "SYNTAX", ""},
	{`not JSON`, "SYNTAX", ""},
	{`{"message":"a",}`, "SYNTAX", ""},
	{`{"message":"a"} {}`, "SYNTAX", ""},
	{"{\"message\":\"\xff\"}", "SYNTAX", "message"},
	{`{"message":"\ud800"}`, "SYNTAX", "message"},
	{`{"message":"a","message":"b"}`, "SYNTAX", "message"},
	{`{"httpStatus":1,"http_status":2}`, "SYNTAX", "http_status"},
	{`{"reasons":[{"name":"A"},{"name":"A","name":"B"}]}`, "SYNTAX", "reasons[1].name"},
	{`{"httpFallbackFor":[{},{"status":400,"class":4}]}`, "SYNTAX", "httpFallbackFor[1].class"},
	{`{"messages":{"de":"a","fr":"b","de":"c"}}`, "SYNTAX", `messages["de"]`},
	{`[]`, "WRONG_TYPE", ""},
	{`"text"`, "WRONG_TYPE", ""},
	{`{"nope":1}`, "UNKNOWN_FIELD", "nope"},
	{`{"retryDelay":"1s","reasons":[{},{"name":"A","nope":null}]}`, "UNKNOWN_FIELD", "reasons[1].nope"},
	{`{"[acme.v1.ext]":1}`, "UNKNOWN_FIELD", "[acme.v1.ext]"},
	{`{"no\u0000\u00a0\u202epe":1}`, "UNKNOWN_FIELD", "no\ufffd\ufffd\ufffdpe"},
	{`{"httpStatus":"x"}`, "WRONG_TYPE", "httpStatus"},
	{`{"httpStatus":{}}`, "WRONG_TYPE", "httpStatus"},
	{`{"httpStatus":4294967296}`, "NOT_ALLOWED", "httpStatus"},
	{`{"message":1}`, "WRONG_TYPE", "message"},
	{`{"messages":{"de":"a","fr":2}}`, "WRONG_TYPE", `messages["fr"]`},
	{`{"messages":[]}`, "WRONG_TYPE", "messages"},
	{`{"reasons":{}}`, "WRONG_TYPE", "reasons"},
	{`{"reasons":["A"]}`, "WRONG_TYPE", "reasons[0]"},
	{`{"reasons":[{"connectCode":"CONNECT_CODE_NOPE"}]}`, "NOT_ALLOWED", "reasons[0].connectCode"},
	{`{"role":"ROLE_NOPE"}`, "NOT_ALLOWED", "role"},
	{`{"role":true}`, "WRONG_TYPE", "role"},
	{`{"retryDelay":"soon"}`, "NOT_ALLOWED", "retryDelay"},
	{`{"retryDelay":5}`, "WRONG_TYPE", "retryDelay"},
}

// sealed is the end of a fault's text.
var sealed = regexp.MustCompile(` \([A-Z_]+ [0-9a-f]{16}\)`)

func unsealed(text string) string { return sealed.ReplaceAllString(text, "") }

// TestStrictJSONRefuses finds what is wrong and where, in texts that are the same each time. The text has the
// field as the caller wrote it, and the detail, which RPC callers read, as the .proto names it.
func TestStrictJSONRefuses(t *testing.T) {
	for _, test := range faults {
		t.Run(test.body, func(t *testing.T) {
			err := strictjson.Codec[any]{}.Unmarshal([]byte(test.body), new(errpactv1.Entry))
			fromTranscoder := strictjson.Codec[proto.Message]{}.Unmarshal([]byte(test.body), new(errpactv1.Entry))
			if err == nil || fromTranscoder == nil || err.Error() != fromTranscoder.Error() || unsealed(err.Error()) == err.Error() {
				t.Fatalf("errors = %v, %v", err, fromTranscoder)
			}
			var e *connect.Error
			if !errors.As(err, &e) || e.Code() != connect.CodeInvalidArgument {
				t.Fatalf("it is no invalid_argument: %v", err)
			}
			detail, detailErr := e.Details()[0].Value()
			bad, ok := detail.(*errdetails.BadRequest)
			if detailErr != nil || !ok || len(bad.GetFieldViolations()) != 1 {
				t.Fatalf("detail = %v, %v", detail, detailErr)
			}
			field := fieldpath.Proto(new(errpactv1.Entry).ProtoReflect().Descriptor(), test.field)
			if v := bad.GetFieldViolations()[0]; v.GetReason() != test.reason || v.GetField() != field {
				t.Errorf("%s at %q (%s), want %s at %q", v.GetReason(), v.GetField(), v.GetDescription(), test.reason, field)
			}
			if test.field != "" && !strings.HasPrefix(err.Error(), test.field+": want ") {
				t.Errorf("the text is %q, want it to start with %q", err, test.field)
			}
			for _, foreign := range []string{"proto:", "\u00a0", "errpactv1", "line 1", "*"} {
				if strings.Contains(err.Error(), foreign) {
					t.Errorf("the text has %q: %q", foreign, err)
				}
			}
		})
	}
}

// TestStrictJSONNamesAllUnknownFields in the order of the body, within bounds, as one violation each. They come back
// from the text of the error, which is all that passes through a transcoder.
func TestStrictJSONNamesAllUnknownFields(t *testing.T) {
	var many, long, first strings.Builder
	for i := range 40 {
		fmt.Fprintf(&many, `,"n%d":1`, i)
		fmt.Fprintf(&long, `,"%s%d":1`, strings.Repeat("l", 60), i)
		fmt.Fprintf(&first, ",n%d", i)
	}
	eight := "nope" + first.String()[:strings.Index(first.String(), ",n7")]
	for _, test := range []struct{ body, want string }{
		{`{"nope":1,"message":"a","none":2}`, "nope,none"},
		{`{"message":"a","nope":1,"reasons":[{},{"name":"A","nil":1}],"none":{"below":1}}`, "nope,reasons[1].nil,none"},
		{`{"reasons":[{"nope":1,"none":1},{"nope":1}]}`, "reasons[0].nope,reasons[0].none,reasons[1].nope"},
		{`{"nope":1,"nope":2,"none":1}`, "nope,none"},
		{`{"nope":1,"httpStatus":"x"}`, "nope"},
		{`{"httpStatus":"x","nope":1}`, "httpStatus"},
		{`{"nope":1,"messages":{"de":"a"},"retryDelay":"5s","[no.such.extension]":1}`, "nope"},
		{`{"nope":1,"a, b":2,"a: want b":3,"c (d)":4,"":5}`, "nope,a: want b,c (d)"},
		{`{"a, b":2,"nope":1}`, "a, b"},
		{`{"nope":1` + many.String() + `}`, eight},
		{`{"nope":1` + long.String() + `}`, "nope," + strings.Join(numbered(strings.Repeat("l", 60), 7), ",")},
		{`{"reasons":[{"nope":1` + long.String() + `}]}`, "reasons[0].nope," + strings.Join(numbered("reasons[0]."+strings.Repeat("l", 60), 6), ",")},
	} {
		err := strictjson.Codec[any]{}.Unmarshal([]byte(test.body), new(errpactv1.Entry))
		fault, sealed := jsonfault.Parse(fmt.Sprint(err))
		own, ok := errors.AsType[*jsonfault.Fault](err)
		if !ok || !sealed {
			t.Fatalf("%.80s: %v is sealed: %v", test.body, err, sealed)
		}
		var paths []string
		for _, field := range fault.Fields() {
			paths = append(paths, field.JSONPath)
		}
		if got := strings.Join(paths, ","); got != test.want || len(own.BadRequest().GetFieldViolations()) != len(paths) {
			t.Errorf("%.80s: %s, want %s; the detail is %v", test.body, got, test.want, own.BadRequest())
		}
		for _, v := range own.BadRequest().GetFieldViolations() {
			if len(paths) > 1 && (v.GetReason() != "UNKNOWN_FIELD" || v.GetDescription() != jsonfault.WantField) {
				t.Errorf("%.80s: the violation is %v", test.body, v)
			}
		}
	}
}

func numbered(name string, n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprint(name, i))
	}
	return all
}

// TestStrictJSONTakes what the lenient codecs take, except for what they pass over.
func TestStrictJSONTakes(t *testing.T) {
	codec := strictjson.Codec[any]{}
	want := &errpactv1.Entry{
		ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_NOT_FOUND, HttpStatus: 404, Messages: map[string]string{"de": "a"},
		RetryDelay: durationpb.New(5e9), Reasons: []*errpactv1.Reason{{Name: "A"}},
	}
	for _, body := range []string{
		`{"connectCode":"CONNECT_CODE_NOT_FOUND","httpStatus":404,"messages":{"de":"a"},"retryDelay":"5s","reasons":[{"name":"A"}]}`,
		`{"connect_code":5,"http_status":"404","messages":{"de":"a"},"retry_delay":"5s","reasons":[{"name":"A","message":null}],"role":null}`,
	} {
		got := new(errpactv1.Entry)
		if err := codec.Unmarshal([]byte(body), got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
			t.Error(diff)
		}
	}
	first, err := codec.MarshalStable(want)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		again, err := codec.MarshalAppendStable([]byte("x"), want)
		if err != nil || string(again) != "x"+string(first) {
			t.Fatalf("%s, then %s, %v", first, again, err)
		}
	}
	got := new(errpactv1.Entry)
	if err := codec.Unmarshal(first, got); err != nil || !proto.Equal(got, want) {
		t.Errorf("there and back: %v, %v", got, err)
	}
	if codec.Name() != "json" || codec.IsBinary() {
		t.Errorf("codec = %q", codec.Name())
	}
}

// TestStrictJSONOfFields is for bodies that are one field.
func TestStrictJSONOfFields(t *testing.T) {
	codec := strictjson.Codec[proto.Message]{Options: protojson.MarshalOptions{EmitUnpopulated: true}}
	fields := new(errpactv1.Entry).ProtoReflect().Descriptor().Fields()
	for _, test := range []struct{ name, body, fault string }{
		{"http_status", `404`, ""},
		{"message", `"a"`, ""},
		{"reasons", `[{"name":"A"}]`, ""},
		{"retry_delay", `"5s"`, ""},
		{"http_status", `"x"`, "httpStatus: want a whole number"},
		{"reasons", `[{"nope":1}]`, "reasons[0].nope: want a field that there is"},
		{"message", `"a","helpUrl":"b"`, "want valid JSON"},
	} {
		m := new(errpactv1.Entry)
		field := fields.ByTextName(test.name)
		err := codec.UnmarshalField([]byte(test.body), m, field)
		if got := unsealed(fmt.Sprint(err)); test.fault == "" != (err == nil) || err != nil && got != test.fault {
			t.Errorf("%s %s: %v, want %q", test.name, test.body, err, test.fault)
			continue
		}
		if err != nil {
			continue
		}
		back, err := codec.MarshalAppendField([]byte("x"), m, field)
		if err != nil || !strings.HasPrefix(string(back), "x") || codec.UnmarshalField(back[1:], m, field) != nil {
			t.Errorf("%s: %s, %v", test.name, back, err)
		}
	}
	for name, want := range map[string]string{"message": `""`, "reasons": "[]", "http_status": "0"} {
		if got, err := codec.MarshalAppendField(nil, new(errpactv1.Entry), fields.ByTextName(name)); err != nil || string(got) != want {
			t.Errorf("an unset %s is %s, %v", name, got, err)
		}
	}
}

// TestStrictJSONOfRequiredFields is for proto2, whose fields may be required.
func TestStrictJSONOfRequiredFields(t *testing.T) {
	for _, test := range []struct {
		body string
		into proto.Message
		want string
	}{
		{`{}`, new(descriptorpb.UninterpretedOption_NamePart), "namePart: want a value (REQUIRED"},
		{`{"namePart":"a"}`, new(descriptorpb.UninterpretedOption_NamePart), "isExtension: want a value (REQUIRED"},
		{`{"isExtension":true,"name_part":null}`, new(descriptorpb.UninterpretedOption_NamePart), "namePart: want a value (REQUIRED"},
		{`{"name":[{"namePart":"a","isExtension":true},{"namePart":"a"}]}`, new(descriptorpb.UninterpretedOption), "name[1].isExtension: want a value (REQUIRED"},
		{`{"options":{"uninterpretedOption":[{"name":[{}]}]}}`, new(descriptorpb.FieldDescriptorProto), "options.uninterpretedOption[0].name[0].namePart: want a value (REQUIRED"},
		{`{"namePart":5}`, new(descriptorpb.UninterpretedOption_NamePart), "namePart: want text (WRONG_TYPE"},
		{`{"nope":5}`, new(descriptorpb.UninterpretedOption_NamePart), "nope: want a field that there is (UNKNOWN_FIELD"},
	} {
		err := strictjson.Codec[any]{}.Unmarshal([]byte(test.body), test.into)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.body, err, test.want)
		}
	}
}

// TestStrictJSONNamesFieldsInsideOtherForms: messages inside google.protobuf.Any, and values that have a form of their own
// in JSON. The field around them exists, and has the right type.
func TestStrictJSONNamesFieldsInsideOtherForms(t *testing.T) {
	const of = `{"details":[{"@type":"type.googleapis.com/google.rpc.`
	for _, test := range []struct {
		body string
		into proto.Message
		want string
	}{
		{of + `RetryInfo","nope":1}]}`, new(spb.Status), "details[0].nope: want a field that there is (UNKNOWN_FIELD"},
		{of + `RetryInfo","nope":1}],"none":1}`, new(spb.Status), "details[0].nope, none: want fields that there are (UNKNOWN_FIELD"},
		{of + `RetryInfo","retryDelay":"soon"}]}`, new(spb.Status), "details[0].retryDelay: want a value that is allowed (NOT_ALLOWED"},
		{of + `ErrorInfo","metadata":{"a":5}}]}`, new(spb.Status), `details[0].metadata["a"]: want text (WRONG_TYPE`},
		{of + `BadRequest","fieldViolations":[{},{"field":5}]}]}`, new(spb.Status), "details[0].fieldViolations[1].field: want text (WRONG_TYPE"},
		{of + `BadRequest","fieldViolations":[{},{"nope":5}]}]}`, new(spb.Status), "details[0].fieldViolations[1].nope: want a field that there is (UNKNOWN_FIELD"},
		{of + `QuotaFailure","violations":5}]}`, new(spb.Status), "details[0].violations: want a value of another type (WRONG_TYPE"},
		{`{"details":[{"@type":"x/google.protobuf.Duration","value":"soon"}]}`, new(spb.Status), "details[0].value: want a value that is allowed (NOT_ALLOWED"},
		{`{"details":[{},{"x":1}]}`, new(spb.Status), "details[1]: want what the message's definition says (SYNTAX"},
		{`{"details":[{"@type":"x/acme.v1.Nobody"}]}`, new(spb.Status), "details[0]: want what the message's definition says (SYNTAX"},
		{`{"details":[5]}`, new(spb.Status), "details[0]: want a value of another type (WRONG_TYPE"},
		{`{"a":{"b":1e999}}`, new(structpb.Struct), "a.b: want a value that is allowed (NOT_ALLOWED"},
		{`{"details":[{"@type":"x/google.protobuf.Struct","value":{"a":[1,1e999]}}]}`, new(spb.Status), "details[0].value.a[1]: want a value that is allowed (NOT_ALLOWED"},
	} {
		err := strictjson.Codec[any]{}.Unmarshal([]byte(test.body), test.into)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.body, err, test.want)
		}
	}
}

// TestG7StrictJSONOfNothing: nil messages, and what is no message, are errors.
func TestG7StrictJSONOfNothing(t *testing.T) {
	for _, message := range []any{nil, "text", (*errpactv1.Entry)(nil)} {
		if err := (strictjson.Codec[any]{}).Unmarshal([]byte(`{}`), message); err == nil {
			t.Errorf("%T is decoded into", message)
		}
	}
	if _, err := (strictjson.Codec[any]{}).Marshal(nil); err == nil {
		t.Error("nil is encoded")
	}
	if err := (strictjson.Codec[proto.Message]{}).Unmarshal([]byte(`{}`), nil); err == nil {
		t.Error("nil is decoded into")
	}
}

// TestStrictJSONOnConnect is a Connect handler, whose RPC callers get a text without Go's names.
func TestStrictJSONOnConnect(t *testing.T) {
	const procedure = "/acme.v1.Entries/Add"
	ran := false
	s := loopback.Serve(t, connect.NewUnaryHandler(procedure, func(_ context.Context, req *connect.Request[errpactv1.Entry]) (*connect.Response[errpactv1.Entry], error) {
		ran = true
		return connect.NewResponse(req.Msg), nil
	}, strictjson.Option()))
	for _, contentType := range []string{"application/json", "application/json; charset=utf-8"} {
		for body, want := range map[string]string{
			`{"nope":1}`:            `{"code":"invalid_argument","message":"unmarshal message: nope: want a field that there is"}`,
			`{"role":"ROLE_NOPE"}`:  `{"code":"invalid_argument","message":"unmarshal message: role: want the name of one of the enum's values"}`,
			`{"reasons":[{"a":1}]}`: `{"code":"invalid_argument","message":"unmarshal message: reasons[0].a: want a field that there is"}`,
		} {
			status, answer := post(t, s.URL+procedure, body, contentType)
			if status != 400 || unsealed(answer) != want || ran {
				t.Errorf("%s: %d %s, ran %v", body, status, answer, ran)
			}
		}
	}
	if status, answer := post(t, s.URL+procedure, `{"message":"a"}`, "application/json"); status != 200 || answer != `{"message":"a"}` {
		t.Errorf("success = %d %s", status, answer)
	}
}

// post sends a Connect request and returns the answer's status and body.
func post(t *testing.T, url, body, contentType string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("Connect-Protocol-Version", "1")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(answer)
}

// TestStrictJSONIsBounded: a large body, or a deep one, is refused without its place.
func TestStrictJSONIsBounded(t *testing.T) {
	deep := strings.Repeat(`{"outer":{"inner":`, 2000) + "1" + strings.Repeat("}}", 2000)
	for name, test := range map[string]struct{ body, want string }{
		"large":       {`{"nope":"` + strings.Repeat("a", 1<<20) + `"}`, "want a field that there is"},
		"deep":        {`{"reasons":[{"messages":` + deep + `}]}`, `reasons[0].messages["outer"]: want text`},
		"a long name": {`{"` + strings.Repeat("n", 60000) + `":1}`, strings.Repeat("n", 64) + ": want a field that there is"},
		"many":        {`{"reasons":[` + strings.Repeat(`{},`, 20000) + `1]}`, "reasons[20000]: want a value of another type"},
	} {
		err := strictjson.Codec[any]{}.Unmarshal([]byte(test.body), new(errpactv1.Entry))
		if got := unsealed(fmt.Sprint(err)); got != test.want {
			t.Errorf("%s: %.500s, want %s", name, got, test.want)
		}
	}
}

// FuzzStrictJSON: whatever is refused has a place and a text, and what is taken can be written.
func FuzzStrictJSON(f *testing.F) {
	for _, test := range faults {
		f.Add(test.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		m := new(errpactv1.Entry)
		err := strictjson.Codec[any]{}.Unmarshal([]byte(body), m)
		if lenient := protojson.Unmarshal([]byte(body), new(errpactv1.Entry)); (err == nil) != (lenient == nil) {
			t.Fatalf("%q: %v, but %v", body, err, lenient)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\r\x00\u00a0") {
			t.Errorf("%q: %q", body, err)
		}
	})
}
