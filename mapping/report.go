// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"log/slog"
	"runtime/debug"
)

// A Report describes one error to the operators of the server, including what the caller did not see.
type Report struct {
	// Procedure is the RPC, or the method and path of a REST request.
	Procedure string
	// Route is the pattern that a router found for a REST request, such as "GET /folders/{id}". It is empty for an RPC,
	// and if it is not known.
	Route string
	// RequestID is the id that the caller has too, if the answer is redacted or of HTTP 500 and up.
	RequestID string
	// Err is the error as it came, with its causes; nil for a panic.
	Err error
	// Sent is what the caller got, also for a Connect error that the handler made: its code, message and
	// details, without what was dropped. It is nil if nothing could be sent any more. With
	// [WithConnectMessages] its message is the handler's, with whatever is in it.
	Sent *Error
	// Stage is where it happened.
	Stage Stage
	// Origin is what made it.
	Origin Origin
	// Dropped names what did not fit into the budget, or could not be encoded.
	Dropped []string
	// Budget is the limit of [WithBudget], in bytes, if something was dropped since it did not fit; else 0.
	Budget int
	// Panic is the value that was panicked with, and Stack where.
	Panic any
	Stack []byte
	// CallerGone reports that the caller had left or timed out and that Err is a consequence of that. An
	// unrelated error does not set it.
	CallerGone bool
	// Redacted reports that the caller got a fixed text in place of what the error says.
	Redacted bool
	// HandlerText reports that the caller read a text that the handler wrote into a Connect error or gRPC status
	// without an entry. [WithCatalogueMessages] replaces all of these.
	HandlerText bool
	// UndeclaredReason reports that the server's own error has a reason that its catalogue does not declare,
	// such as one that [Code.WithReason] was given with a misspelt name.
	UndeclaredReason bool
	// Undeclared reports that the method does not declare the error, see [WithDeclared]. Err has it; with [Enforce],
	// Sent is another.
	Undeclared bool
}

// A ReportFunc receives the reports of a policy, see [WithReport]. Many goroutines may call it at once. The
// context is the request's, and never nil. A panic in the function changes no
// answer: slog.Default() gets a line at Error about the first one of a policy.
type ReportFunc func(context.Context, Report)

// Stage is where in a request an error happened.
type Stage string

// The stages.
const (
	// StageHandler: the handler, or an interceptor inside errpact's, returned it.
	StageHandler Stage = "handler"
	// StageTransport: what is around the handler answered it: a mux, a transcoder, a middleware.
	StageTransport Stage = "transport"
	// StageResponse: it happened when the answer was on its way already.
	StageResponse Stage = "response"
)

// Origin is what made an error, for alerts: a panic is a bug, and an error that nobody mapped lacks a rule.
type Origin string

// The origins. If several apply, the first in this order is reported.
const (
	// OriginPanic: something panicked.
	OriginPanic Origin = "panic"
	// OriginResponse: it happened when the answer was on its way already, or the answer could not be sent.
	OriginResponse Origin = "response"
	// OriginTransport: what is around the handler answered it, as in [StageTransport], the request could not be
	// read, or it had ended.
	OriginTransport Origin = "transport"
	// OriginUpstream: it is another service's, or a call of another service failed.
	OriginUpstream Origin = "upstream"
	// OriginValidation: the request breaks a rule of protovalidate.
	OriginValidation Origin = "validation"
	// OriginUnmapped: the handler returned an error that is no entry, and no rule handled it.
	OriginUnmapped Origin = "unmapped"
	// OriginEntry: the handler, or a rule, named an entry or a Connect code.
	OriginEntry Origin = "entry"
)

