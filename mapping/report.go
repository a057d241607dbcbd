// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
)

// A Report tells of one error what its caller is not told.
type Report struct {
	// Procedure is the RPC, or the method and path of a REST request.
	Procedure string
	// Route is the pattern that a router found for a REST request, such as "GET /folders/{id}". It is empty for an RPC,
	// and if it is not known.
	Route string
	// RequestID is what the caller has too, where the answer is redacted or of HTTP 500 and up.
	RequestID string
	// Err is the error as it came, with its causes; nil for a panic.
	Err error
	// Sent is what the caller got, also for a Connect error that the handler made: its code, message and
	// details, without what was dropped. It is nil if nothing could be sent any more. With
	// [WithConnectMessages] its message is the handler's, with whatever is in it.
	Sent *Error
	// Stage is where it happened.
	Stage Stage
	// Dropped names what did not fit into the budget, or could not be encoded.
	Dropped []string
	// Panic is the value that was panicked with, and Stack where.
	Panic any
	Stack []byte
	// CallerGone says that the caller had left, or its deadline was over, and that Err is that or was made
	// of it: an error of its own that the handler met meanwhile is none.
	CallerGone bool
	// Redacted says that the caller got a fixed text in place of what the error says.
	Redacted bool
}

// A ReportFunc receives the reports of a policy, see [WithReport]. Many goroutines may call it at once. The
// context is the request's, and never nil. A panic in the function is swallowed.
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

// Report tells the policy's report of the answer. Transports call it once, when nothing of what is sent changes
// any more.
func (a *Answer) Report(call *Call) {
	if a == nil {
		return
	}
	sent := a.Error()
	p := a.policy.self()
	if !p.heeds(outline{sent, a.panicValue != nil, a.callerGone, a.redacted, len(a.dropped) + len(sent.has().refused)}) {
		return // what is told is made for whoever reads it
	}
	call = call.orZero()
	r := Report{
		Procedure: call.procedure(), Route: call.Route, RequestID: a.RequestID(call),
		Err: a.err, Sent: a.told(), Stage: a.stage,
		Dropped:    append(a.dropped, sent.has().refused...),
		CallerGone: a.callerGone, Redacted: a.redacted,
	}
	if a.panicValue != nil {
		r.Panic, r.Stack = a.panicValue.value, a.panicValue.stack
	}
	p.tell(call.Context, r)
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

// Tell gives a report of something that has no answer any more.
func (p *Policy) Tell(ctx context.Context, r Report) { p.self().tell(ctx, r) }

func (p *Policy) tell(ctx context.Context, r Report) {
	defer func() {
		// What observes an error must not make it worse; nothing is left to tell it to.
		_ = recover()
	}()
	if ctx == nil {
		ctx = context.Background()
	}
	if !p.heeds(r.outline()) {
		return
	}
	if p.report == nil {
		LogReport(ctx, r)
		return
	}
	p.report(ctx, r)
}

// heeds says whether anybody is told. The default logs little, and what it passes over costs nothing.
func (p *Policy) heeds(o outline) bool {
	if p.report != nil || p.silent {
		return !p.silent
	}
	_, message := o.logged()
	return message != ""
}

// An outline is what of a report says whether it is logged.
type outline struct {
	sent                           *Error
	panicked, callerGone, redacted bool
	dropped                        int
}

func (r *Report) outline() outline {
	return outline{r.Sent, r.Panic != nil, r.CallerGone, r.Redacted, len(r.Dropped)}
}

// LogReport is the report that a policy makes without [WithReport], for reports that do more than log:
// to slog.Default(), at level Error, panics, redacted errors and answers of HTTP 500 and up; at Warn, what
// the budget dropped; and nothing else. A zero Report is an answer that could not be completed.
func LogReport(ctx context.Context, r Report) {
	level, message := r.outline().logged()
	if message == "" {
		return
	}
	if ctx == nil {
		ctx = context.Background()
	}
	slog.Default().LogAttrs(ctx, level, message, r.attrs()...)
}

// logged is what a log says of it; an empty message if it says nothing.
func (o outline) logged() (level slog.Level, message string) {
	switch {
	case o.panicked:
		return slog.LevelError, "errpact: panic"
	case o.callerGone:
		return 0, ""
	case o.sent == nil:
		return slog.LevelError, "errpact: an answer could not be completed"
	case o.redacted || o.sent.HTTPStatus() >= http.StatusInternalServerError:
		return slog.LevelError, "errpact: error answered"
	case o.dropped > 0:
		return slog.LevelWarn, "errpact: parts of an error were not sent"
	}
	return 0, ""
}

func (r Report) attrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("procedure", escapeControl(r.Procedure)),
		slog.String("request_id", r.RequestID),
		slog.String("stage", string(r.Stage)),
	}
	if r.Sent != nil {
		attrs = append(attrs, slog.String("sent", escapeControl(r.Sent.Error())))
	}
	if r.Err != nil {
		attrs = append(attrs, slog.String("error", escapeControl(causeText(r.Err))))
	}
	if len(r.Dropped) > 0 {
		attrs = append(attrs, slog.Any("dropped", r.Dropped))
	}
	if r.Panic != nil {
		attrs = append(attrs, slog.String("panic", escapeControl(panicText(r.Panic))), slog.String("stack", string(r.Stack)))
	}
	return attrs
}

// panicText survives a value whose own methods panic.
func panicText(value any) string {
	if err, ok := value.(error); ok {
		return causeText(err)
	}
	return fmt.Sprint(value) // fmt recovers
}
