// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lenientjson

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// Bytes are bytes in JSON, as protobuf writes them or as JavaScript prints an array of bytes: base64, an array of
// numbers, a Buffer of Node, or an object that has the bytes by their index.
type Bytes []byte

var errBytes = errors.New("want bytes: base64, or numbers from 0 to 255")

// UnmarshalJSON implements [json.Unmarshaler]. It leaves b as it is for null.
func (b *Bytes) UnmarshalJSON(text []byte) error {
	var (
		encoded string
		numbers []uint16 // a []uint8 would be read as base64
		buffer  struct {
			Data []uint16 `json:"data"`
		}
		byIndex map[string]uint16
	)
	switch {
	case string(text) == "null":
		return nil
	case json.Unmarshal(text, &encoded) == nil:
		decoded, err := Base64(encoded)
		if err != nil {
			return err
		}
		*b = decoded
		return nil
	case json.Unmarshal(text, &numbers) == nil:
	case json.Unmarshal(text, &buffer) == nil && buffer.Data != nil:
		numbers = buffer.Data
	case json.Unmarshal(text, &byIndex) == nil:
		numbers = make([]uint16, len(byIndex))
		for i := range numbers {
			number, ok := byIndex[strconv.Itoa(i)]
			if !ok {
				return errBytes
			}
			numbers[i] = number
		}
	default:
		return errBytes
	}
	return b.set(numbers)
}

func (b *Bytes) set(numbers []uint16) error {
	decoded := make([]byte, len(numbers))
	for i, number := range numbers {
		if number > 0xff {
			return errBytes
		}
		decoded[i] = byte(number)
	}
	*b = decoded
	return nil
}

var standardAlphabet = strings.NewReplacer("-", "+", "_", "/")

// Base64 decodes base64 of either alphabet, with or without padding.
// https://www.rfc-editor.org/rfc/rfc4648#section-5
func Base64(text string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(standardAlphabet.Replace(text), "="))
}
