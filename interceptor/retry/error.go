// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/errpact/errpact/mapping"
)

// An Error is the last error of a call that was tried more than once. The zero Error has none, as nil has.
type Error struct {
	last  error
	tries int
	// ended is why the call's context ended the wait, or nil.
	ended error
}

// counted leaves an error alone if there was one try, and nothing to add.
func counted(err error, tries int, ended error) error {
	if tries == 1 && ended == nil {
		return err
	}
	return &Error{last: err, tries: tries, ended: ended}
}

// Tries returns how often the call was tried.
func (e *Error) Tries() int {
	if e == nil {
		return 0
	}
	return e.tries
}

// Error returns the text of the last error, and the count.
func (e *Error) Error() string {
	if e == nil || e.last == nil {
		return "<nil>"
	}
	return e.last.Error() + e.suffix()
}

func (e *Error) suffix() string {
	plural := "tries"
	if e.tries == 1 {
		plural = "try"
	}
	if e.ended != nil {
		return fmt.Sprintf(" (after %d %s: %v)", e.tries, plural, e.ended)
	}
	return fmt.Sprintf(" (after %d %s)", e.tries, plural)
}

// Unwrap returns the last error, for [errors.As].
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.last
}

// Is reports whether the context ended the wait for the next try with target: context.Canceled.
func (e *Error) Is(target error) bool {
	return e != nil && e.ended != nil && errors.Is(e.ended, target)
}

// LogValue returns a group: what the last error logs, and the count as tries.
func (e *Error) LogValue() slog.Value {
	if e == nil || e.last == nil {
		return slog.Value{}
	}
	attrs := []slog.Attr{slog.String("message", e.last.Error())}
	if typed, ok := mapping.From(e.last); ok {
		attrs = typed.LogValue().Group()
	}
	return slog.GroupValue(append(attrs[:len(attrs):len(attrs)], slog.Int("tries", e.tries))...)
}

// Format prints as Error does; %+v prints the last error with %+v, and the count. To a nil State it prints nothing.
func (e *Error) Format(s fmt.State, verb rune) {
	switch {
	case s == nil:
	case e != nil && e.last != nil && verb == 'v' && s.Flag('+'):
		_, _ = fmt.Fprintf(s, "%+v%s", e.last, e.suffix())
	case verb == 'v':
		_, _ = fmt.Fprintf(s, fmt.FormatString(s, 's'), e.Error())
	default:
		_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), e.Error())
	}
}