// Report tells the policy's report of the answer. Transports call it once, when nothing of what is sent changes
// any more. An answer that another interceptor inside the same chain has made was reported there, and is not
// reported again: the first time that this happens to a policy, slog.Default() gets a line at Warn which says so.
func (a *Answer) Report(call *Call) {
	if a == nil {
		return
	}
	sent, p := a.Error(), a.policy.self()
	call = call.orZero()
	if a.repeats {
		p.warnOfRepeats(call)
		return
	}
	if a.relayed && sent.inferred {
		p.warnOfRelay(call)
	}
	if !p.heeds(call.Context, a.outline(sent)) {
		return // what is told is made for whoever reads it
	}
	r := Report{
		Procedure: call.procedure(), Route: call.Route, RequestID: a.RequestID(call),
		Err: a.err, Sent: a.told(), Stage: a.stage, Origin: originOf(a.panicValue != nil, a.stage, a.origin),
		Dropped: append(a.dropped, sent.has().refused...), Budget: a.budget,
		CallerGone: a.callerGone, Redacted: a.redacted, HandlerText: a.handlerText, UndeclaredReason: a.hasUndeclaredReason(),
		Undeclared: a.undeclared,
	}
	if a.panicValue != nil {
		r.Panic, r.Stack = a.panicValue.value, a.panicValue.stack
	}
	p.tell(call.Context, r)
}

// outline is that of the report, of which sent is what the caller got.
func (a *Answer) outline(sent *Error) outline {
	return outline{
		err: a.err, sent: sent, panicked: a.panicValue != nil, callerGone: a.callerGone, redacted: a.redacted,
		undeclared: a.undeclared || a.hasUndeclaredReason(), dropped: len(a.dropped) + len(sent.has().refused),
	}
}

// hasUndeclaredReason does not count what another service has sent.
func (a *Answer) hasUndeclaredReason() bool {
	code := a.Error().identity()
	return code.Reason() != "" && !a.relayed && !code.Declared()
}

func (c *Call) procedure() string {
	if c.Method == "" {
		return c.Procedure
	}
	return c.Method + " " + c.Procedure
}

// At says where the error happened; StageHandler if it is not called.
func (a *Answer) At(stage Stage) {
	if a != nil {
		a.stage = stage
	}
}

// originOf returns the origin of an error that happened at a stage; without a panic and in the handler it is known.
func originOf(panicked bool, stage Stage, known Origin) Origin {
	switch {
	case panicked:
		return OriginPanic
	case stage == StageResponse:
		return OriginResponse
	case stage == StageTransport && known != OriginResponse:
		return OriginTransport
	}
	return known
}

// Tell gives a report of something that has no answer any more. If the report has no Origin, its Panic and Stage
// decide.
func (p *Policy) Tell(ctx context.Context, r Report) {
	if r.Origin == "" {
		r.Origin = originOf(r.Panic != nil, r.Stage, OriginEntry)
	}
	if p = p.self(); p.heeds(ctx, r.outline()) {
		p.tell(ctx, r)
	}
}

func (p *Policy) tell(ctx context.Context, r Report) {
	if ctx == nil {
		ctx = context.Background()
	}
	defer func() {
		// What observes an error must not make it worse.
		if value := recover(); value != nil && p.report != nil {
			p.logPanic(ctx, r.Procedure, value, debug.Stack())
		}
	}()
	if p.report != nil {
		p.report(ctx, r)
		return
	}
	p.log.report(ctx, r)
}

// logPanic writes one line for the policy about a function of WithReport that panicked: without it, the reports would
// be missing and nobody would know.
func (p *Policy) logPanic(ctx context.Context, procedure string, value any, stack []byte) {
	if p.reportPanicked.Swap(true) {
		return
	}
	defer func() { _ = recover() }() // a handler of slog's may be what panicked
	slog.Default().LogAttrs(ctx, slog.LevelError, "errpact: the function of WithReport panicked, and its report is lost",
		slog.String("procedure", escapeControl(procedure)), slog.String("panic", escapeControl(panicText(value))), slog.String("stack", string(stack)))
}

// heeds says whether anybody is told. The default logs little, and what it passes over costs nothing.
func (p *Policy) heeds(ctx context.Context, o outline) bool {
	if p.report != nil || p.silent {
		return !p.silent
	}
	level, ok := o.level()
	return ok && isEnabled(ctx, level)
}
