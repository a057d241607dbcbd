// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
)

// read is what proto makes of an ErrorDetail. What proto refuses does not count.
func readByProto(b []byte) (d namedCode, wrong error) {
	var m errpactv1.ErrorDetail
	d.sought = true
	if wrong = proto.Unmarshal(b, &m); wrong != nil || m.Code == nil && m.Number == nil || len(b) > maxDetailBytes {
		return d, wrong
	}
	d = namedCode{
		sought: true, found: true, number: m.GetNumber(), catalogue: m.GetCatalogue(), reason: m.GetReason(), payload: m.GetDetailsJson(),
	}
	if m.Number == nil {
		d.builtin, d.number = true, int32(m.GetCode())
	}
	return d, nil
}

// FuzzNamedCode compares with proto, which refuses text that is not UTF-8 besides.
func FuzzNamedCode(f *testing.F) {
	for _, b := range []string{
		"", "\x08\x0a", "\x28\xe9\x07", "\x28\xe9\x07\x08\x0a", "\x08\x0a\x28\xe9\x07", "\x08\x0a\x08\x0b", "\x08", "\x12\x05a", "\x1a\x03ABC",
		"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x12\x0cacme.v1.Shop\x1a\x08SOLD_OUT\x22\x02{}\x28\xe9\x07", "\x08\x0a\x1a\x01\xff",
		"\x0a\x01a\x08\x0a", "\x08\x0a\x33\x34", "\xf8\xff\xff\xff\x1f\x00\x08\x0a", "\x08\x0a\x33", "\x08\x0a\x7a\x03abc", "\x08\x0a\x1a\x01A\x1a\x01B", "\x08\x0a\x1a\x01A\x1a\x00",
		"\x08\x0a\x22\x80\x80\x04\"" + strings.Repeat("x", 65534) + "\"",
	} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var got namedCode
		got.read(b)
		want, err := readByProto(b)
		if err != nil && strings.Contains(err.Error(), "UTF-8") {
			return
		}
		if got != want {
			t.Errorf("%x: got %+v, want %+v (%v)", b, got, want, err)
		}
	})
}
