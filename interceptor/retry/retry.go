// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"errors"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/mapping"
)

// A Retrier makes calls, and makes those that failed again. Interceptors for other transports are built on it. Many
// goroutines may use it at once, and share its budget. A zero Retrier, and a nil one, tries every call once.
type Retrier struct {
	config
	budget budget
	clock  clock
}

// New returns a Retrier with a budget of its own.
func New(opts ...Option) *Retrier {
	r := &Retrier{config: defaults(), clock: systemClock}
	for _, opt := range opts {
		if opt != nil {
			opt.apply(&r.config)
		}
	}
	return r
}

// A Call is one unary call of a client, as a transport has it. [Retrier.Do] asks for everything but Try only after an
// error.
type Call interface {
	// Try sends the request once, as it was when the call began: what an interceptor inside added to it during an
	// earlier try is gone.
	Try(ctx context.Context) error
	// Idempotent reports whether the method may be repeated, by its idempotency_level.
	Idempotent() bool
	// RequestHeader returns the value of a header that the request had when the call began, or "".
	RequestHeader(name string) string
	// ResponseHeader returns the value of a header or trailer that came with err, the error of the last Try, or "".
	ResponseHeader(err error, name string) string
	// ConnectCode returns the code of an error that has no [mapping.Error] in it, and 0 if the error has none.
	ConnectCode(err error) mapping.ConnectCode
}

// errNothingToCall is for a Do without a call.
var errNothingToCall = errors.New("retry: nothing to call")

// Do tries a call until it succeeds, or until it must not be tried again. It returns the error of the last try, in an
// [*Error] if there was another one before. If the context was canceled before the next try, the error also is
// [context.Canceled].
func (r *Retrier) Do(ctx context.Context, call Call) error {
	if ctx == nil {
		ctx = context.Background()
	}
	if call == nil {
		return errNothingToCall
	}
	if r == nil || probeOf(ctx).pass() {
		return call.Try(ctx)
	}
	for tries := 1; ; tries++ {
		err := call.Try(ctx)
		if err == nil {
			r.budget.succeeded()
			return nil
		}
		wait, again := r.next(ctx, call, err, tries)
		if !again {
			return counted(err, tries, nil)
		}
		if ended := r.clock.wait(ctx, wait); ended != nil {
			return counted(err, tries, ended)
		}
	}
}

// next returns how long to wait before the next try, or false if there must be none.
func (r *Retrier) next(ctx context.Context, call Call, err error, tries int) (time.Duration, bool) {
	verdict := verdictOf(call, err)
	if verdict.Calls == mapping.RetryNone {
		return 0, false
	}
	// An outage counts, whether the calls that it fails may be repeated or not.
	if !r.budget.failed() || tries >= r.maxTries || !verdict.Allows(r.mayRepeat(call)) {
		return 0, false
	}
	asked, ok := r.serverDelay(call, err, verdict.Delay)
	if !ok {
		return 0, false
	}
	wait := max(asked, r.clock.random(r.backoff(tries)))
	if deadline, ok := ctx.Deadline(); ok && !r.clock.now().Add(wait).Before(deadline) {
		return 0, false
	}
	return wait, true
}

// verdictOf goes by the code alone where errpact did not decode the error.
func verdictOf(call Call, err error) mapping.Retry {
	if e, ok := mapping.From(err); ok {
		if e.ConnectCode() == mapping.ConnectCode(connect.CodeCanceled) {
			return mapping.Retry{}
		}
		return mapping.RetryOf(e)
	}
	if call.ConnectCode(err) == mapping.ConnectCode(connect.CodeUnavailable) {
		return mapping.Retry{Calls: mapping.RetryIdempotent}
	}
	return mapping.Retry{}
}

func (r *Retrier) mayRepeat(call Call) bool {
	return call.Idempotent() || r.key != "" && call.RequestHeader(r.key) != ""
}
