// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/internal/testkit/loopback"
)

// TestAModelIsToldWhatToDo drives capsule mcp by the SDK's client, as a model's program does.
func TestAModelIsToldWhatToDo(t *testing.T) {
	s := startServing(t, "-chaos")
	for _, test := range []struct {
		name, url, token, tool, arguments string
		texts                             []string
		code                              string
		retryable                         bool
	}{
		{"a success", s.url, "demo-admin", "list_folders", `{}`, nil, "", false},
		{"what is not there", s.url, "demo-admin", "get_folder", `{"folder_id":"f-17"}`,
			[]string{"Check the path and the identifiers", "Sending the same call again does not help."}, "ERROR_CODE_NOT_EXIST", false},
		{"no token", s.url, "", "list_folders", `{}`, []string{"Sending the same call again does not help."}, "ERROR_CODE_EXTERNAL_SERVICE", false},
		{"a wrong value", s.url, "demo-admin", "start_analysis", `{"folder_id":"f-17","type":"x"}`, nil, "ERROR_CODE_INVALID_VALUE", false},
		{"a wrong argument", s.url, "demo-admin", "get_folder", `{"folder_id":17}`, []string{"/properties/folder_id"}, "ERROR_CODE_INVALID_VALUE", false},
		{"a server that is not there", "http://" + loopback.ClosedAddress(t), "", "list_folders", `{}`,
			[]string{"The same call may be sent again after 1 s."}, "ERROR_CODE_EXTERNAL_SERVICE", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := []string{"mcp", "-server", test.url, "-token", test.token}
			client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "v1"}, nil)
			session, err := client.Connect(t.Context(), &sdk.CommandTransport{Command: capsuleCommand(t, args...)}, nil)
			must(t, err)
			defer func() { must(t, session.Close()) }()
			result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: test.tool, Arguments: json.RawMessage(test.arguments)})
			must(t, err)
			var text strings.Builder
			for _, content := range result.Content {
				if part, ok := content.(*sdk.TextContent); ok {
					text.WriteString(part.Text)
				}
			}
			for _, part := range test.texts {
				if !strings.Contains(text.String(), part) {
					t.Errorf("the model reads\n%s\nwant %q in it", &text, part)
				}
			}
			var problem struct {
				Code      string `json:"code"`
				Retryable bool   `json:"retryable"`
			}
			if result.IsError {
				raw, err := json.Marshal(result.StructuredContent)
				must(t, err, json.Unmarshal(raw, &problem))
			}
			if diff := cmp.Diff([]any{test.code, test.retryable}, []any{problem.Code, problem.Retryable}); diff != "" {
				t.Errorf("code, retryable (-want +got):\n%s\n%s", diff, &text)
			}
		})
	}
}
