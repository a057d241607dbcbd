// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// TestRowsAreTheSameError: no row of a benchmark is fast because it tells less. What each gives is
// decoded, and has to have the same code, message, reason and metadata, and the catalogue's number if
// it is by hand or errpact's.
func TestRowsAreTheSameError(t *testing.T) {
	for _, f := range []failure{static, metadata, metadata4} {
		for name, rows := range allErrorRows(t, f) {
			for _, row := range rows {
				t.Run(name+"/error="+f.name+"/by="+row.by, func(t *testing.T) { f.check(t, row.by, row.run()) })
			}
		}
		for name, group := range allHandlerRows(t, f) {
			for _, row := range group.rows {
				t.Run(name+"/error="+f.name+"/by="+row.by, func(t *testing.T) { f.check(t, row.by, group.ask(t, row.handler)) })
			}
		}
	}
}

func (f failure) check(t *testing.T, by string, err error) {
	t.Helper()
	got, wrong := look(err)
	if wrong != nil {
		t.Fatal(wrong)
	}
	want := f.seen()
	if by == "hand-own" { // reads the number, and nothing else: that is what it is there to show
		want.Reason = ""
	}
	if strings.HasPrefix(by, hand) || strings.HasPrefix(by, "errpact") {
		want.Number = 10
	} else {
		got.Number = 0
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(seen{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("it tells (-want, +got):\n%s", diff)
	}
}

func allErrorRows(t *testing.T, f failure) map[string][]errorRow {
	t.Helper()
	all := map[string][]errorRow{
		"Translate": append(translateRows(t, defaults, f), peerRows(f)...), "Decode": decodeRows(t, f),
		"EndToEnd/stack=vanguard": endToEndREST(t, transcodedRows(t, f)), "EndToEnd/stack=nethttp": endToEndREST(t, plainRows(f)),
	}
	for _, by := range policies[1:] {
		all["Translate/policy="+by.name] = translateRows(t, by, f)
	}
	for _, s := range stacks {
		all["Translate/stack="+s.name], all["Decode/stack="+s.name] = s.translate(f), s.decode(t, f)
	}
	for _, p := range protocols {
		all["Call/protocol="+p.name] = callRows(t, p, f)
		all["EndToEnd/protocol="+p.name] = endToEndRows(t, p, f)
	}
	return all
}

// TestGrowingRowsAreTheSameError: size changes how long a row takes, and not what it tells.
func TestGrowingRowsAreTheSameError(t *testing.T) {
	for _, n := range []int{1, 100, 1000} {
		for _, row := range chainRows(t, n) {
			static.check(t, row.by, row.run())
		}
	}
	for _, n := range []int{1, 100} {
		for _, row := range detailRows(t, n) {
			err := row.run()
			static.check(t, row.by, err)
			if e, ok := errors.AsType[*connect.Error](err); !ok || len(e.Details()) != n+2 {
				t.Errorf("%s of %d details: %v, with other details", row.by, n, err)
			}
		}
	}
	for _, n := range []int{15, 10_000} {
		translate, decode := catalogueRows(t, n)
		for _, row := range append(translate, decode...) {
			if got, want := numberOf(row.run()), firstNumber+int32(n)-1; got != want {
				t.Errorf("%d entries: got %d, want %d", n, got, want)
			}
		}
	}
}

// numberOf is the number of a team's own catalogue.
func numberOf(err error) int32 {
	if e, ok := mapping.From(err); ok {
		return e.Code().Number()
	}
	if e, ok := errors.AsType[*connect.Error](err); ok {
		for _, detail := range e.Details() {
			if m, wrong := detail.Value(); wrong == nil {
				if own, ok := m.(*errpactv1.ErrorDetail); ok {
					return own.GetNumber()
				}
			}
		}
	}
	return 0
}

// A handlerGroup is rows, and the way to ask one of them.
type handlerGroup struct {
	rows []handlerRow
	ask  func(*testing.T, http.Handler) error
}

func allHandlerRows(t *testing.T, f failure) map[string]handlerGroup {
	t.Helper()
	all := map[string]handlerGroup{
		"REST": {restRows(t, f), asking(newGet("/v1/trouble/x", true).fix())},
	}
	for _, call := range transcodable() {
		all["Transcoded/method="+call.method] = handlerGroup{transcodedRows(t, f), asking(call.sent)}
	}
	for _, p := range protocols {
		for _, by := range policies {
			all["Answer/protocol="+p.name+"/policy="+by.name] = handlerGroup{answerRows(t, by, f), func(t *testing.T, h http.Handler) error {
				return p.caller(t, serve(t, h).URL)()
			}}
		}
	}
	return all
}

// asking sends what the benchmarks do, twice, since they send it over and over.
func asking(q *request) func(*testing.T, http.Handler) error {
	return func(t *testing.T, h http.Handler) error {
		t.Helper()
		h.ServeHTTP(httptest.NewRecorder(), q.again())
		w := httptest.NewRecorder()
		h.ServeHTTP(w, q.again())
		if w.Code != http.StatusNotFound {
			t.Errorf("status %d, want 404", w.Code)
		}
		return &answered{w.Body.Bytes()}
	}
}
