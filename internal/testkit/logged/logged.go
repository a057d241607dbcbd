// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package logged collects what is written to slog.Default(), for tests.
package logged

import (
	"bytes"
	"log"
	"log/slog"
	"testing"
)

// Lines returns what is written to slog.Default() until the test is over, a line each. It is to be read when nothing
// writes any more.
func Lines(tb testing.TB) *bytes.Buffer {
	tb.Helper()
	lines := new(bytes.Buffer)
	before, output, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(slog.New(slog.NewTextHandler(lines, nil)))
	tb.Cleanup(func() {
		slog.SetDefault(before)
		log.SetOutput(output) // SetDefault takes these over
		log.SetFlags(flags)
	})
	return lines
}
