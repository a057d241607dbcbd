// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestG16NothingIsLeftBehind makes so many calls of a kind, over every adapter, and compares what is
// held then with what is held after a tenth of them.
func TestG16NothingIsLeftBehind(t *testing.T) {
	for _, test := range []struct {
		name  string
		count int
		kinds []kind
	}{
		{"errors", 10_000, []kind{fails}},
		{"cancelled streams", 2_000, []kind{cancelled, expires}},
		{"abandoned calls", 2_000, []kind{abandoned}},
		{"hostile answers", 500, []kind{attacked}},
	} {
		t.Run(test.name, func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			s, err := newStack(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer closeStack(t, s)
			operations := slices.DeleteFunc(s.operations(), func(op operation) bool { return !slices.Contains(test.kinds, op.kind) })
			idle := usage{goroutines: runtime.NumGoroutine(), heap: math.MaxInt64}
			warm, all := newTally(), newTally()
			warm.call(t.Context(), operations, func(i int) bool { return i < test.count/10 })
			base := s.settled(t.Context(), idle)
			all.call(t.Context(), operations, func(i int) bool { return i < test.count })
			after := s.settled(t.Context(), base)
			if all.requests != test.count || all.wrong+warm.wrong > 0 {
				t.Errorf("%d requests, %d wrong answers: %v", all.requests, all.wrong+warm.wrong, append(warm.examples, all.examples...))
			}
			if !after.within(base) {
				t.Errorf("%d goroutines and %d bytes before, %d and %d after", base.goroutines, base.heap, after.goroutines, after.heap)
			}
		})
	}
}

func closeStack(t *testing.T, s *stack) {
	t.Helper()
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// TestG16Soak is a short one; make soak has a longer one.
func TestG16Soak(t *testing.T) {
	s, err := newStack(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer closeStack(t, s)
	r := s.soak(t.Context(), 5*time.Second)
	var table strings.Builder
	r.print(&table)
	if !r.ok() {
		t.Error(table.String())
	}
	for _, k := range kinds {
		if r.byKind[k] == 0 {
			t.Errorf("nothing was %s", k)
		}
	}
	if len(r.byCode) != 15 {
		t.Errorf("%d codes were seen, of 15:%s", len(r.byCode), table.String())
	}
}
