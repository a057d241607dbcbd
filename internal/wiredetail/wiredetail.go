// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package wiredetail reads error details as a peer sent them, without protobuf's help: a client does that to
// every error.
package wiredetail

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// What a peer sends is looked at within these bounds.
const (
	MaxDetails = 64
	MaxBytes   = 64 << 10 // of one detail
)

// ErrorDetailName is the full name of ErrorDetail's type.
const ErrorDetailName = "errpact.v1.ErrorDetail"

// ErrorDetail is a decoded errpact.v1.ErrorDetail, or none. Its texts need not be UTF-8.
type ErrorDetail struct {
	// Sought says that it was looked for, and Found that there is one.
	Sought, Found bool
	Number        int32
	// Builtin says that the number is the built-in catalogue's; else it is Catalogue's.
	Builtin           bool
	Catalogue, Reason string
	Payload           string
}

// Parse decodes errpact.v1.ErrorDetail, and keeps nothing of b. Unknown fields are passed over; what is
// malformed, too long, or has no number is none.
func (d *ErrorDetail) Parse(b []byte) {
	*d = ErrorDetail{Sought: true}
	if len(b) > MaxBytes || !d.parse(b) {
		*d = ErrorDetail{Sought: true}
	}
}

func (d *ErrorDetail) parse(b []byte) (ok bool) {
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
			if number == 5 || !d.Found || d.Builtin {
				d.Number, d.Found, d.Builtin = int32(v), true, number == 1
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
	return d.Found
}

func (d *ErrorDetail) set(number protowire.Number, v string) {
	switch number {
	case 2:
		d.Catalogue = v
	case 3:
		d.Reason = v
	case 4:
		d.Payload = v
	}
}
