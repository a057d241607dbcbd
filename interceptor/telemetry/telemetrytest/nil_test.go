// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetrytest_test

import (
	"maps"
	"slices"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/otelconnect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/telemetry/telemetrytest"
	"github.com/errpact/errpact/internal/testkit/exported"
)

// TestG7NothingNilPanics has a row for every exported function: nil is no interceptor.
func TestG7NothingNilPanics(t *testing.T) {
	rows := map[string]func() error{
		"CheckOrder": func() error {
			return telemetrytest.CheckOrder(nil, (*otelconnect.Interceptor)(nil), (*interceptor.Interceptor)(nil), connect.UnaryInterceptorFunc(nil))
		},
		"CheckOrderV2": func() error { return telemetrytest.CheckOrderV2(nil, nil) },
	}
	functions, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(functions, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	for name, row := range rows {
		if row() == nil {
			t.Errorf("%s finds nothing wrong with nil", name)
		}
	}
}
