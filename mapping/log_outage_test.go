// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"sync"
	"testing"
	"time"
)

// A step is so many failures of a code, one each interval after what was before.
type step struct {
	failures int
	interval time.Duration
	number   int32
	reason   string
	// lines are the tallies of those failures that have a line.
	lines []tally
}

func TestOutagesHaveFewLines(t *testing.T) {
	const unreachable, timedOut = "UNREACHABLE", "TIMED_OUT"
	for name, steps := range map[string][]step{
		"one":               {{1, 0, 11, unreachable, []tally{{1, 0}}}},
		"two":               {{2, time.Second, 11, unreachable, []tally{{1, 0}}}},
		"ninety-nine":       {{99, time.Second, 11, unreachable, []tally{{1, 0}}}},
		"a hundred":         {{100, time.Second, 11, unreachable, []tally{{1, 0}, {100, 98}}}},
		"two hundred":       {{200, time.Second, 11, unreachable, []tally{{1, 0}, {100, 98}, {200, 99}}}},
		"at once":           {{100, 0, 11, unreachable, []tally{{1, 0}, {100, 98}}}},
		"almost a pause":    {{100, time.Minute - 1, 11, unreachable, []tally{{1, 0}, {100, 98}}}},
		"a pause each time": {{3, time.Minute, 11, unreachable, []tally{{1, 0}, {1, 0}, {1, 0}}}},
		"another outage": {
			{50, time.Second, 11, unreachable, []tally{{1, 0}}}, {1, time.Hour, 11, unreachable, []tally{{1, 49}}}, {99, time.Second, 11, unreachable, []tally{{100, 98}}},
		},
		"what was left out twice": {
			{150, time.Second, 11, unreachable, []tally{{1, 0}, {100, 98}}}, {1, time.Hour, 11, unreachable, []tally{{1, 50}}}, {1, time.Hour, 11, unreachable, []tally{{1, 0}}},
		},
		"two reasons": {
			{50, time.Second, 11, unreachable, []tally{{1, 0}}}, {50, time.Second, 11, timedOut, []tally{{1, 0}}}, {50, time.Second, 11, unreachable, []tally{{100, 98}}},
		},
		"undeclared ones are one": {
			{50, time.Second, 4711, "", []tally{{1, 0}}}, {50, time.Second, 4712, "", []tally{{100, 98}}}, {1, time.Second, 11, "NEWER", nil},
		},
		"a clock that goes back": {{2, -time.Hour, 11, unreachable, []tally{{1, 0}}}},
	} {
		t.Run(name, func(t *testing.T) {
			var o outages
			now := time.Unix(1e9, 0)
			for i, s := range steps {
				var lines []tally
				for range s.failures {
					now = now.Add(s.interval)
					if got := o.count(builtin.Code(s.number).WithReason(s.reason), now); got.hasLine() {
						lines = append(lines, got)
					} else if got.leftOut != 0 {
						t.Errorf("step %d: a failure without a line leaves out %d", i, got.leftOut)
					}
				}
				if len(lines) != len(s.lines) {
					t.Fatalf("step %d: lines %v, want %v", i, lines, s.lines)
				}
				for j := range lines {
					if lines[j] != s.lines[j] {
						t.Errorf("step %d: lines %v, want %v", i, lines, s.lines)
					}
				}
			}
		})
	}
}

// TestOutagesAreBounded: codes that another service makes up take no memory.
func TestOutagesAreBounded(t *testing.T) {
	var o outages
	for i := range int32(10_000) {
		o.count(foreignCode("hostile.v1.Error", i, ""), time.Unix(1e9, 0))
		o.count(builtin.Code(1000+i), time.Unix(1e9, 0))
	}
	if len(o.byCode) != 1 {
		t.Errorf("%d are kept", len(o.byCode))
	}
}

// TestG11OutagesAreCountedByMany: each failure is counted once, and each hundredth has a line.
func TestG11OutagesAreCountedByMany(t *testing.T) {
	var o outages
	var group sync.WaitGroup
	var mu sync.Mutex
	lines := map[tally]int{}
	for range 50 {
		group.Go(func() {
			for range 20 {
				if got := o.count(builtin.Code(11), time.Unix(1e9, 0)); got.hasLine() {
					mu.Lock()
					lines[got]++
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	if len(lines) != 11 || lines[tally{1, 0}] != 1 || lines[tally{1000, 99}] != 1 {
		t.Errorf("lines %v", lines)
	}
}
