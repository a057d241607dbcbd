// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"log/slog"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxGroups bounds the depth of groups: a LogValue method may return its own receiver.
const maxGroups = 8

// cleanAttrs returns the attributes with their control characters escaped: callers send some of the texts, and
// not every handler quotes what it prints.
func cleanAttrs(attrs []slog.Attr, depth int) []slog.Attr {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = slog.Attr{Key: escapeControl(a.Key), Value: cleanValue(a.Value, depth)}
	}
	return clean
}

// cleanValue keeps values such as structs if their text is clean, since a handler may print them as JSON.
func cleanValue(v slog.Value, depth int) slog.Value {
	switch v = v.Resolve(); v.Kind() {
	case slog.KindGroup:
		if depth == 0 {
			return slog.StringValue("…")
		}
		return slog.GroupValue(cleanAttrs(v.Group(), depth-1)...)
	case slog.KindString, slog.KindAny:
		if text := v.String(); !isPrintable(text) {
			return slog.StringValue(escapeText(text))
		}
	}
	return v
}

// escapeControl escapes only where there is something to escape.
func escapeControl(s string) string {
	if isPrintable(s) {
		return s
	}
	return escapeText(s)
}

// isPrintable reports whether a text is valid UTF-8 that prints on one line.
func isPrintable(s string) bool {
	return isCleanASCII(s) ||
		utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !strconv.IsPrint(r) })
}
