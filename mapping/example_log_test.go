// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// A team wants to see its callers' errors, and to be woken up by its own alone.
func ExampleLogReportWith() {
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: shortLine})))

	policy, err := mapping.NewPolicy(
		mapping.WithReport(mapping.LogReportWith(func(r mapping.Report) slog.Level {
			if mapping.FaultOf(r.Sent) == mapping.FaultCaller {
				return slog.LevelInfo
			}
			return slog.LevelError
		})),
	)
	if err != nil {
		panic(err)
	}
	for _, err := range []error{errpactv1err.NotExist, errpactv1err.Database.Wrap(errors.New("deadlock"))} {
		call := &mapping.Call{Context: context.Background(), Procedure: "/acme.shop.v1.Shop/Buy"}
		answer := policy.Translate(call, err)
		answer.Report(call)
	}
	// Output:
	// level=INFO code=ERROR_CODE_NOT_EXIST fault=caller
	// level=ERROR code=ERROR_CODE_DATABASE fault=server cause=deadlock
}

// shortLine leaves out what is not the example's subject.
func shortLine(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case slog.LevelKey, "code", "fault", "cause":
		return a
	}
	return slog.Attr{}
}
