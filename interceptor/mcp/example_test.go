// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mcp_test

import (
	"context"
	"database/sql"
	"fmt"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	errpactmcp "github.com/errpact/errpact/interceptor/mcp"
	"github.com/errpact/errpact/mapping"
)

// A tool's error is the entry that a rule finds, and the model reads what to do about it.
func ExampleMiddleware() {
	policy, err := mapping.NewPolicy(mapping.WithRules(mapping.SQLRules()...))
	if err != nil {
		panic(err)
	}
	server := sdk.NewServer(&sdk.Implementation{Name: "folders", Version: "v1.0.0"}, nil)
	server.AddReceivingMiddleware(errpactmcp.Middleware(errpactmcp.WithPolicy(policy)))
	type input struct {
		ID string `json:"id"`
	}
	sdk.AddTool(server, &sdk.Tool{Name: "get_folder"}, func(context.Context, *sdk.CallToolRequest, input) (*sdk.CallToolResult, any, error) {
		return nil, nil, fmt.Errorf("select folder: %w", sql.ErrNoRows)
	})

	fmt.Println(callTool(server, "get_folder", map[string]any{"id": "f-17"}))
	// Output:
	// Resource does not exist
	// Check the path and the identifiers in it.
	// Sending the same call again does not help.
}

// callTool calls a tool as a client in the same process.
func callTool(server *sdk.Server, name string, arguments any) string {
	ctx := context.Background()
	toServer, toClient := sdk.NewInMemoryTransports()
	if _, err := server.Connect(ctx, toServer, nil); err != nil {
		return err.Error()
	}
	session, err := sdk.NewClient(&sdk.Implementation{Name: "example", Version: "v1.0.0"}, nil).Connect(ctx, toClient, nil)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = session.Close() }()
	result, err := session.CallTool(ctx, &sdk.CallToolParams{Name: name, Arguments: arguments})
	if err != nil {
		return err.Error()
	}
	text, _ := result.Content[0].(*sdk.TextContent)
	return text.Text
}
