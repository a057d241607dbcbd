// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/errpact/errpact/cmd/errpact/internal/explain"
)

// FuzzExplain: whatever is pasted is explained or refused, and neither harms a terminal.
func FuzzExplain(f *testing.F) {
	for _, seed := range []string{
		`{"error_code":10,"error_message":"Resource does not exist","details":{"metadata":{"folder_id":"f-17"}}}`,
		`{"code":"not_found","details":[{"type":"errpact.v1.ErrorDetail","value":"CAo"},null]}`,
		`{"code":5,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_EXIST","domain":"errpact.dev"}]}`,
		"HTTP/2 404\r\ncontent-type: application/json\r\nretry-after: 3\r\n\r\n{\"error_code\":10}",
		"HTTP/2 200\ngrpc-status: 5\ngrpc-message: a%0Ab\ngrpc-status-details-bin: CAUSAWE\n",
		`level=ERROR msg="failed" answer="{\"error_code\":3,\"error_message\":\"\",\"details\":null}"`,
		"CAUSGVJlc291cmNlIGRvZXMgbm90IGV4aXN0", "\x1b[2J{}", "",
	} {
		f.Add([]byte(seed))
	}
	x, err := explain.New(nil, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		found, err := x.Explain(input)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines: %q", err)
			}
			return
		}
		if _, err := json.Marshal(found); err != nil {
			t.Errorf("no JSON: %v", err)
		}
		if found.HTTPStatus < 400 || found.HTTPStatus > 599 || found.ConnectCode == "" || found.Name == "" {
			t.Errorf("explained as %+v", found)
		}
		if strings.ContainsFunc(found.Text(explain.Style{}), func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
			t.Errorf("the text has control characters")
		}
	})
}
