// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lenientjson_test

import (
	"encoding/json"
	"testing"

	"github.com/errpact/errpact/internal/lenientjson"
)

func TestInt32ReadsWholeNumbers(t *testing.T) {
	for text, want := range map[string]int32{
		"10": 10, "10.0": 10, "1e1": 10, "1E+1": 10, "100e-1": 10, "0": 0, "-0.0": 0, "-3": -3,
		"2147483647": 2147483647, "-2147483648.0": -2147483648, "0.1e1": 1,
	} {
		var got lenientjson.Int32
		if err := json.Unmarshal([]byte(text), &got); err != nil || int32(got) != want {
			t.Errorf("%s is read as %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestInt32RefusesWhatIsNone(t *testing.T) {
	for _, text := range []string{"10.5", "1e-1", "2147483648", "-2147483649", "1e10", "1e999", `"10"`, "true", "{}", "[]", "1e", "0x1"} {
		var got lenientjson.Int32
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is read as %d, want an error", text, got)
		}
	}
}

func TestTrimTakesOneMark(t *testing.T) {
	for in, want := range map[string]string{"\ufeff{}": "{}", "{}": "{}", "": "", "\ufeff": "", "\ufeff\ufeff{}": "\ufeff{}", " \ufeff{}": " \ufeff{}"} {
		if got := string(lenientjson.Trim([]byte(in))); got != want {
			t.Errorf("Trim(%q) = %q, want %q", in, got, want)
		}
	}
}
