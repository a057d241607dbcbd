// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"slices"
	"strconv"
	"strings"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping"
)

// A wording is a text that a library writes, as the format that its source has, and the codes that it writes
// it under. A handler's own text may begin with the same words, so the whole format and the code have to match.
type wording struct {
	format string
	codes  codeSet
}

// A codeSet has a bit for each code.
type codeSet uint32

const (
	canceled          codeSet = 1 << connectcode.Canceled
	unknown           codeSet = 1 << connectcode.Unknown
	invalidArgument   codeSet = 1 << connectcode.InvalidArgument
	deadlineExceeded  codeSet = 1 << connectcode.DeadlineExceeded
	permissionDenied  codeSet = 1 << connectcode.PermissionDenied
	resourceExhausted codeSet = 1 << connectcode.ResourceExhausted
	unimplemented     codeSet = 1 << connectcode.Unimplemented
	internal          codeSet = 1 << connectcode.Internal
	unavailable       codeSet = 1 << connectcode.Unavailable
	unauthenticated   codeSet = 1 << connectcode.Unauthenticated
)

func (s codeSet) has(code mapping.ConnectCode) bool { return s>>code&1 != 0 }

// isOneOf reports whether a message under a code is one of the texts.
func isOneOf(texts []wording, code mapping.ConnectCode, message string) bool {
	return slices.ContainsFunc(texts, func(w wording) bool { return w.codes.has(code) && Fits(w.format, message) })
}

// Fits reports whether a text can come of a format. A %d is digits, a %q is a quoted text, and any other verb is
// any text, up to the format's next words.
func Fits(format, text string) bool {
	words, rest, more := strings.Cut(format, "%")
	text, ok := strings.CutPrefix(text, words)
	if !ok || !more {
		return ok && text == ""
	}
	rest = strings.TrimPrefix(rest, "+")
	verb, format := rest[0], rest[1:]
	switch verb {
	case 'd':
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
	at := strings.Index(text, next)
	return at >= 0 && Fits(format, text[at:])
}

// formatsOf returns the formats of several lists, for the tests that find each in the library's source.
func formatsOf(lists ...[]wording) (formats []string) {
	for _, w := range slices.Concat(lists...) {
		formats = append(formats, w.format)
	}
	return formats
}
