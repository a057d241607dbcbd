// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"strings"
	"testing"

	"github.com/errpact/errpact/mapping"
)

// TestParseEnvelope reads what printers make of an envelope: the keys in any order and more of them, a byte order mark,
// and numbers with a fraction or an exponent.
func TestParseEnvelope(t *testing.T) {
	for text, want := range map[string]mapping.Envelope{
		`{"error_code":10,"error_message":"m","details":null}`:             {Code: 10, Message: "m"},
		`{"details":null,"error_message":"m","error_code":10}`:             {Code: 10, Message: "m"},
		`{"error_code":10.0,"error_message":"m","details":null}`:           {Code: 10, Message: "m"},
		`{"error_code":1e1,"error_message":"m","details":null}`:            {Code: 10, Message: "m"},
		`{"error_code":1000E-2,"error_message":"m","details":null}`:        {Code: 10, Message: "m"},
		`{"error_code":-0.0,"error_message":"m","details":null}`:           {Message: "m"},
		`{"error_code":2147483647.0,"error_message":"m","details":null}`:   {Code: 2147483647, Message: "m"},
		`{"error_code":-3,"error_message":"","details":{"a":1}}`:           {Code: -3, Details: []byte(`{"a":1}`)},
		`{"error_code":10,"error_message":"m","details":"x","status":404}`: {Code: 10, Message: "m", Details: []byte(`"x"`)},
		"\ufeff" + `{"error_code":10,"error_message":"m","details":[]}`:    {Code: 10, Message: "m", Details: []byte(`[]`)},
		" \r\n{\"error_code\":10,\"error_message\":\"m\",\"details\":0}\n": {Code: 10, Message: "m", Details: []byte(`0`)},
	} {
		got, err := mapping.ParseEnvelope([]byte(text))
		if err != nil || got.Code != want.Code || got.Message != want.Message || string(got.Details) != string(want.Details) {
			t.Errorf("%s is read as %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "\ufeff", "null", "[]", "{}", `{"error_code":10}`, `{"error_code":10,"error_message":"m"}`, `{"error_message":"m","details":null}`,
		`{"error_code":null,"error_message":"m","details":null}`, `{"error_code":"10","error_message":"m","details":null}`,
		`{"error_code":10.5,"error_message":"m","details":null}`, `{"error_code":2147483648,"error_message":"m","details":null}`,
		`{"error_code":1e99,"error_message":"m","details":null}`, `{"error_code":10,"error_message":7,"details":null}`,
		`{"error_code":10,"error_message":"m","details":null`, "\ufeff\ufeff" + `{"error_code":10,"error_message":"m","details":null}`,
	} {
		if got, err := mapping.ParseEnvelope([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "mapping: parse an envelope: ") {
			t.Errorf("%s is read as %+v, %v, want an error", text, got, err)
		}
	}
}
