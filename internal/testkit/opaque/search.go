// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package opaque

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strconv"
)

// Found reports whether the canary is in the bytes of an answer. It also looks into gzip, percent-encoding,
// quoted text, base64 and hex, and into several of these, one in the other.
func Found(raw []byte) bool { return search(raw, 3) }

func search(raw []byte, depth int) bool {
	if bytes.Contains(bytes.ToLower(raw), []byte(Canary)) {
		return true
	}
	if depth == 0 {
		return false
	}
	for _, decode := range []func([]byte) [][]byte{inflated, unescaped, fromBase64, fromHex} {
		for _, decoded := range decode(raw) {
			if search(decoded, depth-1) {
				return true
			}
		}
	}
	return false
}

var gzipMagic = []byte{0x1f, 0x8b, 8}

// inflated gives what is in every gzip stream, wherever it begins, also if it is cut.
func inflated(raw []byte) (all [][]byte) {
	for {
		at := bytes.Index(raw, gzipMagic)
		if at < 0 {
			return all
		}
		raw = raw[at:]
		if zr, err := gzip.NewReader(bytes.NewReader(raw)); err == nil {
			zr.Multistream(false)
			plain, _ := io.ReadAll(zr)
			all = append(all, plain)
		}
		raw = raw[1:]
	}
}

// unescaped undoes %41, \x41, \u0041, and a backslash before a character.
func unescaped(raw []byte) [][]byte {
	if bytes.IndexByte(raw, '%') < 0 && bytes.IndexByte(raw, '\\') < 0 {
		return nil
	}
	plain := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		switch char, length := escape(raw[i:]); {
		case length > 0:
			plain = append(plain, char) // the canary is ASCII
			i += length - 1
		case raw[i] != '\\':
			plain = append(plain, raw[i])
		}
	}
	return [][]byte{plain}
}

// escape decodes what b begins with, if that is an escape.
func escape(b []byte) (char byte, length int) {
	if b[0] != '%' && b[0] != '\\' {
		return 0, 0
	}
	for prefix, digits := range map[string]int{"%": 2, `\x`: 2, `\u`: 4} {
		if length = len(prefix) + digits; len(b) >= length && string(b[:len(prefix)]) == prefix {
			if char, err := strconv.ParseUint(string(b[len(prefix):length]), 16, 32); err == nil {
				return byte(char), length
			}
		}
	}
	return 0, 0
}

const (
	hexDigits   = "0123456789abcdefABCDEF"
	base64Chars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
)

// tokens are the runs of some characters that are long enough to hold the canary.
func tokens(raw []byte, chars string, length int) (all [][]byte) {
	var isPart [256]bool
	for i := range len(chars) {
		isPart[chars[i]] = true
	}
	start := 0
	for i := range len(raw) + 1 {
		if i < len(raw) && isPart[raw[i]] {
			continue
		}
		if i-start >= length {
			all = append(all, raw[start:i])
		}
		start = i + 1
	}
	return all
}

// fromBase64 decodes in each of the places where a token may begin.
func fromBase64(raw []byte) (all [][]byte) {
	for _, token := range tokens(raw, base64Chars, base64.RawStdEncoding.EncodedLen(len(Canary))) {
		encoding := base64.RawStdEncoding
		if bytes.ContainsAny(token, "-_") {
			encoding = base64.RawURLEncoding
		}
		for start := range 4 {
			decoded := make([]byte, encoding.DecodedLen(len(token)))
			n, _ := encoding.Decode(decoded, token[start:])
			all = append(all, decoded[:n])
		}
	}
	return all
}

func fromHex(raw []byte) (all [][]byte) {
	for _, token := range tokens(raw, hexDigits, hex.EncodedLen(len(Canary))) {
		for start := range 2 {
			decoded := make([]byte, len(token)/2)
			n, _ := hex.Decode(decoded, token[start:])
			all = append(all, decoded[:n])
		}
	}
	return all
}
