// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// TestG4RelayedErrorsAreWithinTheBudget: what a trusted service sent is bounded as one's own is.
func TestG4RelayedErrorsAreWithinTheBudget(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	unlimited := newPolicy(t, mapping.WithBudget(noBudget))
	var report mapping.Report
	limited := newPolicy(t, withLast(&report))
	cut := 0
	for range 500 {
		e := decode(t, unlimited, unlimited, randomError(r, errpactv1err.Catalogue.Codes())).Relay()
		whole, _ := encode(unlimited, e)
		got, answer := encode(limited, e)
		answer.Report(nil)
		want, dropped := drop(t, whole, 3584)
		if n := weight(t, got); n > 3584 {
			t.Fatalf("%d bytes are over the budget", n)
		}
		if diff := cmp.Diff(dropped, report.Dropped); diff != "" || !proto.Equal(want, got) {
			t.Fatalf("sent %v, want %v; Dropped (-want +got):\n%s", got, want, diff)
		}
		cut += min(1, len(dropped))
	}
	if cut < 50 || cut > 450 {
		t.Errorf("%d of 500 errors were over the budget: the test is blind on a side", cut)
	}
}
