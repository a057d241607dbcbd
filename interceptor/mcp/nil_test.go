// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mcp_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/interceptor/mcp"
	"github.com/errpact/errpact/internal/testkit/exported"
)

// noContext is what a caller passes who has none.
var noContext context.Context

// silence keeps the default reports out of the test's output.
func silence(t *testing.T) {
	t.Helper()
	before := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(before) })
}

// TestG7NothingNilPanics has a row for every exported function: whatever is nil is the default.
func TestG7NothingNilPanics(t *testing.T) {
	fails := func(context.Context, string, sdk.Request) (sdk.Result, error) { return nil, errors.New("x") }
	answers := func(opts ...mcp.Option) bool {
		handler := mcp.Middleware(opts...)
		for _, req := range []sdk.Request{nil, (*sdk.CallToolRequest)(nil), &sdk.ListToolsRequest{}} {
			if _, err := handler(fails)(noContext, "tools/call", req); err == nil {
				return false
			}
			if _, err := handler(nil)(noContext, "tools/call", req); err == nil {
				return false
			}
		}
		result, err := handler(fails)(noContext, "tools/call", &sdk.CallToolRequest{})
		failed, ok := result.(*sdk.CallToolResult)
		_, refused := handler(nil)(noContext, "tools/call", &sdk.CallToolRequest{})
		return err == nil && ok && failed.IsError && refused != nil
	}
	silence(t)
	rows := map[string]func() bool{
		"Middleware": func() bool { return answers() && answers(nil, nil) },
		"WithPolicy": func() bool { return answers(mcp.WithPolicy(nil)) },
	}
	names, err := exported.Functions(".")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("rows (-exported +tested):\n%s", diff)
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			if !row() {
				t.Error("nil or zero: not as its doc says")
			}
		})
	}
}

func TestG7NoZeroValuePanics(t *testing.T) {
	exported.CheckZero(t, ".", new(mcp.Field), new(mcp.Problem))
}
