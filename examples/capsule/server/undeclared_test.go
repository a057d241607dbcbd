// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
)

// undeclared is a log that keeps the errors which their methods do not declare. It drops all other lines: the faults
// that tests make are meant.
type undeclared struct {
	mu    sync.Mutex
	lines strings.Builder
}

func (u *undeclared) String() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.lines.String()
}

func (u *undeclared) Enabled(context.Context, slog.Level) bool { return true }

func (u *undeclared) Handle(ctx context.Context, record slog.Record) error {
	is := false
	record.Attrs(func(a slog.Attr) bool {
		is = is || a.Key == "undeclared"
		return true
	})
	if !is {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return slog.NewTextHandler(&u.lines, nil).Handle(ctx, record)
}

func (u *undeclared) WithAttrs([]slog.Attr) slog.Handler { return u }

func (u *undeclared) WithGroup(string) slog.Handler { return u }
