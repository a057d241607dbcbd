// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package statusjson_test

import (
	"bytes"
	"fmt"
	"testing"

	_ "google.golang.org/genproto/googleapis/rpc/errdetails" // a type that is known

	_ "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/statusjson"
	"github.com/errpact/errpact/mapping"
)

// TestParse reads each form: its code, its message, the HTTP status that it names, and its details' types and bytes.
func TestParse(t *testing.T) {
	const (
		errorDetail = "type.googleapis.com/errpact.v1.ErrorDetail"
		notExist    = "\x08\x0a"
	)
	for text, want := range map[string]string{
		// Connect's.
		`{"code":"not_found"}`:                                             "5 0",
		`{"code":"not_found","message":"gone"}`:                            `5 "gone" 0`,
		`{"code":"canceled","message":"","details":[],"extra":1}`:          "1 0",
		`{"error":{"code":"aborted","message":"busy"},"metadata":{}}`:      `10 "busy" 0`,
		`{"code":"not_found","details":[{"type":"a.B","value":"CAo"}]}`:    `5 0 a.B="\b\n"`,
		`{"code":"not_found","details":[{"type":"a.B"}]}`:                  `5 0 a.B=""`,
		`{"code":"not_found","details":[null,7,"x",{"type":5},{"a":"b"}]}`: `5 0 ="" ="" ="" ="" =""`,
		`{"code":"not_found","message":7,"details":"x"}`:                   "5 0",
		"\ufeff" + `{"code":"internal","message":"bug"}`:                   `13 "bug" 0`,
		// A google.rpc.Status.
		`{"code":5}`:                                                                               "5 0",
		`{"code":5.0,"message":"gone"}`:                                                            `5 "gone" 0`,
		`{"code":1.6e1,"message":"who","details":[]}`:                                              `16 "who" 0`,
		`{"error":"gone","code":5,"message":"gone"}`:                                               `5 "gone" 0`,
		`{"error":{"code":5,"message":"gone"}}`:                                                    `5 "gone" 0`,
		`{"code":5,"details":[{"@type":"` + errorDetail + `"}]}`:                                   `5 0 errpact.v1.ErrorDetail=""`,
		`{"code":5,"details":[{"@type":"x/a.B","c":1}],"trace":"t"}`:                               `5 0 a.B=""`,
		`{"name":"E","rawMessage":"m","code":5,"message":"[] m"}`:                                  "",
		`{"rawMessage":"m","code":"aborted","message":"[aborted] m"}`:                              `10 "m" 0`,
		`{"code":5,"details":[{"@type":"` + errorDetail + `","code":"ERROR_CODE_NOT_EXIST"}]}`:     `5 0 errpact.v1.ErrorDetail="\b\n"`,
		`{"code":5,"details":[{"@type":"` + errorDetail + `","@value":"CAo="}]}`:                   `5 0 errpact.v1.ErrorDetail="\b\n"`,
		`{"code":5,"details":[{"@type":"` + errorDetail + `","value":"CAo="}]}`:                    `5 0 errpact.v1.ErrorDetail="\b\n"`,
		`{"code":5,"details":[{"typeUrl":"` + errorDetail + `","value":"CAo="}]}`:                  `5 0 errpact.v1.ErrorDetail="\b\n"`,
		`{"code":5,"details":[{"type_url":"` + errorDetail + `","value":[8,10]}]}`:                 `5 0 errpact.v1.ErrorDetail="\b\n"`,
		`{"code":5,"details":[{"type":"errpact.v1.ErrorDetail","value":{"0":8,"1":10}}]}`:          `5 0 errpact.v1.ErrorDetail="\b\n"`,
		`{"code":5,"details":[{"@type":"` + errorDetail + `","@error":"odd"}]}`:                    `5 0 errpact.v1.ErrorDetail=""`,
		`{"code":5,"details":[{"@type":"x/a.B","value":"CAo="}]}`:                                  `5 0 a.B=""`,
		`{"code":5,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R"}]}`: `5 0 google.rpc.ErrorInfo="\n\x01R"`,
		`{"code":5,"details":[{"@type":"type.googleapis.com/google.rpc.None","reason":"R"}]}`:      `5 0 google.rpc.None=""`,
		// Google's.
		`{"error":{"code":404,"message":"gone","status":"NOT_FOUND"}}`: `5 "gone" 404`,
		`{"code":499,"message":"gone","status":"CANCELLED"}`:           `1 "gone" 499`,
		`{"error":{"code":4.09e2,"status":"ABORTED","errors":[]}}`:     "10 409",
		// None of them.
		"": "", "null": "", "[]": "", `"x"`: "", "{}": "", "{": "", `{"code":null}`: "", `{"code":""}`: "", `{"code":"NOT_FOUND"}`: "",
		`{"code":0}`: "", `{"code":17}`: "", `{"code":-5}`: "", `{"code":5.5}`: "", `{"code":"5"}`: "", `{"code":[5]}`: "", `{"error":"x"}`: "",
		`{"error":null}`: "", `{"error":{}}`: "", `{"error":{"error":{"code":"aborted"}}}`: "", `{"code":404,"message":"x"}`: "",
		`{"code":404,"status":"GONE"}`: "", `{"code":200,"status":"NOT_FOUND"}`: "", `{"status":"NOT_FOUND"}`: "", `{"code":404,"status":404}`: "",
		`{"code":1,"msg":"done","data":null}`: "", `{"level":"error","code":2,"message":"exit"}`: "", `{"code":3,"message":"m","details":[{"field":"f"}],"a":1}`: "",
	} {
		received, ok := statusjson.Parse([]byte(text))
		if got := render(received, ok); got != want {
			t.Errorf("%s is read as %s, want %s", text, got, want)
		}
	}
}

// render prints what was read on one line.
func render(r mapping.ErrorResponse, ok bool) string {
	if !ok {
		return ""
	}
	text := fmt.Sprint(uint32(r.ConnectCode))
	if r.Message != "" {
		text += fmt.Sprintf(" %q", r.Message)
	}
	text += fmt.Sprintf(" %d", r.HTTPStatus)
	if r.Details != nil {
		for i := range r.Details.Len() {
			text += fmt.Sprintf(" %s=%q", r.Details.Type(i), r.Details.Value(i))
		}
	}
	return text
}

// FuzzParse: whatever is read has a code, and details that can be asked for.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"code":"not_found","message":"m","details":[{"type":"a.B","value":"CAo"},null]}`,
		`{"code":5,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R","metadata":{"a":"b"}}]}`,
		`{"code":5,"details":[{"@error":"e","@type":"x/errpact.v1.ErrorDetail","@value":"CAo="},{"typeUrl":"a","value":{"0":8}}]}`,
		`{"error":{"code":404.0,"status":"NOT_FOUND","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1e9s"}]}}`,
		"\ufeff" + `{"code":1e1}`, `{"rawMessage":"m","code":"aborted"}`, `{"error":{"code":5}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		r, ok := statusjson.Parse(body)
		if !bytes.Equal(before, body) {
			t.Fatalf("%q was changed", before)
		}
		if !ok {
			return
		}
		if r.ConnectCode < 1 || r.ConnectCode > 16 || r.HTTPStatus != 0 && (r.HTTPStatus < 400 || r.HTTPStatus > 599) {
			t.Errorf("%q is read as code %d, status %d", body, r.ConnectCode, r.HTTPStatus)
		}
		_ = render(r, ok) // asks for every detail
		if e := new(mapping.Policy).Decode(&r); e.ConnectCode() != r.ConnectCode {
			t.Errorf("%q is decoded as %v", body, e)
		}
	})
}
