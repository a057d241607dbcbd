// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpacttest_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/mapping/errpacttest"
)

// TestG7NothingNilPanics has a row for every exported function.
func TestG7NothingNilPanics(t *testing.T) {
	typed := (*mapping.Error)(nil)
	rows := map[string]func(*testing.T){
		"RequireCode": func(t *testing.T) { errpacttest.RequireCode(t, typed, mapping.Code{}) },
		"Diff": func(t *testing.T) {
			if diff := errpacttest.Diff(typed, mapping.Code{}); diff != "" {
				t.Errorf("a nil error and UNKNOWN differ: %s", diff)
			}
		},
		"OnlyDeclared": func(t *testing.T) {
			policy, err := mapping.NewPolicy(errpacttest.OnlyDeclared(t))
			if err != nil {
				t.Fatal(err)
			}
			call := &mapping.Call{Procedure: "/errpacttest.v1.Folders/Free"}
			answer := policy.Translate(call, typed)
			answer.Report(call)
		},
		"Undeclared": func(t *testing.T) {
			if err := errpacttest.Undeclared("", nil); err != nil {
				t.Errorf("Undeclared(nil) = %v", err)
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
