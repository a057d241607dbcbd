// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/sdk/metric"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/telemetry"
	"github.com/errpact/errpact/internal/testkit/exported"
	"github.com/errpact/errpact/mapping"
)

// noContext is what a caller passes who has none.
var noContext context.Context

// tells says that a report takes what is nil or zero.
func tells(report mapping.ReportFunc) bool {
	for _, sent := range []*mapping.Error{nil, new(mapping.Error), errpactv1err.NotExist.New("")} {
		report(noContext, mapping.Report{Sent: sent})
		report(context.Background(), mapping.Report{Sent: sent, Procedure: "/"})
	}
	return true
}

// unknownAttributes are those of an UNKNOWN error without an id.
func unknownAttributes(err error) bool {
	all := telemetry.Attributes(err)
	return len(all) == 4 && all[0].Value.AsString() == "ERROR_CODE_UNKNOWN" && all[1].Value.AsInt64() == 0 &&
		all[2].Value.AsString() == "errpact.v1.ErrorCode" && all[3].Value.AsString() == "server"
}

// TestG7NothingNilPanics has a row for every exported function: whatever is nil is the default.
func TestG7NothingNilPanics(t *testing.T) {
	rows := map[string]func() bool{
		"Reporter": func() bool { return tells(telemetry.Reporter(nil)) && tells(telemetry.Reporter(nil, nil, nil)) },
		"WithMeterProvider": func() bool {
			return tells(telemetry.Reporter(nil, telemetry.WithMeterProvider(nil))) &&
				tells(telemetry.Reporter(nil, telemetry.WithMeterProvider((*metric.MeterProvider)(nil))))
		},
		"WithProcedure": func() bool {
			alive := func(ctx context.Context, _ mapping.Report) string { return fmt.Sprint(ctx.Err()) }
			return tells(telemetry.Reporter(nil, telemetry.WithProcedure(nil))) && tells(telemetry.Reporter(nil, telemetry.WithProcedure(alive)))
		},
		"Attributes": func() bool {
			foreign := []error{nil, errors.New("x"), (*fs.PathError)(nil), fmt.Errorf("x: %w", (*fs.PathError)(nil))}
			return !slices.ContainsFunc(foreign, func(err error) bool { return telemetry.Attributes(err) != nil }) &&
				unknownAttributes((*mapping.Error)(nil)) && unknownAttributes(new(mapping.Error)) && unknownAttributes(mapping.Code{})
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
		t.Run(name, func(t *testing.T) {
			defer func() {
				if value := recover(); value != nil {
					t.Errorf("it panics: %v\n%s", value, debug.Stack())
				}
			}()
			if !row() {
				t.Errorf("nil or zero: not as its doc says")
			}
		})
	}
}
