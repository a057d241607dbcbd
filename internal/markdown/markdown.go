// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package markdown writes texts into Markdown in such a way that they stay texts. [Escape] is for those whose author
// is trusted, and [Code] for all others: to whoever reads the page, a person or an agent, what stands in a code span
// is a quotation.
package markdown

import (
	"fmt"
	"strings"
	"unicode"
)

// Escape escapes what Markdown takes for its own, in a paragraph, a heading or a cell of a table.
func Escape(text string) string {
	text = escaped(strings.TrimSpace(text))
	// A number with a dot or a bracket begins a list, and so do these signs, or a rule below a heading.
	number := strings.TrimLeft(text, "0123456789")
	if strings.HasPrefix(number, ".") || strings.HasPrefix(number, ")") {
		return text[:len(text)-len(number)] + "\\" + number
	}
	if strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "=") {
		return "\\" + text
	}
	return text
}

// escaped is a function and no strings.Replacer, which would cost every program that imports it.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch r {
		case '\\', '~', '|', '*', '_', '`', '[', ']', '#':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '\n', '\r':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Code returns a code span with the text, on one line (https://spec.commonmark.org/0.31.2/#code-spans). Nothing in the
// text ends the span, begins a line, or moves or hides other text: control and format characters are written as
// \u escapes.
func Code(text string) string {
	text = visible(text)
	fence := strings.Repeat("`", longestRun(text, '`')+1)
	if strings.Trim(text, " ") == "" { // a span may not be empty, and of spaces alone nothing is seen
		text = `"` + text + `"`
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.HasPrefix(text, " ") && strings.HasSuffix(text, " ") {
		text = " " + text + " " // which a renderer takes away again
	}
	return fence + text + fence
}

// visible escapes what a person does not see and an agent reads: line ends, controls, characters that change the
// direction of a text, and those that have no shape, in which whole texts can hide. What is not UTF-8 becomes U+FFFD.
func visible(text string) string {
	if !strings.ContainsFunc(text, invisible) {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	var b strings.Builder
	for _, r := range text {
		if invisible(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// longestRun returns the length of the longest run of a byte.
func longestRun(text string, of byte) int {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] != of {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
