// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/errpact/errpact/examples/capsule/server"
)

// oddRequest is one that a REST caller should not have sent.
type oddRequest struct {
	method, path, contentType, body string
	header                          map[string]string
	status, number                  int
}

var oddRequests = []oddRequest{
	{"POST", "/", "", "", nil, 404, 10},
	{"GET", "/api", "", "", nil, 404, 10},
	{"GET", "/api/folders/", "", "", nil, 404, 10},
	{"GET", "/api//folders", "", "", nil, 404, 10},
	{"GET", "/api/../etc/passwd", "", "", nil, 404, 10},
	{"GET", "/api/folders/%00%0a%1b", "", "", nil, 404, 10},
	{"GET", "/api/folders?limit.x=1", "", "", nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", "\xff", nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", "{\"type\": \xff}", nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", "{\"type\": \"QUALITY\"}\xff", nil, 400, 3},
	{"GET", "/api/folders/%ff", "", "", nil, 400, 3},
	{"GET", "/api/folders/" + strings.Repeat("x", 8000), "", "", nil, 404, 10},
	{"GET", "/capsule.v1.FolderService/DeleteFolder", "", "", nil, 405, 1},
	{"GET", "/capsule.v1.FolderService/ListFolders", "", "", nil, 415, 3}, // Connect's GET needs more
	{"DELETE", "/capsule.v1.FolderService/ListFolders", "", "", nil, 405, 1},
	{"GET", "/capsule.v1.FolderService/Nothing", "", "", nil, 404, 10},
	{"OPTIONS", "/api/folders", "", "", nil, 405, 1},
	{"TRACE", "/api/folders", "", "", nil, 405, 1},
	{"BREW", "/api/folders", "", "", nil, 405, 1},
	{"DELETE", "/api/folders", "", "", nil, 405, 1},
	{"POST", "/api/authorize/session_token", "", "", nil, 405, 1},
	{"GET", "/api/folders?limit=", "", "", nil, 400, 5},
	{"GET", "/api/folders?limit=1&limit=0", "", "", nil, 400, 4},
	{"GET", "/api/folders?offset=2147483648", "", "", nil, 400, 4},
	{"GET", "/api/folders/x?folder_id=%zz", "", "", nil, 404, 10},
	{"DELETE", "/api/folders/x?force=true", "", "", nil, 400, 3},
	{"POST", "/api/folders?force=true", "application/octet-stream", "x", nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", "", nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", "null", nil, 400, 5},
	{"POST", "/api/folders/x/analyses", "application/json", "[]", nil, 400, 5},
	{"POST", "/api/folders/x/analyses", "application/json", `"QUALITY"`, nil, 400, 5},
	{"POST", "/api/folders/x/analyses", "application/json", `{"type": "QUALITY"`, nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", `{"type": "QUALITY"} x`, nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", `{"type": "QUALITY", "type": "QUALITY"}`, nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", `{"type": {}}`, nil, 400, 5},
	{"POST", "/api/folders/x/analyses", "application/json", `{"type": null}`, nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", "{\"type\": \"\xff\"}", nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "application/json", strings.Repeat(`{"a":`, 100_000), nil, 400, 3},
	{"POST", "/api/folders/x/analyses", "text/plain", `{"type": "QUALITY"}`, nil, 415, 3},
	{"POST", "/api/folders/x/analyses", "application/json", `{}`, map[string]string{"Content-Encoding": "br"}, 415, 3},
	{"POST", "/api/folders/x/analyses", "application/json", `{}`, map[string]string{"Content-Encoding": "gzip"}, 400, 3},
	{"GET", "/api/folders", "", "", map[string]string{"X-Server-Timeout": "soon"}, 400, 3},
	{"GET", "/api/folders", "", "", map[string]string{"X-Server-Timeout": "-1"}, 400, 3},
	{"GET", "/api/folders", "", "", map[string]string{"X-Server-Timeout": "0.0000001"}, 504, 0},
	{"GET", "/api/folders", "", "", map[string]string{"Authorization": "Basic eDp5", "X-Forensic-Access-Token": ""}, 401, 6},
	{"GET", "/api/folders", "", "", map[string]string{"X-Forensic-Access-Token": strings.Repeat("x", 10_000)}, 401, 7},
}

// TestBadInputHasTheEnvelope: whatever a REST caller sends, the answer is the envelope, with all
// three keys, and nothing of the server's inside.
func TestBadInputHasTheEnvelope(t *testing.T) { testBadInput(t, start(t, server.Config{})) }

func testBadInput(t *testing.T, c *capsule) {
	for _, odd := range oddRequests {
		name := odd.method + " " + odd.path[:min(len(odd.path), 60)] + " " + odd.body[:min(len(odd.body), 30)]
		t.Run(name, func(t *testing.T) {
			c := &capsule{url: c.url, db: c.db, pg: c.pg, t: t}
			req := c.request(odd.method, odd.path, "demo-admin", odd.body)
			req.Header.Set("Content-Type", odd.contentType)
			if odd.contentType == "" {
				req.Header.Del("Content-Type")
			}
			for name, value := range odd.header {
				req.Header.Set(name, value)
			}
			resp, body := c.rest(req)
			if resp.StatusCode != odd.status {
				t.Errorf("status = %d, want %d: %s", resp.StatusCode, odd.status, body)
			}
			checkLeaks(t, c, append(headerBytes(resp.Header), body...))
			var envelope struct {
				Code    *int             `json:"error_code"`
				Message *string          `json:"error_message"`
				Details *json.RawMessage `json:"details"`
			}
			decoder := json.NewDecoder(bytes.NewReader(body))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&envelope); err != nil {
				t.Fatalf("body = %q: %v", body, err)
			}
			if envelope.Code == nil || *envelope.Code != odd.number || envelope.Message == nil || *envelope.Message == "" {
				t.Errorf("body = %s, want code %d", body, odd.number)
			}
			if resp.StatusCode == http.StatusMethodNotAllowed && resp.Header.Get("Allow") == "" {
				t.Error("a 405 has no Allow")
			}
		})
	}
}

// TestHEADHasNoBody: the one method that may not have an envelope.
func TestHEADHasNoBody(t *testing.T) {
	c := start(t, server.Config{})
	resp, body := c.rest(c.request("HEAD", "/api/folders", "demo-admin", ""))
	if resp.StatusCode != http.StatusMethodNotAllowed || len(body) > 0 || resp.Header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD: %d, %v, %q", resp.StatusCode, resp.Header, body)
	}
}
