// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"os"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryPairAgrees: every problem, by every server to every client, in every way that the two share
// and by every method.
func TestEveryPairAgrees(t *testing.T) {
	all := problems(t)
	m := newMatrix("Errors by server (rows) and client (columns): received as the table has them / all",
		[]string{v1, v2, grpcGo, inProcess}, []string{v1, v2, grpcGo, nodeJS})
	t.Cleanup(func() { m.print(os.Stdout) })
	for _, s := range servers(t, answerOf(all)) {
		for _, c := range clients {
			if calls := callsOf(s, c, all); len(calls) > 0 {
				t.Run(s.stack+" to "+c.name, func(t *testing.T) {
					t.Parallel()
					m.check(t, s.stack, c.name, calls, c.make(t, calls))
				})
			}
		}
	}
}

// callsOf are all calls of a pair.
func callsOf(s server, c client, all []problem) (calls []call) {
	for _, w := range c.ways {
		if !s.speaks(w) {
			continue
		}
		for _, m := range methods {
			if !w.carries(m) {
				continue
			}
			for _, p := range all {
				calls = append(calls, call{server: s, way: w, method: m, problem: p})
				if c.name != nodeJS && (m == methods[0] || m == methods[3]) {
					calls = append(calls, call{server: s, way: w, method: m, problem: p, plain: true})
				}
			}
		}
	}
	return calls
}

// maxFailures are told in full of a pair: what is wrong with one error is often wrong with all.
const maxFailures = 5

// check compares what came of calls with what must, and counts.
func (m *matrix) check(t *testing.T, row, column string, calls []call, outcomes []outcome) {
	t.Helper()
	failures := 0
	for i, got := range outcomes {
		diff := ""
		if want := calls[i].want(); !reflect.DeepEqual(want, got) {
			diff = cmp.Diff(want, got)
		}
		m.count(row, column, calls[i].way.protocol, diff == "")
		if diff == "" {
			continue
		}
		if failures++; failures <= maxFailures {
			t.Errorf("%s (-want +got):\n%s", calls[i], diff)
		}
	}
	if failures > maxFailures {
		t.Errorf("%d of %d calls went wrong", failures, len(calls))
	}
}
