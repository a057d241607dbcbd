// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package jsonfault_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

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
