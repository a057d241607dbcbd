// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"errors"
	"time"

	"github.com/errpact/errpact/internal/connectcode"
)

// deadlineMargin is how early a dependency that was given the request's own deadline may notice it.
const deadlineMargin = 25 * time.Millisecond

// callersEnd is the error for a caller who is gone, whose deadline is over, or who sent what cannot
// be read; nil if err is not about that. A cause is judged before a code: Connect calls a cut
// connection to a dependency canceled. Drivers of databases have words of their own for a statement that a
// context has ended, and clients of other stores give its deadline to a connection, which says that it timed out.
func (p *Policy) callersEnd(call *Call, err error, v *findings) *Error {
	if v.caller != nil {
		if call.Context != nil && call.Context.Err() != nil && v.caller.ConnectCode != connectcode.DeadlineExceeded {
			// A stream that ends in the middle looks like bad framing, too. But the stream knows better that its caller
			// took too long: net/http then cancels the request.
			return p.ByConnectCode(endOf(call.Context), ConditionAny)
		}
		return p.ByConnectCode(v.caller.ConnectCode, v.caller.Condition).lacking(v.caller.Fields)
	}
	ended := endOf(call.Context)
	if ended == 0 {
		return nil
	}
	coded := (v.codedCanceled || v.codedExpired) && !v.networked
	overdue := v.overdue && isOverdue(call.Context)
	if v.canceled || v.expired || coded || overdue || hasEnded(call.Context) && saysEnded(call.Context, v.forRules(err)) {
		return p.ByConnectCode(ended, ConditionAny)
	}
	return nil
}

// saysEnded reports whether an error is what others make of the end of a request's context: a driver's
// "interrupted", or the cause that the context was ended with, which net/http's client returns in place of the
// context's own error.
func saysEnded(ctx context.Context, err error) bool {
	return isInterrupted(ctx, err) || errors.Is(err, context.Cause(ctx))
}

// hasEnded says that a request has ended, and is not only about to. A database that is not there has the words of
// one that was interrupted.
func hasEnded(ctx context.Context) bool { return ctx != nil && ctx.Err() != nil }

// ended answers e to a caller who is gone, or whose stream gave what cannot be read. An answer that is
// to be as the transport makes it has no details: whoever receives it infers the entry.
func (p *Policy) ended(err error, e *Error, caller *Classification) Answer {
	a := p.answer(err, e)
	a.origin = OriginTransport
	a.callerGone = e.ConnectCode() == connectcode.Canceled || e.ConnectCode() == connectcode.DeadlineExceeded
	if !p.connectMessages {
		return a
	}
	a.local, a.message = &Classification{Source: SourceCaller}, e.Message()
	if caller != nil && !a.callerGone {
		a.message = validText(caller.Message)
		if caller.MadeCode != 0 {
			a.sent = e.clone()
			a.sent.connectCode = uint8(connectcode.Valid(caller.MadeCode))
		}
	}
	return a
}

// endOf says how the request has ended: canceled, deadline_exceeded, or 0 if it is alive.
func endOf(ctx context.Context) ConnectCode {
	if ctx == nil {
		return 0
	}
	switch ctx.Err() {
	case nil:
		if isOverdue(ctx) {
			return connectcode.DeadlineExceeded
		}
		return 0
	case context.DeadlineExceeded:
		return connectcode.DeadlineExceeded
	}
	return connectcode.Canceled
}

// isOverdue reports whether the deadline of a request is over, or about to be. A caller that gives up at its own
// deadline often cancels the request shortly before that.
func isOverdue(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < deadlineMargin
}

// maxOwn bounds how many errors of the handler's own, each the cause of the one before, are looked into.
const maxOwn = 16

// meansEnd says whether a cause is the request's end. It is not if its methods panic.
func (p *Policy) meansEnd(call *Call, cause error) (ends bool) {
	defer func() {
		if recover() != nil {
			ends = false
		}
	}()
	for range maxOwn {
		v, ok := walk(cause, call.Classify)
		if !ok || v.own == nil {
			return ok && p.callersEnd(call, cause, &v) != nil
		}
		if cause = v.own.cause; cause == nil {
			return false
		}
	}
	return false
}
