// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"fmt"
	"log/slog"
	"slices"
)

// line returns the attributes of the report's line. docs/log.md lists their keys.
func (r Report) line(t tally) []slog.Attr {
	attrs := make([]slog.Attr, 0, 16)
	attrs = append(attrs,
		slog.String("procedure", r.Procedure), slog.String("request_id", r.RequestID), slog.String("stage", string(r.Stage)),
	)
	attrs = append(attrs, r.sentAttrs()...)
	attrs = append(attrs, t.attrs()...)
	attrs = append(attrs, privateAttrs(r.Err)...)
	if r.Sent != nil {
		attrs = append(attrs, r.Sent.publicAttrs()...)
	}
	if len(r.Dropped) > 0 {
		attrs = append(attrs, slog.Any("dropped", r.Dropped))
	}
	if r.Budget > 0 {
		attrs = append(attrs, slog.Int("budget", r.Budget), slog.String("fix", budgetFix))
	}
	if r.Panic != nil {
		attrs = append(attrs, slog.String("panic", panicText(r.Panic)))
	}
	attrs = cleanAttrs(attrs, maxGroups)
	if r.Panic != nil {
		attrs = append(attrs, slog.String("stack", string(r.Stack))) // no caller writes it
	}
	return attrs
}

// budgetFix is about an answer that lost something of what the handler gave it.
const budgetFix = "give the error less, or raise the limit with mapping.WithBudget if every proxy in front takes larger headers"

// sentAttrs returns what the caller got, and whose fault it is.
func (r Report) sentAttrs() []slog.Attr {
	var attrs []slog.Attr
	if e := r.Sent; e != nil {
		code := e.identity()
		attrs = append(attrs, slog.String("code", code.Name()))
		if code.Reason() != "" {
			attrs = append(attrs, slog.String("reason", code.Reason()))
		}
		attrs = append(attrs,
			slog.Int("number", int(code.Number())), slog.String("catalogue", code.Catalogue().Name()),
			slog.String("connect_code", e.ConnectCode().String()), slog.Int("http_status", e.HTTPStatus()),
			slog.String("message", e.Message()),
		)
	}
	attrs = append(attrs, slog.String("fault", string(r.Fault())))
	if r.Origin != "" {
		attrs = append(attrs, slog.String("origin", string(r.Origin)))
	}
	if r.CallerGone {
		attrs = append(attrs, slog.Bool("caller_gone", true))
	}
	if r.HandlerText {
		attrs = append(attrs, slog.Bool("handler_text", true))
	}
	if r.Undeclared {
		attrs = append(attrs, slog.Bool("undeclared", true))
	}
	if r.UndeclaredReason {
		attrs = append(attrs, slog.Bool("undeclared_reason", true))
	}
	return attrs
}

// publicAttrs returns what the caller of an error reads besides its code and message.
func (e *Error) publicAttrs() []slog.Attr {
	var metadata, fields []slog.Attr
	for _, p := range e.pairs() {
		metadata = append(metadata, slog.String(p.key, p.value))
	}
	for _, f := range e.violations() {
		fields = append(fields, slog.String(f.Path, f.Description))
	}
	attrs := appendGroup(nil, "metadata", metadata)
	attrs = appendGroup(attrs, "field", distinct(fields))
	if payload := e.has().payload; payload != "" {
		attrs = append(attrs, slog.String("payload", payload))
	}
	return attrs
}

// privateAttrs returns what the caller of an error does not see.
func privateAttrs(err error) []slog.Attr {
	if !saysMore(err) {
		return nil
	}
	var attrs []slog.Attr
	chain, log := trail(err)
	if cause := causeOf(err); cause != nil {
		attrs = append(attrs, slog.String("cause", causeText(cause)), slog.Any("chain", chain))
	}
	return appendGroup(attrs, "log", distinct(log))
}

// distinct numbers the attributes of one key, since many readers of JSON refuse a key that comes twice: the
// second "tenant" is "tenant_2".
func distinct(attrs []slog.Attr) []slog.Attr {
	seen := make(map[string]int)
	numbered := slices.Clone(attrs)
	for i, a := range numbered {
		if seen[a.Key]++; seen[a.Key] > 1 {
			numbered[i].Key = fmt.Sprintf("%s_%d", a.Key, seen[a.Key])
		}
	}
	return numbered
}

func appendGroup(attrs []slog.Attr, key string, group []slog.Attr) []slog.Attr {
	if len(group) == 0 {
		return attrs
	}
	return append(attrs, slog.Attr{Key: key, Value: slog.GroupValue(group...)})
}

// causeOf returns the error that the catalogue's own errors wrap: the first that was received from another
// service, or that is not a catalogue's. It returns err if there is no other, and nil if err is an error of a
// catalogue without a cause.
func causeOf(err error) (cause error) {
	defer func() { _ = recover() }() // a method of the user's error panicked: keep what was found
	if e, ok := err.(*Error); ok && e.orZero().cause == nil {
		return nil
	}
	cause = err
	for range maxOwn {
		nodes := 0
		e, ok := outermost(cause, &nodes)
		if !ok {
			break
		}
		if e = e.orZero(); e.Remote() {
			return e
		}
		if e.cause == nil {
			break
		}
		cause = e.cause
	}
	return cause
}

const (
	// maxChain bounds how many errors of a tree are listed, and maxLink the bytes of each.
	maxChain = 16
	maxLink  = 512
)

// trail returns the errors of a tree, outermost first, and their attributes of WithLog. It leaves out an
// outermost error of a catalogue, since the line has its code and message.
func trail(err error) (chain []string, log []slog.Attr) {
	defer func() { _ = recover() }() // as in causeOf
	outermost := true
	for node := range nodesOf(err) {
		e, ok := node.(*Error)
		if ok {
			log = append(log, e.has().log...)
		}
		switch {
		case ok && outermost && !e.Remote():
		case len(chain) < maxChain:
			chain = append(chain, cutText(escapeControl(fmt.Sprintf("%T: %v", node, node)), maxLink))
		case len(chain) == maxChain:
			chain = append(chain, "…")
		}
		outermost = false
	}
	return chain, log
}

// panicText returns the text of a value, also if its methods panic.
func panicText(value any) string {
	if err, ok := value.(error); ok {
		return causeText(err)
	}
	return fmt.Sprint(value) // fmt recovers
}
