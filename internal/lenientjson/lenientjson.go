// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package lenientjson reads what encoding/json refuses and other programs write: a byte order mark, whole numbers
// with a fraction or an exponent, and bytes that are not padded base64.
package lenientjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Trim returns JSON without the byte order mark before it.
// RFC 8259, section 8.1, lets a parser ignore one: https://www.rfc-editor.org/rfc/rfc8259#section-8.1
func Trim(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\ufeff")) }

// An Int32 is a whole number of 32 bits, however it is written: 10, 10.0 and 1e1 are one number.
type Int32 int32

// UnmarshalJSON implements [json.Unmarshaler]. It leaves n as it is for null, as encoding/json does.
func (n *Int32) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var number json.Number
	if b[0] == '"' {
		return fmt.Errorf("want a number, got the text %s", b)
	}
	if err := json.Unmarshal(b, &number); err != nil {
		return err
	}
	// A float64 holds every number of 32 bits exactly.
	value, err := strconv.ParseFloat(number.String(), 64)
	if err != nil || value != math.Trunc(value) || value < math.MinInt32 || value > math.MaxInt32 {
		return fmt.Errorf("want a whole number of 32 bits, got %s", number)
	}
	*n = Int32(value)
	return nil
}
