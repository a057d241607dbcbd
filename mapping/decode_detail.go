// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// MaxDetails is how many details of a response are looked at, at most.
const MaxDetails = 64

// maxDetailBytes bounds each of them.
const maxDetailBytes = 64 << 10

// errpact's own detail is decoded by hand, without protobuf's help: a client does that to every error.

// namedCode is a decoded errpact.v1.ErrorDetail, or none. Its texts need not be UTF-8.
type namedCode struct {
	// sought says that it was looked for, and found that there is one.
	sought, found bool
	number        int32
	// builtin says that the number is the built-in catalogue's; else it is that of the catalogue named.
	builtin           bool
	catalogue, reason string
	payload           string
}

// read decodes errpact.v1.ErrorDetail, and keeps nothing of b. Unknown fields are passed over; what is
// malformed, too long, or has no number does not count.
func (d *namedCode) read(b []byte) {
	*d = namedCode{sought: true}
	if len(b) > maxDetailBytes || !d.parse(b) {
		*d = namedCode{sought: true}
	}
}

func (d *namedCode) parse(b []byte) (ok bool) {
	all, whole := b, "" // one string for all texts
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 || number > protowire.MaxValidNumber {
			return false
		}
		b = b[n:]
		switch {
		case kind == protowire.VarintType && (number == 1 || number == 5):
			var v uint64
			v, n = protowire.ConsumeVarint(b)
			if number == 5 || !d.found || d.builtin {
				d.number, d.found, d.builtin = int32(v), true, number == 1
			}
		case kind == protowire.BytesType && number >= 2 && number <= 4:
			var v []byte
			if v, n = protowire.ConsumeBytes(b); n >= 0 {
				if whole == "" {
					whole = string(all)
				}
				end := len(all) - len(b) + n
				d.set(number, whole[end-len(v):end])
			}
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 {
			return false
		}
		b = b[n:]
	}
	return d.found
}

func (d *namedCode) set(number protowire.Number, v string) {
	switch number {
	case 2:
		d.catalogue = v
	case 3:
		d.reason = v
	case 4:
		d.payload = v
	}
}
