// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

// public is an error that stands for e where a transport sends what Error returns: its text is the
// public message alone. errors.Is, errors.As and [From] find e in it, and nothing that e wraps: what
// is around a handler must not take the cause for the answer, as Connect would with another server's
// 304.
func (e *Error) public() error { return (*public)(e.orZero()) }

type public Error

func (p *public) Error() string        { return (*Error)(p).Message() }
func (p *public) Is(target error) bool { return (*Error)(p).Is(target) }
func (p *public) As(target any) bool   { return setError(target, (*Error)(p)) }

// Public returns the error that stands for the answer where a transport sends what Error returns: its text
// is [Answer.Message] alone. errors.Is, errors.As and [From] find the answer's error in it.
func (a *Answer) Public() error {
	if a == nil || a.sent == nil {
		return a.Error().public()
	}
	passed := a.local != nil && !a.invalid
	if !passed && a.text == a.sent.Message() {
		return a.sent.public()
	}
	return &publicText{a.text, a.sent, passed}
}

// publicText has a text of its own. Passed says that the error stands for a handler's own coded one:
// whoever translates it again goes by that.
type publicText struct {
	message string
	sent    *Error
	passed  bool
}

func (p *publicText) Error() string        { return p.message }
func (p *publicText) Is(target error) bool { return p.sent.Is(target) }
func (p *publicText) As(target any) bool   { return setError(target, p.sent) }

// saying is a fallback with the handler's own message, so that it reads the same to all callers. A message of
// nothing but blanks leaves the fallback's own.
func (e *Error) saying(message string) *Error {
	if isBlank(message) || message == e.Message() {
		return e
	}
	c := e.clone()
	c.message = message
	return c
}

func setError(target any, e *Error) bool {
	to, ok := target.(**Error)
	if ok {
		*to = e
	}
	return ok
}
