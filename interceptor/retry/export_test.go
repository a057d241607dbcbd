// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry

import (
	"context"
	"time"
)

// A Clock is one that stands still unless somebody waits.
type Clock struct {
	Now time.Time
	// Share is the part of the longest random wait that is chosen.
	Share float64
	// Waits are those of all calls.
	Waits []time.Duration
	// OnWait runs in each wait.
	OnWait func()
}

// UseClock replaces the time of a Retrier.
func (r *Retrier) UseClock(c *Clock) {
	r.clock = clock{
		now:    func() time.Time { return c.Now },
		random: func(most time.Duration) time.Duration { return time.Duration(c.Share * float64(most)) },
		wait: func(ctx context.Context, d time.Duration) error {
			c.Waits, c.Now = append(c.Waits, d), c.Now.Add(d)
			if c.OnWait != nil {
				c.OnWait()
			}
			return ctx.Err()
		},
	}
}

// Backoff returns the longest random wait after a number of tries.
func (r *Retrier) Backoff(tries int) time.Duration { return r.backoff(tries) }

// Random returns a random wait.
func Random(most time.Duration) time.Duration { return systemClock.random(most) }

// Wait waits.
var Wait = wait
