// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package outline

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

var (
	errNoKey  = errors.New("want a key and a colon")
	errMerged = errors.New("want every key written out, have a merge key")
)

// indicators are the signs, and the tab, with which a plain word cannot begin.
// https://yaml.org/spec/1.2.2/#53-indicator-characters
const indicators = "?-:,[]{}#&*!|>'\"%@`\t"

// readKey reads the key at the beginning of a line. It returns the length of the key and its colon.
func readKey(content []byte) (key string, length int, err error) {
	if length = quotedLength(content); length > 0 {
		if key, err = unquoted(string(content[:length])); err != nil {
			return "", 0, err
		}
	} else {
		if strings.IndexByte(indicators, content[0]) >= 0 && !isPlainStart(content) {
			return "", 0, errNoKey
		}
		length = plainKeyLength(content)
		key = string(bytes.TrimRight(content[:length], " \t"))
	}
	rest := content[length:]
	colon := len(rest) - len(bytes.TrimLeft(rest, " \t"))
	if colon == len(rest) || rest[colon] != ':' || !endsWord(rest[colon+1:]) {
		return "", 0, errNoKey
	}
	if key == "<<" {
		return "", 0, errMerged
	}
	return key, length + colon + 1, nil
}

// isPlainStart reports whether a word begins with one of the indicators with which it can if more of it follows.
func isPlainStart(content []byte) bool {
	return strings.IndexByte("?-:", content[0]) >= 0 && !endsWord(content[1:])
}

func endsWord(rest []byte) bool { return len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t' }

// plainKeyLength returns the length up to the colon that ends a plain key, or the whole length.
func plainKeyLength(content []byte) int {
	for i := range content {
		if content[i] == ':' && endsWord(content[i+1:]) {
			return i
		}
		if content[i] == '#' && i > 0 && endsWord(content[i-1:i]) {
			return i // a comment
		}
	}
	return len(content)
}

// quotedLength returns the length of the string in quotes at the beginning of a text. It returns 0 for a text
// without one, and for a string that does not end.
func quotedLength(text []byte) int {
	if len(text) == 0 || text[0] != '"' && text[0] != '\'' {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && text[0] == '"':
			i++
		case text[i] != text[0]:
		case text[0] == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		default:
			return i + 1
		}
	}
	return 0
}

// unquoted is the string in quotes. YAML has more escapes than JSON, which no key of OpenAPI needs.
func unquoted(s string) (string, error) {
	if strings.HasPrefix(s, "'") {
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'"), nil
	}
	var out string
	if json.Unmarshal([]byte(s), &out) != nil {
		return "", errors.New("want JSON's escapes in quotes")
	}
	return out, nil
}
