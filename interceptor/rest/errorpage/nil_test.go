// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errorpage_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/interceptor/rest/errorpage"
	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/mapping"
)

// TestG7NothingNilPanics has a row for every exported function.
func TestG7NothingNilPanics(t *testing.T) {
	rows := map[string]func(*testing.T){
		"Handler": func(t *testing.T) {
			for _, catalogues := range [][]*mapping.Catalogue{nil, {nil}, {{}}} {
				handler, err := errorpage.Handler("", catalogues...)
				if err != nil {
					t.Fatal(err)
				}
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
				if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "ERROR_CODE_UNKNOWN") {
					t.Errorf("%v: %d, want the built-in catalogue's page", catalogues, w.Code)
				}
			}
		},
		"URL": func(t *testing.T) {
			if got := errorpage.URL("")(mapping.Code{}); got != "#ERROR_CODE_UNKNOWN" {
				t.Errorf("URL = %q", got)
			}
		},
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
