// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package protoedit adds errors to the lists of methods in .proto files, and leaves everything else as it is.
package protoedit

import "strings"

// token is a word, a string or a sign of a .proto file. Comments are left out.
type token struct {
	text       string
	start, end int
}

// scan splits a file into tokens.
func scan(source string) []token {
	var all []token
	for i := 0; i < len(source); {
		start := i
		switch c := source[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
			continue
		case strings.HasPrefix(source[i:], "//"):
			i = until(source, i, "\n")
			continue
		case strings.HasPrefix(source[i:], "/*"):
			i = until(source, i+2, "*/")
			continue
		case c == '"' || c == '\'':
			for i++; i < len(source) && source[i] != c; i++ {
				if source[i] == '\\' {
					i++
				}
			}
			i = min(i+1, len(source))
		case isWord(c):
			for i < len(source) && (isWord(source[i]) || source[i] == '.') {
				i++
			}
		default:
			i++
		}
		all = append(all, token{source[start:i], start, i})
	}
	return all
}

func until(source string, from int, end string) int {
	at := strings.Index(source[from:], end)
	if at < 0 {
		return len(source)
	}
	return from + at + len(end)
}

func isWord(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// closing returns the index of the sign that closes the one at open; the number of tokens if nothing does.
func closing(all []token, open int) int {
	depth := 0
	for i := open; i < len(all); i++ {
		switch all[i].text {
		case "{", "[", "(":
			depth++
		case "}", "]", ")":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(all)
}

// find returns the index of the first of the words in a row between from and to, outside of braces; -1 without one.
func find(all []token, from, to int, words ...string) int {
	for i := from; i+len(words) <= to; i++ {
		if matches(all[i:], words) {
			return i
		}
		switch all[i].text {
		case "{", "[", "(":
			i = closing(all, i)
		}
	}
	return -1
}

func matches(all []token, words []string) bool {
	for i, word := range words {
		if all[i].text != word {
			return false
		}
	}
	return true
}
