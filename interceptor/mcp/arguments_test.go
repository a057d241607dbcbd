// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mcp_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
)

// TestArgumentsThatDoNotDecodeAreTheModels has values that keep the schema, and one that the tool got elsewhere.
func TestArgumentsThatDoNotDecodeAreTheModels(t *testing.T) {
	type visit struct {
		At    time.Time `json:"at,omitzero"`
		Count int64     `json:"count,omitempty"`
		Then  struct {
			At time.Time `json:"at,omitzero"`
		} `json:"then,omitzero"`
	}
	policy, reports := quiet(t)
	server, w := newServer(policy), new(wire)
	sdk.AddTool(server, &sdk.Tool{Name: "visit"}, func(context.Context, *sdk.CallToolRequest, visit) (*sdk.CallToolResult, any, error) {
		return nil, nil, json.Unmarshal([]byte(`{"at": "`+opaque.Canary+`", "count": "`+opaque.Canary+`"}`), new(struct {
			Count int64 `json:"count"`
		}))
	})
	session := connect(t, server, w)
	for _, test := range []struct {
		name      string
		arguments map[string]any
		text      string
		fault     mapping.Fault
	}{
		{"no time", map[string]any{"at": "tomorrow", "count": 1}, `the argument "at" has a value that it cannot take`, mapping.FaultCaller},
		{"no time within", map[string]any{"then": map[string]any{"at": "tomorrow"}}, `the argument "then.at" has a value that it cannot take`, mapping.FaultCaller},
		{"too large", map[string]any{"count": 1e30}, `the argument "count" has a value that it cannot take`, mapping.FaultCaller},
		{"the tool's own", map[string]any{"count": 1}, "Unknown server side error occurred", mapping.FaultServer},
	} {
		result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "visit", Arguments: test.arguments})
		if err != nil {
			t.Fatal(err)
		}
		report := reports.One(t)
		reports.Take()
		if got := report.Sent.Message(); got != test.text || report.Fault() != test.fault || !result.IsError {
			t.Errorf("%s: %q, of fault %s, want %q, of %s", test.name, got, report.Fault(), test.text, test.fault)
		}
		if sent := w.take(); opaque.Found(sent) {
			t.Errorf("%s: the canary is in\n%s", test.name, sent)
		}
	}
}
