// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package protoedit

import (
	"slices"
	"strings"
)

func lineStart(source string, at int) int { return strings.LastIndexByte(source[:at], '\n') + 1 }

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

// hasComments reports whether there is a comment between the tokens.
func hasComments(source string, all []token) bool {
	for i := range len(all) - 1 {
		if !isBlank(source[all[i].end:all[i+1].start]) {
			return true
		}
	}
	return false
}

// afterComments returns the end of the comments that start behind a token, on its line; its own end without any.
func afterComments(source string, at int) int {
	for i := at; ; {
		i += len(source[i:]) - len(strings.TrimLeft(source[i:], " \t"))
		switch {
		case strings.HasPrefix(source[i:], "/*"):
			i = until(source, i+2, "*/")
			at = i
		case strings.HasPrefix(source[i:], "//"):
			return len(strings.TrimRight(source[:until(source, i, "\n")], "\r\n"))
		default:
			return at
		}
	}
}

// beforeComments returns the start of the line of a token, or of that of the comments right above it. Those that start on
// the line of the token before it, which ends at from, are not among them.
func beforeComments(source string, from, at int) int {
	start := at
	for _, c := range slices.Backward(comments(source, from, at)) {
		isBehind := from > 0 && !strings.Contains(source[from:c.start], "\n")
		if isBehind || strings.Count(source[c.end:start], "\n") > 1 {
			break
		}
		start = c.start
	}
	if line := lineStart(source, start); isBlank(source[line:start]) {
		return line
	}
	return at
}

// comments returns the comments between two tokens. One of a line is without the line's end.
func comments(source string, from, to int) []token {
	var all []token
	for i := from; i < to; {
		start := i
		switch {
		case strings.HasPrefix(source[i:], "//"):
			i = until(source, i, "\n") - 1
		case strings.HasPrefix(source[i:], "/*"):
			i = until(source, i+2, "*/")
		default:
			i++
			continue
		}
		all = append(all, token{source[start:i], start, i})
	}
	return all
}
