// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"slices"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/foreign/format"
	"github.com/errpact/errpact/mapping"
)

// A wording is a text of a library, as the format in its source, and the codes that the library gives with it. A
// handler's own text may begin with the same words, so the whole format and the code have to match. Where both still
// match a handler's text, it counts as the library's: the rest of it may be the upstream's.
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
	return slices.ContainsFunc(texts, func(w wording) bool { return w.codes.has(code) && format.Fits(w.format, message) })
}

// formatsOf returns the formats of several lists, for the tests that find each in the library's source.
func formatsOf(lists ...[]wording) (formats []string) {
	for _, w := range slices.Concat(lists...) {
		formats = append(formats, w.format)
	}
	return formats
}
