// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Error returns the code's name and the public message, and nothing private: Connect without errpact's
// interceptor would send it. Of an inferred error it also has the Connect code that the error came with,
// since the entry only stands in: "ERROR_CODE_UNKNOWN (resource_exhausted): Too Many Requests".
func (e *Error) Error() string {
	name := e.identity().Name()
	if e.Inferred() {
		name += " (" + e.ConnectCode().String() + ")"
	}
	return name + ": " + e.Message()
}

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
	for _, attr := range e.attrs() {
		if attr.Value.Kind() != slog.KindGroup {
			writeAttr(&b, attr.Key, attr.Value)
			continue
		}
		for _, member := range attr.Value.Group() {
			writeAttr(&b, attr.Key+"."+member.Key, member.Value)
		}
	}
	return b.String()
}

func writeAttr(b *strings.Builder, key string, value slog.Value) {
	fmt.Fprintf(b, " %s=%s", escapeControl(key), logText(value))
}

func logText(v slog.Value) string {
	text := v.Resolve().String()
	if text != "" && isCleanASCII(text) && !strings.ContainsAny(text, ` "=`) {
		return text
	}
	return `"` + escapeText(text) + `"`
}

// LogValue returns a group: the code, the public message, the reason, what else is public, and what is
// private: the group log with the attributes, and the cause.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("code", e.identity().Name()), slog.String("message", e.Message())}
	return slog.GroupValue(cleanAttrs(append(attrs, e.attrs()...), maxGroups)...)
}

// attrs are what Error does not say.
func (e *Error) attrs() []slog.Attr {
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
	attrs = append(attrs, e.publicAttrs()...)
	attrs = appendGroup(attrs, "log", distinct(e.has().log))
	if e != nil && e.cause != nil {
		text("cause", causeText(e.cause))
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
