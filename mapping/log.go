// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// LogReport writes the report that a policy makes without [WithReport]. Call it from a function of your own to keep
// the log. It writes a line to slog.Default():
//
//   - at Error, for a panic, an error that the caller got as a fixed text, an answer of HTTP 500 and up, and an
//     answer that could not be completed;
//   - at Warn, for an answer of HTTP 502 to 504 that is another service's fault ([FaultUpstream]), but only for
//     the first failure of an outage and for each hundredth. The lines of the others are at Debug;
//   - at Warn, for an answer from which the budget dropped something, or whose reason, or error, is not declared;
//   - at Debug, for another answer of HTTP 4XX, or a caller who has gone, if there is more to say than the code:
//     a cause, attributes of [Error.WithLog], or an error that is not a catalogue's.
//
// It does not log other answers of HTTP 4XX. It asks the handler first, so that a level which is not enabled
// costs nothing. The page docs/log.md lists the attributes. Control characters are escaped in all text that a
// caller may have sent, whatever the handler does. A zero Report is an answer that could not be completed.
//
// An outage is a run of failures with the same entry and reason in which no two are a minute apart or more. Its
// lines have the attributes count, the number of its failures so far, and left_out, the number of those without
// a line since the last one. What an outage left out at its end is in the first line of the next. A policy
// without WithReport counts by itself, and so does each function that [LogReportWith] returns. All calls of
// LogReport count together.
func LogReport(ctx context.Context, r Report) { defaultLog.report(ctx, r) }

var defaultLog reportLog

// LogReportWith returns a [LogReport] that asks level for the level of each report, also of those that
// LogReport does not log. A report has no line if level returns one that the handler of slog.Default() has not
// enabled. The failures of an outage that LogReport logs at Debug are at Debug here, too, or at the level that
// level returns if that is lower. A nil level gives LogReport's own levels. Many goroutines may call both
// functions at once. If level panics, the report has no line, and the answer stays as it is.
//
//	mapping.WithReport(mapping.LogReportWith(func(r mapping.Report) slog.Level {
//		if mapping.FaultOf(r.Sent) == mapping.FaultCaller {
//			return slog.LevelInfo
//		}
//		return slog.LevelError
//	}))
func LogReportWith(level func(Report) slog.Level) ReportFunc {
	return (&reportLog{levelOf: level}).report
}

// reportLog writes reports to slog.Default(). The zero reportLog has LogReport's levels.
type reportLog struct {
	levelOf func(Report) slog.Level
	outages outages
}

func (l *reportLog) report(ctx context.Context, r Report) {
	if ctx == nil {
		ctx = context.Background()
	}
	o := r.outline()
	level, ok := o.level()
	if l.levelOf != nil {
		level, ok = l.levelOf(r), true
	}
	logger := slog.Default()
	if !ok || !logger.Enabled(ctx, level) {
		return
	}
	var t tally
	if o.isOutage() {
		if t = l.outages.count(r.Sent.identity(), time.Now()); !t.hasLine() {
			level = min(level, slog.LevelDebug)
		}
	}
	if logger.Enabled(ctx, level) {
		logger.LogAttrs(ctx, level, o.text(), r.line(t)...)
	}
}

// isEnabled survives a handler that panics.
func isEnabled(ctx context.Context, level slog.Level) (enabled bool) {
	defer func() { _ = recover() }()
	if ctx == nil {
		ctx = context.Background()
	}
	return slog.Default().Enabled(ctx, level)
}

// An outline has the parts of a report that decide whether it is logged, and at which level.
type outline struct {
	err                                        error
	sent                                       *Error
	panicked, callerGone, redacted, undeclared bool
	dropped                                    int
}

func (r *Report) outline() outline {
	return outline{r.Err, r.Sent, r.Panic != nil, r.CallerGone, r.Redacted, r.Undeclared || r.UndeclaredReason, len(r.Dropped)}
}

// level returns the level at which LogReport logs, and false if it does not.
func (o outline) level() (level slog.Level, ok bool) {
	switch {
	case o.panicked || o.sent == nil && !o.callerGone:
		return slog.LevelError, true
	case o.callerGone:
		return slog.LevelDebug, saysMore(o.err)
	case o.isOutage():
		return slog.LevelWarn, true
	case o.redacted || o.sent.HTTPStatus() >= http.StatusInternalServerError:
		return slog.LevelError, true
	case o.dropped > 0 || o.undeclared:
		return slog.LevelWarn, true
	}
	return slog.LevelDebug, saysMore(o.err)
}

// text returns the message of the line.
func (o outline) text() string {
	switch {
	case o.panicked:
		return "errpact: panic"
	case o.sent == nil:
		return "errpact: an answer could not be completed"
	}
	return "errpact: error answered"
}

// isOutage reports whether another service failed in a way that many requests meet at once.
func (o outline) isOutage() bool {
	if o.sent == nil || o.panicked || o.callerGone {
		return false
	}
	status := o.sent.HTTPStatus()
	return status >= http.StatusBadGateway && status <= http.StatusGatewayTimeout && o.sent.fault() == FaultUpstream
}

// saysMore reports whether an error tells operators more than its code does.
func saysMore(err error) bool {
	switch e := err.(type) {
	case nil, Code:
		return false
	case *Error:
		return e != nil && (e.cause != nil || len(e.has().log) > 0)
	}
	return true
}
