// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMessage bounds the public message, in bytes.
const maxMessage = 512

// cleanMessage makes any text fit to be a public message: valid UTF-8, since invalid text costs a
// gRPC answer its code and its details; no control characters or line separators, since whoever
// logs it would print them; and at most maxMessage bytes, cut on a rune.
func cleanMessage(s string) string { return cleanText(s, maxMessage) }

// cleanText replaces what is not printable on one line, and gives at most limit bytes, of whole runes.
func cleanText(s string, limit int) string {
	if isCleanASCII(s) {
		return cutText(s, limit)
	}
	var b strings.Builder
	for _, r := range s { // RuneError for invalid bytes
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			r = ' '
		}
		if b.Len()+utf8.RuneLen(r) > limit {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isBlank reports whether a handler's text says nothing, so that the catalogue's or the status's goes out for it.
func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

func isCleanASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cutText cuts valid UTF-8 to at most limit bytes, on a rune.
func cutText(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// validText makes a text fit for a protobuf string, and keeps all else of it.
func validText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// escapeText quotes what would not print on one line, for logs.
func escapeText(s string) string {
	quoted := strconv.Quote(s)
	return quoted[1 : len(quoted)-1]
}

// isMetadataKey reports whether s can be a key of google.rpc.ErrorInfo's metadata: letters, digits,
// '-' and '_' after a letter, 64 characters at the most. AIP-193 asks for a lower-case first letter
// and two characters besides; a key that has neither harms nobody and is not refused.
// https://google.aip.dev/193#errorinfo
func isMetadataKey(s string) bool {
	if s == "" || len(s) > 64 || !isLetter(s[0]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if !isLetter(s[i]) && !isDigit(s[i]) && s[i] != '_' && s[i] != '-' {
			return false
		}
	}
	return true
}

func isUpper(b byte) bool  { return 'A' <= b && b <= 'Z' }
func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return isUpper(b &^ 0x20) }
