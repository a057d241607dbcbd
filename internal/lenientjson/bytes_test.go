// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lenientjson_test

import (
	"encoding/json"
	"testing"

	"github.com/errpact/errpact/internal/lenientjson"
)

func TestBytesReadsWhatPrintersWrite(t *testing.T) {
	for text, want := range map[string]string{
		`"CAo="`: "\x08\x0a", `"CAo"`: "\x08\x0a", `""`: "", `"-_8="`: "\xfb\xff", `"+/8"`: "\xfb\xff",
		`[8,10]`: "\x08\x0a", `[]`: "", `[255]`: "\xff",
		`{"type":"Buffer","data":[8,10]}`: "\x08\x0a", `{"type":"Buffer","data":[]}`: "",
		`{"0":8,"1":10}`: "\x08\x0a", `{"1":10,"0":8}`: "\x08\x0a", `{}`: "",
	} {
		var got lenientjson.Bytes
		if err := json.Unmarshal([]byte(text), &got); err != nil || string(got) != want {
			t.Errorf("%s is read as %q, %v, want %q", text, got, err, want)
		}
	}
	kept := lenientjson.Bytes("as it was")
	if err := json.Unmarshal([]byte("null"), &kept); err != nil || string(kept) != "as it was" {
		t.Errorf("null is read as %q, %v", kept, err)
	}
}

func TestBytesRefusesWhatIsNone(t *testing.T) {
	for _, text := range []string{
		`"!"`, `"CA=o"`, `"C"`, `[256]`, `[-1]`, `[1.5]`, `["8"]`, `[[8]]`, `{"0":8,"2":10}`, `{"1":8}`, `{"0":256}`, `{"a":1}`, `{"data":7}`, `7`, `true`,
	} {
		var got lenientjson.Bytes
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is read as %q, want an error", text, got)
		}
	}
}

// FuzzBytes: whatever is read fits into what it was read from.
func FuzzBytes(f *testing.F) {
	for _, seed := range []string{`"CAo="`, `[8,10]`, `{"type":"Buffer","data":[8]}`, `{"0":8}`, `{"data":null}`, `null`, `"\u0041"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got lenientjson.Bytes
		if json.Unmarshal(text, &got) == nil && len(got) > len(text) {
			t.Errorf("%q is read as %d bytes", text, len(got))
		}
	})
}

// FuzzInt32: a number that encoding/json reads is the same here, and one that is read is written back as itself.
func FuzzInt32(f *testing.F) {
	for _, seed := range []string{"10", "10.0", "1e1", "-0.0", "1e-1", "1e999", `"10"`, "null", "2147483648"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got lenientjson.Int32
		var plain int32
		err := json.Unmarshal(text, &got)
		if plainErr := json.Unmarshal(text, &plain); plainErr == nil && (err != nil || int32(got) != plain) {
			t.Errorf("%q is read as %d, %v, want %d", text, got, err, plain)
		}
		again, _ := json.Marshal(got)
		var twice lenientjson.Int32
		if json.Unmarshal(again, &twice) != nil || twice != got {
			t.Errorf("%q is written as %s, and read as %d", text, again, twice)
		}
	})
}
