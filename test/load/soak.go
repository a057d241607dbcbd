// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"math"
	"runtime"
	"sync"
	"time"
)

// concurrent is how many call at the same time.
const concurrent = 8

// maxWrong bounds how many wrong answers are kept to be shown.
const maxWrong = 10

// A tally counts what was asked for and what was wrong.
type tally struct {
	mu       sync.Mutex
	requests int
	byKind   map[kind]int
	byWay    map[string]int
	byCode   map[string]int
	wrong    int
	examples []string
}

func newTally() *tally {
	return &tally{byKind: map[kind]int{}, byWay: map[string]int{}, byCode: map[string]int{}}
}

func (t *tally) add(op operation, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	t.byKind[op.kind]++
	t.byWay[op.way]++
	if op.code != "" {
		t.byCode[op.code]++
	}
	if err == nil {
		return
	}
	t.wrong++
	if len(t.examples) < maxWrong {
		t.examples = append(t.examples, string(op.kind)+", "+op.way+": "+err.Error())
	}
}

// call makes the operations one after another, many at a time, as long as more allows the next one.
func (t *tally) call(ctx context.Context, operations []operation, more func(i int) bool) {
	var group sync.WaitGroup
	for caller := range concurrent {
		group.Go(func() {
			for i := caller; more(i); i += concurrent {
				op := operations[i%len(operations)]
				t.add(op, op.do(ctx))
			}
		})
	}
	group.Wait()
}

// usage is what a program holds.
type usage struct {
	goroutines int
	heap       uint64
}

// allowedGrowth is for what the runtime and net/http keep by themselves.
const allowedGrowth = 1 << 20

func (u usage) within(base usage) bool {
	return u.goroutines <= base.goroutines && u.heap <= base.heap+allowedGrowth
}

// settle waits until what is held is no more than base, or until ctx ends: connections are closed, and
// handlers told, by goroutines of their own.
func (s *stack) settle(ctx context.Context, base usage) usage {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		s.closeIdle()
		if now := measure(); now.within(base) || ctx.Err() != nil {
			return now
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// measure empties pools first, which takes two collections.
func measure() usage {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return usage{runtime.NumGoroutine(), stats.HeapAlloc}
}

// patience is how long to wait for what has ended to be gone.
const patience = 20 * time.Second

// soak warms up with every operation, measures, goes on for the duration, and for every operation once
// more, and measures again.
func (s *stack) soak(ctx context.Context, duration time.Duration) result {
	idle := runtime.NumGoroutine() // the server's own are among them
	operations := s.operations()
	once := newTally()
	once.call(ctx, operations, func(i int) bool { return i < len(operations) })
	r := result{tally: newTally(), kinds: len(operations)}
	r.before = s.settled(ctx, usage{goroutines: idle, heap: math.MaxInt64})
	begun := time.Now()
	r.call(ctx, operations, func(i int) bool { return i < len(operations) || time.Since(begun) < duration })
	r.took = time.Since(begun)
	r.after = s.settled(ctx, r.before)
	r.wrong += once.wrong
	r.examples = append(once.examples, r.examples...)
	return r
}

func (s *stack) settled(ctx context.Context, base usage) usage {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.settle(ctx, base)
}
