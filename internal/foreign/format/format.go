// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package format compares texts with the formats that libraries print them by.
package format

import (
	"strconv"
	"strings"
)

// Fits reports whether a format can produce a text. A %d stands for a number and a %q for a quoted text; any other verb
// stands for any text up to the format's next words. A format does not end with a single %.
func Fits(format, text string) bool {
	words, rest, more := strings.Cut(format, "%")
	text, ok := strings.CutPrefix(text, words)
	if !ok || !more {
		return ok && text == ""
	}
	rest = strings.TrimLeft(rest, "+#")
	verb, format := rest[0], rest[1:]
	switch verb {
	case 'd':
		text = strings.TrimPrefix(text, "-")
		digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
		return digits > 0 && Fits(format, text[digits:])
	case 'q':
		quoted, err := strconv.QuotedPrefix(text)
		return err == nil && Fits(format, text[len(quoted):])
	}
	if format == "" {
		return true
	}
	next, _, _ := strings.Cut(format, "%")
	for {
		at := strings.Index(text, next)
		if at < 0 || Fits(format, text[at:]) {
			return at >= 0
		}
		text = text[at+1:]
	}
}
