// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// A clock is what tests replace.
type clock struct {
	now func() time.Time
	// random returns a duration of at least 0 and at most most.
	random func(most time.Duration) time.Duration
	// wait returns the context's error if it is done, or its deadline over, before the time is.
	wait func(ctx context.Context, d time.Duration) error
}

var systemClock = clock{
	now:    time.Now,
	random: func(most time.Duration) time.Duration { return time.Duration(rand.Uint64N(uint64(most) + 1)) },
	wait:   wait,
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	// A busy process ends a context some time after its deadline.
	if deadline, ok := ctx.Deadline(); ok && ctx.Err() == nil && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

// backoff returns the longest random wait after a number of tries.
func (c *config) backoff(tries int) time.Duration {
	d := c.base
	for ; tries > 1 && d < c.most; tries-- {
		if d *= 2; d < 0 {
			return c.most
		}
	}
	return min(d, c.most)
}

// The headers and trailers by which servers ask for a delay, in canonical form.
const (
	headerPushback   = "Grpc-Retry-Pushback-Ms"
	headerRetryAfter = "Retry-After"
)

// serverDelay returns the longest delay that the server asks for, stated being that of its error. It returns false if
// the server wants no other try, or one after more than the limit.
func (r *Retrier) serverDelay(call Call, err error, stated time.Duration) (time.Duration, bool) {
	d := max(stated, 0)
	if value := call.ResponseHeader(err, headerPushback); value != "" {
		// https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
		ms, invalid := strconv.ParseUint(value, 10, 63)
		if invalid != nil {
			return 0, false
		}
		d = max(d, units(ms, time.Millisecond))
	}
	d = max(d, r.retryAfter(call.ResponseHeader(err, headerRetryAfter)))
	return d, d <= r.maxServerDelay
}

// retryAfter returns the delay of a Retry-After, which is a number of seconds or a date, and 0 for anything else.
// https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
func (r *Retrier) retryAfter(value string) time.Duration {
	if value == "" {
		return 0
	}
	// Of a number that is too large, ParseUint returns the largest one.
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return units(seconds, time.Second)
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(date.Sub(r.clock.now()), 0)
	}
	return 0
}

// units returns n units, or the longest duration if that is less.
func units(n uint64, unit time.Duration) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	if n > uint64(longest/unit) {
		return longest
	}
	return time.Duration(n) * unit
}
