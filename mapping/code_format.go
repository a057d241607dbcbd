// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// hiddenText stands in a public message where an error was to be printed.
const hiddenText = "(error not shown)"

// formatPublic formats without any argument that is an error, and returns the first of them. The message is
// empty if it would say nothing else.
func formatPublic(format string, args []any) (message string, cause error) {
	public := slices.Clone(args)
	for i, arg := range args {
		switch err, isError := errorIn(arg); {
		case err != nil:
			public[i] = &hidden{hiddenText}
			if cause == nil {
				cause = err
			}
		case isError || arg == nil: // a nil may well be an error that is not there
			public[i] = new(hidden)
		}
	}
	formatted := fmt.Errorf(format, public...)
	message = formatted.Error()
	if silence(formatted) {
		message = fmt.Errorf(format, public...).Error()
	}
	if message == hiddenText {
		return "", cause
	}
	return message, cause
}

// errorIn returns the error that an argument is, or that joins those of a slice.
func errorIn(arg any) (err error, isError bool) {
	if errs, ok := arg.([]error); ok {
		return errors.Join(errs...), true
	}
	err, isError = arg.(error)
	return err, isError
}

// silence lets those arguments print nothing that %w wrapped, and reports whether there are any.
func silence(formatted error) bool {
	kids, kid := unwrap(formatted)
	if kid != nil {
		kids = []error{kid}
	}
	for _, kid := range kids {
		if h, ok := kid.(*hidden); ok {
			h.text = ""
		}
	}
	return len(kids) > 0
}

// hidden prints as its text under every verb. It is an error, so that %w takes it.
type hidden struct{ text string }

func (h *hidden) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, h.text) }

func (h *hidden) Error() string { return h.text }
