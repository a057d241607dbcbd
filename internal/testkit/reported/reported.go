// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package reported collects the reports of a policy, for tests.
package reported

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/errpact/errpact/mapping"
)

// Reports are those that came. They may be used by many at once, and are not to be copied.
type Reports struct {
	mu  sync.Mutex
	all []mapping.Report
}

// Add is for [mapping.WithReport].
func (r *Reports) Add(_ context.Context, report mapping.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, report)
}

// All gives what came.
func (r *Reports) All() []mapping.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

// Take gives what came since the last time.
func (r *Reports) Take() []mapping.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.all
	r.all = nil
	return taken
}

// One gives the only report there is, or ends the test.
func (r *Reports) One(tb testing.TB) mapping.Report {
	tb.Helper()
	all := r.All()
	if len(all) != 1 {
		tb.Fatalf("%d reports, want 1: %+v", len(all), all)
	}
	return all[0]
}
