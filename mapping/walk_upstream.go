// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"slices"
	"time"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping/catalogue"
)

// A CallFailure says how far a call of another service came that failed.
type CallFailure uint8

const (
	// CallAnswered says that the service answered, and its code decides.
	CallAnswered CallFailure = iota + 1
	// CallUnsent says that nothing was sent, or the service refused the call before it did any work.
	CallUnsent
	// CallBroken says that the request, or a part of it, went out, and no answer came. The work may be done or not.
	CallBroken
	// CallTimedOut says that the call ran out of its own time.
	CallTimedOut
	// CallRejected is anything else, such as an answer that cannot be read. Repeating the call will not help.
	CallRejected
)

// failures is a set of them.
type failures uint8

func (f CallFailure) asFailures() failures { return 1 << f }

// roles are the parts that failures play.
var roles = [...]catalogue.Role{
	CallUnsent: catalogue.RoleUpstreamUnreachable, CallBroken: catalogue.RoleUpstreamBroken,
	CallTimedOut: catalogue.RoleUpstreamTimedOut, CallRejected: catalogue.RoleUpstreamRejected,
}

// upstream says which part a failure of another service plays.
func (v *findings) upstream() (catalogue.Role, bool) {
	if v.failed == 0 {
		return 0, false
	}
	return roles[v.failed.furthest()], true
}

// furthest is how far the call came that came furthest: clients repeat one of which nothing was sent.
func (s failures) furthest() CallFailure {
	for _, f := range [...]CallFailure{CallBroken, CallTimedOut, CallRejected} {
		if s&f.asFailures() != 0 {
			return f
		}
	}
	return CallUnsent
}

// answeredAs judges a service's own answer by its code.
func answeredAs(connectCode ConnectCode) CallFailure {
	switch connectCode {
	case connectcode.Unavailable, connectcode.ResourceExhausted:
		return CallUnsent
	case connectcode.Canceled, connectcode.DeadlineExceeded:
		return CallTimedOut
	}
	return CallRejected
}

// unansweredAs judges an error of which only is known that a client made it. One that is unavailable says so
// of any connection; one that has exhausted something has met a limit of its own.
func unansweredAs(connectCode ConnectCode) CallFailure {
	switch connectCode {
	case connectcode.Unavailable:
		return CallBroken
	case connectcode.Canceled, connectcode.DeadlineExceeded:
		return CallTimedOut
	}
	return CallRejected
}

// failure says how a call failed of which this remote error is.
func (e *Error) failure() CallFailure {
	switch {
	case e.failed > CallAnswered:
		return e.failed
	case e.isOfClient():
		return unansweredAs(e.ConnectCode())
	}
	return answeredAs(e.ConnectCode())
}

// isOfClient says that a client made the error for want of an answer.
func (e *Error) isOfClient() bool { return e.inferred && !e.wire && e.failed != CallAnswered }

// unanswered judges an error of the client that r is of: by what the transport knows, else by what is below it,
// else by its code.
func (r *ErrorResponse) unanswered() CallFailure {
	switch v := (&findings{}); {
	case r.Failure != 0:
		return r.Failure
	case r.Cause != nil && v.visitCause(r.Cause, connectcode.Valid(r.ConnectCode)):
		return v.failed.furthest()
	}
	return unansweredAs(connectcode.Valid(r.ConnectCode))
}

// visitCause looks for what became of a call, and reports whether it found something. The methods of what a
// transport gives may panic.
func (v *findings) visitCause(cause error, connectCode ConnectCode) (found bool) {
	defer func() {
		if recover() != nil {
			found = false
		}
	}()
	v.visit(cause, belowBorder|belowClientOf(connectCode))
	return v.failed != 0 && v.nodes <= maxNodes
}

// mayPass says whether a relayed error is one that the peer answered; not about this process's own
// credential, by its entry or by its Connect code; and not about the end of this process's call,
// which is neither our caller's deadline nor its cancellation; and does not promise that no work was begun, since
// this process's own was.
func (e *Error) mayPass() bool {
	answered, own := e.ConnectCode(), e.code.ConnectCode()
	switch {
	case e.inferred && !e.wire:
		return false
	case answered == connectcode.Unauthenticated || own == connectcode.Unauthenticated:
		return false
	case answered == connectcode.Canceled || answered == connectcode.DeadlineExceeded:
		return answered == own
	}
	return e.code.spec().retry != catalogue.RetryAlways
}

// maxRelayedDelay bounds the retry delay that another service can impose on our callers.
const maxRelayedDelay = time.Hour

// passed is what goes on of a relayed error, rebuilt.
func (e *Error) passed() *Error {
	delay, _ := e.RetryDelay()
	return &Error{
		code:        e.code,
		message:     e.message,
		metadata:    slices.DeleteFunc(slices.Clone(e.pairs()), func(p pair) bool { return !isMetadataKey(p.key) }),
		parts:       &parts{fields: e.Fields(), payload: e.has().payload, retry: retryDelay{min(delay, maxRelayedDelay), true}},
		connectCode: uint8(e.ConnectCode()),
		httpStatus:  uint16(e.HTTPStatus()),
		inferred:    e.inferred,
		cause:       e,
	}
}
