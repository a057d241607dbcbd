// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package protoedit

import "strings"

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

// beforeComments returns the start of the line of a token, or of the lines right above it that are comments.
func beforeComments(source string, at int) int {
	start := lineStart(source, at)
	if !isBlank(source[start:at]) {
		return at
	}
	for start > 0 {
		above := lineStart(source, start-1)
		if !strings.HasPrefix(strings.TrimSpace(source[above:start]), "//") {
			break
		}
		start = above
	}
	return start
}
