// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/errpact/errpact/examples/capsule/server"
)

// origin is a web page's that is not the API's.
const origin = "https://app.example"

// fromBrowser sends what a browser does for a script of another origin, and returns what the script may read.
func fromBrowser(t *testing.T, c *capsule, method, path, body string, header ...string) (status int, readable http.Header, answer string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.url+path, strings.NewReader(body))
	must(t, err)
	req.Header.Set("Origin", origin)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	if allowed := res.Header.Get("Access-Control-Allow-Origin"); allowed != "*" && allowed != origin {
		return res.StatusCode, nil, ""
	}
	var exposed []string
	for name := range strings.SplitSeq(strings.Join(res.Header.Values("Access-Control-Expose-Headers"), ","), ",") {
		exposed = append(exposed, http.CanonicalHeaderKey(strings.TrimSpace(name)))
	}
	safelisted := []string{"Cache-Control", "Content-Language", "Content-Length", "Content-Type", "Expires", "Last-Modified", "Pragma"}
	readable = res.Header.Clone()
	for name := range readable {
		if !slices.Contains(exposed, name) && !slices.Contains(safelisted, name) {
			delete(readable, name)
		}
	}
	return res.StatusCode, readable, string(b)
}

// TestScriptsOfOtherOriginsReadErrors: the body, and the headers that lead on.
func TestScriptsOfOtherOriginsReadErrors(t *testing.T) {
	c := start(t, server.Config{Chaos: true})
	const token = "Bearer demo-admin"
	for _, test := range []struct {
		method, path, body string
		header             []string
		status             int
		also               string
	}{
		{"GET", "/nope", "", nil, 404, ""},
		{"GET", "/api/folders", "", nil, 401, "Www-Authenticate"},
		{"GET", "/api/folders", "", []string{"Authorization", "Bearer nobody"}, 401, "Www-Authenticate"},
		{"GET", "/api/folders/f-17", "", []string{"Authorization", token}, 404, ""},
		{"GET", "/api/folders?limit=many", "", []string{"Authorization", token}, 400, ""},
		{"GET", "/api/folders?nope=1", "", []string{"Authorization", token}, 400, ""},
		{"POST", "/api/folders/f-17", "{}", []string{"Authorization", token, "Content-Type", "application/json"}, 405, "Allow"},
		{"DELETE", "/api/folders/f-17", "", []string{"Authorization", "Bearer demo-operator"}, 403, ""},
		{"POST", "/api/folders/f-17/analyses", `{"type":`, []string{"Authorization", token, "Content-Type", "application/json"}, 400, ""},
		{"POST", "/api/folders/f-17/analyses", `x`, []string{"Authorization", token, "Content-Type", "text/csv"}, 415, ""},
		{"GET", "/api/folders", "", []string{"Authorization", token, "X-Chaos", "panic"}, 500, ""},
	} {
		status, readable, body := fromBrowser(t, c, test.method, test.path, test.body, test.header...)
		if status != test.status || !strings.HasPrefix(body, `{"error_code":`) {
			t.Errorf("%s %s: %d %q, want %d and an envelope", test.method, test.path, status, body, test.status)
		}
		if readable.Get("X-Request-Id") == "" || test.also != "" && readable.Get(test.also) == "" {
			t.Errorf("%s %s: a script reads %v", test.method, test.path, readable)
		}
	}
}

// TestPreflightNeedsNoToken, and names what the API takes.
func TestPreflightNeedsNoToken(t *testing.T) {
	for name, test := range map[string]struct {
		origins []string
		allowed bool
	}{"any": {nil, true}, "this one": {[]string{origin}, true}, "another": {[]string{"https://other.example"}, false}} {
		c := start(t, server.Config{Origins: test.origins})
		for _, path := range []string{"/api/folders", "/capsule.v1.FolderService/ListFolders"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, c.url+path, nil)
			must(t, err)
			req.Header.Set("Origin", origin)
			req.Header.Set("Access-Control-Request-Method", "POST")
			req.Header.Set("Access-Control-Request-Headers", "authorization,connect-protocol-version,content-type,x-request-id")
			res, err := http.DefaultClient.Do(req)
			must(t, err)
			must(t, res.Body.Close())
			if allowed := res.Header.Get("Access-Control-Allow-Origin") != "" && res.Header.Get("Access-Control-Allow-Headers") != ""; res.StatusCode != 204 || allowed != test.allowed {
				t.Errorf("%s, %s: %d %v", name, path, res.StatusCode, res.Header)
			}
		}
	}
}
