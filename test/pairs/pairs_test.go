// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryPairAgrees: every problem, by every server to every client, in every way that the two share
// and by every method.
func TestEveryPairAgrees(t *testing.T) {
	all, clients := problems(t), newClients(t)
	m := newMatrix(fmt.Sprintf("%d errors, by server (rows) and client (columns), by all protocols and methods, passed/total", len(all)),
		[]string{v1, v2, grpcGo, inProcess}, []string{v1, v2, grpcGo, nodeJS, nodeOurs, browser, browserBlind})
	t.Cleanup(func() { m.print(os.Stdout) })
	for _, s := range servers(t, answerOf(all)) {
		for _, c := range clients {
			calls := callsOf(s, c, all)
			if len(calls) == 0 {
				if s.here == nil && !c.fetches {
					t.Errorf("%s and %s share no protocol", s.stack, c)
				}
				continue
			}
			t.Run(s.stack+" to "+c.String(), func(t *testing.T) {
				t.Parallel()
				lost := blindCalls(s, c, all[0])
				outcomes := c.make(t, slices.Concat(calls, lost))
				m.check(t, calls, outcomes[:len(calls)])
				newMatrix("", nil, nil).check(t, lost, outcomes[len(calls):])
			})
		}
	}
}

// full is for a minute without the race detector, and several with it.
var full = flag.Bool("full", false, "ask for every error by every method, in every way; the default has methods take turns")

// callsOf are the calls of a pair. Where methods take turns, each error is still asked for in each way, and
// each entry by each method. A GET has one method.
func callsOf(s server, c client, all []problem) (calls []call) {
	for i, w := range c.ways {
		if !s.speaks(w) {
			continue
		}
		for j, m := range methods {
			if !c.carries(w, m) {
				continue
			}
			for k, p := range all {
				if (c.takesTurns() || !*full) && !w.GET && (i+j+k)%len(methods) != 0 {
					continue
				}
				calls = append(calls, call{row: s.stack, column: c.name, client: c, server: s, way: w, method: m, problem: p})
			}
		}
	}
	return calls
}

// maxFailures are told in full of a pair: what is wrong with one error is often wrong with all.
const maxFailures = 5

// check compares what came of calls with what must, and counts.
func (m *matrix) check(t *testing.T, calls []call, outcomes []outcome) {
	t.Helper()
	failures := 0
	for i, got := range outcomes {
		diff := ""
		if want := calls[i].want(); !reflect.DeepEqual(want, got) {
			diff = cmp.Diff(want, got)
		}
		m.count(calls[i], diff == "")
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
