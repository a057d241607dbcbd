// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"

	"github.com/errpact/errpact/interceptor/gateway"
	"github.com/errpact/errpact/internal/testkit/exported"
)

// TestG7NothingNilPanics has a row for every exported function: whatever is nil is the default.
func TestG7NothingNilPanics(t *testing.T) {
	check := func(options ...gateway.Option) func(*testing.T) {
		return func(t *testing.T) {
			w := httptest.NewRecorder()
			runtime.NewServeMux(gateway.Options(options...)...).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/nowhere", nil))
			if w.Code != http.StatusNotFound || !strings.HasPrefix(w.Body.String(), `{"error_code":10,`) {
				t.Errorf("answer = %d %s, want the envelope of 10", w.Code, w.Body)
			}
		}
	}
	rows := map[string]func(*testing.T){
		"Options":       check(nil, nil),
		"WithPolicy":    check(gateway.WithPolicy(nil)),
		"WithChallenge": check(gateway.WithChallenge("")),
	}
	functions, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(functions, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	for name, row := range rows {
		t.Run(name, row)
	}
}
