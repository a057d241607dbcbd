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

// FuzzExplain: whatever is pasted is explained or refused, and neither harms a terminal. The seeds are the cases of all
// families.
func FuzzExplain(f *testing.F) {
	for _, seed := range []string{
		`{"error_code":10,"error_message":"Resource does not exist","details":{"metadata":{"folder_id":"f-17"}}}`,
		"HTTP/2 404\r\ncontent-type: application/json\r\nretry-after: 3\r\n\r\n{\"error_code\":10}",
		"HTTP/2 200\ngrpc-status: 5\ngrpc-message: a%0Ab\ngrpc-status-details-bin: CAUSAWE\n",
		"CAUSGVJlc291cmNlIGRvZXMgbm90IGV4aXN0", "\x1b[2J{}", "",
	} {
		f.Add([]byte(seed))
	}
	for _, cases := range families(f) {
		for _, c := range cases {
			f.Add([]byte(c.input))
		}
	}
	x := builtin(f)
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
		if found.HTTPStatus < 400 || found.HTTPStatus > 599 || found.ConnectCode == "" || found.Name == "" || found.Form == "" {
			t.Errorf("explained as %+v", found)
		}
		if strings.ContainsFunc(found.Text(explain.Style{}), func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
			t.Errorf("the text has control characters")
		}
		if again, err := x.Explain(input); err != nil || again.Text(explain.Style{}) != found.Text(explain.Style{}) {
			t.Errorf("explained again as %+v, %v", again, err)
		}
	})
}
