// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/retry"
	"github.com/errpact/errpact/mapping"
)

// A dated call has a deadline.
type dated struct {
	planned
	timeout  time.Duration
	deadline time.Time
	err      error
}

// newDated returns one of all sorts of calls: those whose deadline is sooner than the answer, than the other try, and
// later than all tries, and some that get the answer late.
func newDated(i int32) *dated {
	timeouts := []time.Duration{time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond, 10 * time.Second}
	delays := []time.Duration{0, time.Millisecond, 5 * time.Millisecond, 20 * time.Millisecond, time.Minute}
	d := &dated{timeout: timeouts[i%4], planned: planned{
		code:  []mapping.Code{errpactv1err.ExternalServiceUnreachable, errpactv1err.DatabaseTemporarilyUnavailable}[i/200%2],
		delay: delays[i/4%5], fails: 4, late: i/20%10 == 0,
	}}
	if d.said = d.delay; d.late {
		d.timeout = min(d.timeout, 200*time.Millisecond)
	}
	return d
}

func (d *dated) do(ctx context.Context, call caller, id string) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	d.deadline, _ = ctx.Deadline()
	d.err = d.planned.do(ctx, call, id)
}

// spent reports whether another try could not end before the deadline.
func (d *dated) spent(a attempt) bool { return !a.ended.Add(d.atLeast(a)).Before(d.deadline) }

// wrong returns what must not be, however slow the machine is: each of its reasons compares times of which one caused the
// other. A try may well begin on time, and its first line run after the deadline.
func (d *dated) wrong() string {
	if d.err == nil {
		return "the call succeeded"
	}
	last := len(d.tries) - 1
	for i, try := range d.tries[:last] {
		if d.spent(try) {
			return fmt.Sprintf("the call is tried again, with %v to its deadline after try %d, and a delay of %v", d.deadline.Sub(try.ended), i+1, d.said)
		}
	}
	if !errors.Is(d.tries[last].err, d.code) {
		return "" // the deadline was sooner than the answer
	}
	if counted, ok := errors.AsType[*retry.Error](d.err); last > 0 && (!ok || counted.Tries() != last+1) || !errors.Is(d.err, d.code) {
		return "the error is not the server's, with the count"
	}
	if d.spent(d.tries[last]) && errors.Is(d.err, context.DeadlineExceeded) {
		return "the call waited for its deadline"
	}
	return ""
}

func TestNoTryBeginsThatCannotEndBeforeTheDeadline(t *testing.T) {
	const calls = 2000
	p, address := newPlanner(t)
	made := make(map[string]*dated)
	for stack, call := range callersWith(t, address, recorded) {
		t.Run(stack, func(t *testing.T) {
			ids := make([]*dated, calls+1)
			inLanes(calls, 20, func(i int32) {
				if t.Failed() {
					return
				}
				d, id := newDated(i), fmt.Sprint(stack, i)
				ids[i] = d
				p.calls.Store(id, &d.planned)
				d.do(t.Context(), call, id)
				if wrong := d.wrong(); wrong != "" {
					t.Errorf("call %d, which may take %v: %s: %v", i, d.timeout, wrong, d.err)
				}
			})
			if t.Failed() {
				return
			}
			var again, over, spent, late int
			for i, d := range ids[1:] {
				made[fmt.Sprint(stack, i+1)] = d
				for _, try := range d.tries[1:] {
					if again++; !try.began.Before(d.deadline) {
						over++
					}
				}
				if last := d.tries[len(d.tries)-1]; errors.Is(last.err, d.code) && d.spent(last) {
					if spent++; d.late {
						late++
					}
				}
			}
			t.Logf("%d calls were tried %d times more, %d times after the deadline; %d ended with time for no other try, %d of them since the answer was late", calls, again, over, spent, late)
			if again == 0 || spent == late || late == 0 {
				t.Error("one sort of calls was not made")
			}
		})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, d := range made {
		if requests := p.service.tries[id]; requests > d.alive() {
			t.Errorf("call %s came %d times to its handler, and %d tries began in time", id, requests, d.alive())
		}
	}
}
