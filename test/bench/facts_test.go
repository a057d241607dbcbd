// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"net/http"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestReportsHaveTheSameFacts: a hand-written report is not fast because it says less than errpact's.
func TestReportsHaveTheSameFacts(t *testing.T) {
	for _, p := range policies {
		if !p.reports {
			continue
		}
		var byHand, ours recorder
		for _, handler := range []http.Handler{
			handlerOf(p.fail(metadata), connect.WithInterceptors(p.byHand(&byHand)...)),
			handlerOf(metadata.errpact, connect.WithInterceptors(p.interceptor(t, &ours))),
		} {
			handler.ServeHTTP(&discard{header: make(http.Header)}, protocols[0].unary("x").again())
		}
		if byHand.last.Err == nil || ours.last.Err == nil {
			t.Fatalf("policy %s: no report: %v by hand, %v with errpact", p.name, byHand.last.Err, ours.last.Err)
		}
		if diff := cmp.Diff(byHand.last, ours.last, cmpopts.IgnoreFields(facts{}, "Err")); diff != "" {
			t.Errorf("policy %s: errpact's report is not as by hand (-want, +got):\n%s", p.name, diff)
		}
	}
}
