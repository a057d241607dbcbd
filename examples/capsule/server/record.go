// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/errpact/errpact/mapping"
)

// recordErrors returns a report that also appends a line for each error that a method answered to the file which
// CAPSULE_ERRORS names: the procedure, the entry with its reason, and "undeclared" if the procedure does not declare
// it. A server writes each line once. Without CAPSULE_ERRORS in the environment, it returns report.
func recordErrors(report mapping.ReportFunc) mapping.ReportFunc {
	file := os.Getenv("CAPSULE_ERRORS")
	if file == "" {
		return report
	}
	var written sync.Map
	return func(ctx context.Context, r mapping.Report) {
		report(ctx, r)
		line := recordOf(r)
		if line == "" {
			return
		}
		if _, again := written.LoadOrStore(line, true); again {
			return
		}
		if err := appendTo(file, line); err != nil {
			slog.ErrorContext(ctx, "error not recorded", "error", err)
		}
	}
}

// recordOf returns an empty string for an error that no method chose: a panic, one that nobody mapped, another
// service's, or that of a request which ended before its answer.
func recordOf(r mapping.Report) string {
	if r.Sent == nil || r.Procedure == "" || r.Origin != mapping.OriginEntry || r.CallerGone || r.Sent.Inferred() {
		return ""
	}
	line := r.Procedure + " " + r.Sent.Code().Name()
	if reason := r.Sent.Reason(); reason != "" {
		line += "/" + reason
	}
	if r.Undeclared {
		line += " undeclared"
	}
	return line + "\n"
}

// appendTo writes at once, since several processes may have the file.
func appendTo(file, text string) error {
	dir, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("record errors: %w", err)
	}
	defer func() { _ = dir.Close() }() // nothing is written by it
	f, err := dir.OpenFile(filepath.Base(file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("record errors: %w", err)
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
