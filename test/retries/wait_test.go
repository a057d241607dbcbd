// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// told are the ways of a server to say a delay. Where it says several, the longest counts, and of several values the first.
func told(delay time.Duration) []*planned {
	const pushback = "Grpc-Retry-Pushback-Ms"
	ms := fmt.Sprint(delay.Milliseconds())
	return []*planned{
		{delay: delay},
		{header: http.Header{pushback: {ms}}},
		{header: http.Header{pushback: {ms, "-1"}}},
		{header: http.Header{pushback: {ms, "0"}}},
		{header: http.Header{pushback: {"1"}}, delay: delay},
		{header: http.Header{pushback: {ms}}, delay: time.Millisecond},
	}
}

func TestWaitIsNeverShorterThanTheServerSays(t *testing.T) {
	const calls = 1000
	p, address := newPlanner(t)
	for stack, call := range callersWith(t, address, recorded) {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			inLanes(calls, 20, func(i int32) {
				said := time.Duration(1+i/6%20) * time.Millisecond
				c := told(said)[i%6]
				if i%50 == 0 {
					c, said = &planned{header: http.Header{"Retry-After": {"1"}}}, time.Second
				}
				c.code, c.said, c.fails = errpactv1err.DatabaseTemporarilyUnavailable, said, 1+int(i%2)
				id := fmt.Sprint(stack, i)
				p.calls.Store(id, c)
				if err := c.do(t.Context(), call, id); err != nil || len(c.tries) != c.fails+1 {
					t.Errorf("call %d: %v after %d tries, want success after %d", i, err, len(c.tries), c.fails+1)
				}
				for n := 1; n < len(c.tries); n++ {
					if wait := c.tries[n].began.Sub(c.tries[n-1].ended); wait < said {
						t.Errorf("call %d: %v before try %d, and the server says %v, by %v and %v", i, wait, n+1, said, c.delay, c.header)
					}
				}
			})
		})
	}
}
