// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"time"

	"github.com/errpact/errpact/internal/guidance"
	"github.com/errpact/errpact/mapping/catalogue"
)

// A Retry says whether to send a request again that failed, and when. The zero Retry says no.
type Retry struct {
	// Calls says which calls may be tried again.
	Calls RetryCalls
	// Delay is how long to wait at least, as the server or its catalogue says; 0 if neither says more than that
	// another try can help. A loop should wait longer from try to try, and bound what it waits in all.
	Delay time.Duration
}

// RetryCalls says which calls may be tried again after an error.
type RetryCalls uint8

// Which calls may be tried again.
const (
	// RetryNone means no call: another try fails, too, or does harm.
	RetryNone RetryCalls = iota
	// RetryIdempotent means calls that may be repeated, since the work may have been done. The method's
	// idempotency_level says so (NO_SIDE_EFFECTS or IDEMPOTENT), or the request has an idempotency key.
	RetryIdempotent
	// RetryAll means every call: the server promises that it never began the work.
	RetryAll
)

var retryCallsNames = [...]string{RetryNone: "none", RetryIdempotent: "idempotent", RetryAll: "all"}

// String returns "none", "idempotent" or "all". It returns "none" for any other value, too.
func (c RetryCalls) String() string {
	if int(c) >= len(retryCallsNames) {
		return retryCallsNames[RetryNone]
	}
	return retryCallsNames[c]
}

// String returns the advice as a sentence without its full stop, such as "Try again after 1 s if the call may be
// repeated". It is for people; programs go by the fields.
func (r Retry) String() string {
	stated := catalogue.RetryNever
	switch r.Calls {
	case RetryIdempotent:
		stated = catalogue.RetryIdempotent
	case RetryAll:
		stated = catalogue.RetryAlways
	}
	return guidance.Retry(stated, r.Delay)
}

// Allows reports whether a call may be tried again, where idempotent says that it may be repeated.
func (r Retry) Allows(idempotent bool) bool {
	return r.Calls == RetryAll || r.Calls == RetryIdempotent && idempotent
}

// RetryOf returns whether the request that failed with err may be sent again. It goes by the outermost [Error] or
// [Code] in err; the first of these that applies decides:
//
//  1. the retry that the catalogue states for the entry, or for its reason. RETRY_NEVER wins over a delay;
//  2. a retry delay ([Error.RetryDelay]): RetryIdempotent;
//  3. the Connect code unavailable (https://google.aip.dev/194): RetryIdempotent;
//  4. else RetryNone, as for an error without an Error or a Code in it, and for a nil err.
//
// Of an error that names no entry ([Error.Inferred]), such as one of a server without errpact, only the Connect
// code counts. RetryOf sends nothing and waits for nothing: it is for a loop, a queue's worker, or a library for
// retries. Package interceptor/retry does all of it for clients.
func RetryOf(err error) Retry {
	e, ok := From(err)
	if !ok {
		return Retry{}
	}
	delay, hasDelay := e.RetryDelay()
	switch catalogue.RetryFor(e.statedRetry(), hasDelay && !e.Inferred(), uint32(e.ConnectCode())) {
	case catalogue.RetryIdempotent:
		return Retry{RetryIdempotent, delay}
	case catalogue.RetryAlways:
		return Retry{RetryAll, delay}
	}
	return Retry{}
}

// RetryOf returns what a caller reads from the answer, who takes it for that of an entry: what [RetryOf] does of the
// error, and RetryIdempotent for one with a delay, which may also stand beside the envelope.
func (o EnvelopeOptions) RetryOf(e *Error) Retry {
	r := RetryOf(e)
	delay, own := e.RetryDelay()
	if !own {
		delay = o.RetryAfter
	}
	if delay <= 0 || e.isNever() {
		return r
	}
	return Retry{max(r.Calls, RetryIdempotent), delay}
}

// statedRetry returns what the catalogue states for the error's code. It states nothing for an error that only fell
// back to an entry by its Connect code. The error of a call without an answer has its entry by what became of it.
func (e *Error) statedRetry() catalogue.Retry {
	if e.Inferred() && !e.isOfClient() {
		return catalogue.RetryNone
	}
	return e.identity().spec().retry
}

// isNever reports whether the catalogue says that the request must not be sent again.
func (e *Error) isNever() bool { return e.statedRetry() == catalogue.RetryNever }
