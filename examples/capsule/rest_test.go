// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// restRow is a request to the running demo, and the error that it gets.
type restRow struct {
	name, method, path, body, header string // header has one a line
	status, number                   int
	message                          string
}

const (
	admin  = "Authorization: Bearer demo-admin"
	asJSON = admin + "\nContent-Type: application/json"
	noOne  = "/api/folders/f-17"
)

var restRows = []restRow{
	{"no such path", "GET", "/nope", "", admin, 404, 10, "Resource does not exist"},
	{"root of the API", "GET", "/api", "", admin, 404, 10, "Resource does not exist"},
	{"POST to the web page", "POST", "/", "", admin, 404, 10, "Resource does not exist"},
	{"no file of the web page", "GET", "/web/nope.js", "", admin, 404, 10, "Resource does not exist"},
	{"below a route", "GET", noOne + "/nope", "", admin, 404, 10, "Resource does not exist"},
	{"no such folder", "GET", noOne, "", admin, 404, 10, "Resource does not exist"},
	{"nothing to delete", "DELETE", noOne, "", admin, 404, 10, "Resource does not exist"},
	{"PATCH", "PATCH", "/api/folders", "", admin, 405, 1, "Method is not allowed"},
	{"PUT", "PUT", noOne, "{}", asJSON, 405, 1, "Method is not allowed"},
	{"POST to a folder", "POST", noOne, "{}", asJSON, 405, 1, "Method is not allowed"},
	{"HEAD", "HEAD", "/api/folders", "", admin, 405, 1, "Method is not allowed"},
	{"OPTIONS", "OPTIONS", "/api/folders", "", admin, 405, 1, "Method is not allowed"},
	{"no token", "GET", "/api/folders", "", "", 401, 6, "Access token is not provided"},
	{"no token for a folder", "GET", noOne, "", "", 401, 6, "Access token is not provided"},
	{"no token to delete", "DELETE", noOne, "", "", 401, 6, "Access token is not provided"},
	{"unknown token", "GET", "/api/folders", "", "Authorization: Bearer nobody", 401, 7, "Access token is invalid"},
	{"expired token", "GET", "/api/folders", "", "Authorization: Bearer demo-expired", 401, 8, "Access token has expired"},
	{"the other header", "GET", "/api/folders", "", "X-Forensic-Access-Token: demo-expired", 401, 8, "Access token has expired"},
	{"may only read", "DELETE", noOne, "", "Authorization: Bearer demo-operator", 403, 9, "Access is denied"},
	{"limit too small", "GET", "/api/folders?limit=0", "", admin, 400, 4, "Invalid value"},
	{"limit too large", "GET", "/api/folders?limit=101", "", admin, 400, 4, "Invalid value"},
	{"limit out of range", "GET", "/api/folders?limit=99999999999", "", admin, 400, 4, "Invalid value"},
	{"limit no number", "GET", "/api/folders?limit=many", "", admin, 400, 5, "Invalid type"},
	{"unknown parameter", "GET", "/api/folders?nope=1", "", admin, 400, 3, "Invalid structure"},
	{"body on a GET", "GET", "/api/folders", "{}", asJSON, 400, 3, "Invalid structure"},
	{"malformed deadline", "GET", "/api/folders", "", admin + "\nX-Server-Timeout: soon", 400, 3, "Invalid structure"},
	{"broken JSON", "POST", noOne + "/analyses", `{"type":`, asJSON, 400, 3, "Invalid structure"},
	{"unknown field", "POST", noOne + "/analyses", `{"tpye":"QUALITY"}`, asJSON, 400, 3, "Invalid structure"},
	{"unknown enum name", "POST", noOne + "/analyses", `{"type":"NOPE"}`, asJSON, 400, 4, "Invalid value"},
	{"wrong JSON type", "POST", noOne + "/analyses", `{"type":[]}`, asJSON, 400, 5, "Invalid type"},
	{"an array", "POST", noOne + "/analyses", `[]`, asJSON, 400, 5, "Invalid type"},
	{"wrong content type", "POST", noOne + "/analyses", `x`, admin + "\nContent-Type: text/csv", 415, 3, "Unsupported Media Type"},
	{"br", "POST", noOne + "/analyses", `{}`, asJSON + "\nContent-Encoding: br", 415, 3, "Unsupported Media Type"},
	{"not gzip", "POST", noOne + "/analyses", `{}`, asJSON + "\nContent-Encoding: gzip", 400, 3, "Invalid structure"},
	{"no container", "POST", "/api/folders", "", admin + "\nContent-Type: application/octet-stream", 400, 13, "No data container provided"},
	{"not a container", "POST", "/api/folders", "x", admin + "\nContent-Type: application/octet-stream", 400, 14, "Invalid Data Container"},
	{"a panic", "GET", "/api/folders", "", admin + "\nX-Chaos: panic", 500, 0, "Unknown server side error occurred"},
	{"an unmapped error", "GET", "/api/folders", "", admin + "\nX-Chaos: leak", 500, 0, "Unknown server side error occurred"},
}

// TestG12EveryErrorOfTheDemo sends them to the program itself, as a new user would.
func TestG12EveryErrorOfTheDemo(t *testing.T) {
	s := startServing(t, "-chaos")
	for _, r := range restRows {
		t.Run(r.name, func(t *testing.T) { r.try(t, s.url) })
	}
}

func (r restRow) try(t *testing.T, url string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.method, url+r.path, strings.NewReader(r.body))
	must(t, err)
	for line := range strings.Lines(r.header) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		req.Header.Add(key, value)
	}
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(t, err)
	if res.StatusCode != r.status || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("answer = %d %q %s, want %d", res.StatusCode, res.Header.Get("Content-Type"), body, r.status)
	}
	if r.status == http.StatusMethodNotAllowed && res.Header.Get("Allow") == "" {
		t.Error("405 without Allow")
	}
	if (r.status == http.StatusUnauthorized) != (res.Header.Get("WWW-Authenticate") != "") {
		t.Errorf("%d with WWW-Authenticate %q", r.status, res.Header.Get("WWW-Authenticate"))
	}
	if r.method == http.MethodHead {
		return
	}
	var keys map[string]json.RawMessage
	must(t, json.Unmarshal(body, &keys))
	start := fmt.Sprintf(`{"error_code":%d,"error_message":%q,"details":`, r.number, r.message)
	if len(keys) != 3 || !strings.HasPrefix(string(body), start) {
		t.Errorf("body = %s, want %s…", body, start)
	}
}
