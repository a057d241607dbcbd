// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
)

// TestAnswersAreTheSameToTheDetail: by hand and with errpact, an answer has the same details in the
// same order, Connect's JSON the same keys, its debug among them, and a REST answer the same headers.
func TestAnswersAreTheSameToTheDetail(t *testing.T) {
	for _, f := range failures {
		for _, by := range policies {
			name := "/policy=" + by.name + "/error=" + f.name
			compare(t, "Translate"+name, translateRows(t, by, f), func(row errorRow) any { return detailsOf(t, row.run()) })
			for _, p := range protocols {
				compare(t, "Answer/protocol="+p.name+name, answerRows(t, by, f), func(row handlerRow) any {
					return detailsOf(t, p.caller(t, serve(t, row.handler).URL)())
				})
			}
			compare(t, "Connect's JSON"+name, answerRows(t, by, f), func(row handlerRow) any {
				return jsonOf(t, protocols[0].unary(""), row.handler)
			})
		}
		compare(t, "REST/error="+f.name, restRows(t, f)[:3], func(row handlerRow) any {
			return jsonOf(t, newGet("/v1/trouble/x", true), row.handler)
		})
	}
}

// compare compares all rows with the first, which is by hand.
func compare[Row any](t *testing.T, name string, rows []Row, see func(Row) any) {
	t.Helper()
	want := see(rows[0])
	for i, row := range rows[1:] {
		if diff := cmp.Diff(want, see(row), protocmp.Transform()); diff != "" {
			t.Errorf("%s: row %d is not as by hand (-want, +got):\n%s", name, i+1, diff)
		}
	}
}

func detailsOf(t *testing.T, err error) []proto.Message {
	t.Helper()
	e, ok := errors.AsType[*connect.Error](err)
	if !ok {
		t.Fatalf("%T: %v", err, err)
	}
	var details []proto.Message
	for _, detail := range e.Details() {
		m, wrong := detail.Value()
		if wrong != nil {
			t.Fatal(wrong)
		}
		details = append(details, m)
	}
	return details
}

// jsonAnswer is one without what may differ: a map's order in the encoded details.
type jsonAnswer struct {
	Status int
	Header http.Header
	Body   map[string]any
}

func jsonOf(t *testing.T, q *request, h http.Handler) jsonAnswer {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, q.again())
	a := jsonAnswer{Status: w.Code, Header: w.Header()}
	a.Header.Del("Content-Length")
	if err := json.Unmarshal(w.Body.Bytes(), &a.Body); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	if details, ok := a.Body["details"].([]any); ok {
		for _, detail := range details {
			if d, ok := detail.(map[string]any); ok {
				delete(d, "value")
			}
		}
	}
	return a
}
