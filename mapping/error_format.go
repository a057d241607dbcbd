// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Error is the code's name and the public message, and nothing private: Connect without errpact's
// interceptor would send it.
func (e *Error) Error() string { return e.identity().Name() + ": " + e.Message() }

// Format prints as Error does; %+v adds, on one line and with control characters escaped, the
// reason, what is public besides, and what is private: attributes and cause. To a nil State it
// prints nothing.
func (e *Error) Format(s fmt.State, verb rune) {
	if s == nil {
		return
	}
	if verb == 'v' && s.Flag('+') {
		_, _ = io.WriteString(s, e.long())
		return
	}
	if verb == 'v' || verb == 'w' {
		verb = 's'
	}
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), e.Error())
}

func (e *Error) long() string {
	var b strings.Builder
	b.WriteString(escapeControl(e.Error()))
	for _, attr := range e.attrs(func(s string) string { return s }) {
		fmt.Fprintf(&b, " %s=%s", escapeControl(attr.Key), logText(attr.Value))
	}
	return b.String()
}

func logText(v slog.Value) string {
	text := v.Resolve().String()
	if text != "" && isCleanASCII(text) && !strings.ContainsAny(text, ` "=`) {
		return text
	}
	return `"` + escapeText(text) + `"`
}

// LogValue is a group of the code, the public message, the reason, and what is private: attributes
// and cause.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("code", e.identity().Name()), slog.String("message", escapeControl(e.Message()))}
	return slog.GroupValue(append(attrs, e.attrs(escapeControl)...)...)
}

// attrs are what Error does not say. Text of others goes through escape.
func (e *Error) attrs(escape func(string) string) []slog.Attr {
	var attrs []slog.Attr
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	text("reason", e.Reason())
	if !e.identity().Catalogue().isBuiltin() {
		text("catalogue", e.identity().Catalogue().Name())
	}
	text("request_id", e.RequestID())
	for _, p := range e.pairs() {
		text("metadata."+escapeControl(p.key), escape(p.value))
	}
	for _, f := range e.Fields() {
		text("field."+escapeControl(f.Path), escape(f.Description))
	}
	if e == nil {
		return attrs
	}
	text("payload", escape(e.has().payload))
	attrs = append(attrs, e.has().log...)
	if e.cause != nil {
		text("cause", escape(causeText(e.cause)))
	}
	return attrs
}

// causeText survives an Error method that panics, such as that of a typed nil.
func causeText(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("%T (its Error method panicked)", err)
		}
	}()
	return fmt.Sprintf("%+v", err)
}

// escapeControl escapes only where there is something to escape.
func escapeControl(s string) string {
	if isCleanASCII(s) {
		return s
	}
	return escapeText(s)
}
