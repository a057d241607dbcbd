// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/examples/capsule/container"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/server"
)

// startTwins runs the API with errpact and without, which otherwise answer the same to the same.
func startTwins(t *testing.T) (with, without *capsule) {
	t.Helper()
	config := func() server.Config {
		var ids atomic.Int64
		return server.Config{
			Now:   func() time.Time { return time.UnixMicro(1_800_000_000_000_000) },
			NewID: func() string { return fmt.Sprint("id-", ids.Add(1)) },
		}
	}
	return startWith(t, config(), server.New), startWith(t, config(), server.Plain)
}

// TestRPCIsUntouched: success and what Connect itself answers are byte for byte what they are
// without errpact.
func TestRPCIsUntouched(t *testing.T) {
	for _, w := range wires {
		t.Run(w.name, func(t *testing.T) {
			with, without := startTwins(t)
			if diff := cmp.Diff(story(t, without, w), story(t, with, w)); diff != "" {
				t.Errorf("success (-without +with errpact):\n%s", diff)
			}
		})
	}
	with, without := startTwins(t)
	for _, tc := range transportErrors {
		t.Run(tc.name, func(t *testing.T) {
			want, got := tc.send(t, without), tc.send(t, with)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("answer (-without +with errpact):\n%s", diff)
			}
			if !strings.HasPrefix(got, tc.want) || !strings.Contains(got, tc.holds) {
				t.Errorf("answer = %s\nwant one that begins with %s and holds %s", got, tc.want, tc.holds)
			}
		})
	}
}

// story calls every procedure, and returns all that the server answered.
func story(t *testing.T, c *capsule, w wire) []string {
	t.Helper()
	recorder := &recorder{}
	c = &capsule{url: c.url, db: c.db, t: t, recorder: recorder}
	ctx := t.Context()
	client := c.client(w, "demo-admin")
	token, err := client.IssueSessionToken(ctx, connect.NewRequest(&capsulev1.IssueSessionTokenRequest{}))
	must(t, err)
	created, err := client.CreateFolder(ctx, createRequest(c.container(token.Msg.GetSessionToken(), container.NoFault)))
	must(t, err)
	id := created.Msg.GetFolder().GetFolderId()
	for _, call := range []call{
		getFolder, list(10, 0), analyse("QUALITY"), deleteFolder, list(10, 0),
	} {
		must(t, call(ctx, client, id))
	}
	return recorder.answers
}

// transportError is a request that fails before any interceptor sees it.
type transportError struct {
	name, method, path, contentType, body string
	header                                map[string]string
	http2                                 bool
	// want is how the answer begins, and holds is in it.
	want, holds string
}

const (
	getProcedure    = capsulev1connect.FolderServiceGetFolderProcedure
	createProcedure = capsulev1connect.FolderServiceCreateFolderProcedure
)

var isConnect = map[string]string{"Connect-Protocol-Version": "1"}

var transportErrors = []transportError{
	{"connect: unknown method", "POST", "/capsule.v1.FolderService/Nothing", "application/json", "{}", isConnect, false, "404", ""},
	{"connect: unknown service", "POST", "/capsule.v1.NoService/Nothing", "application/json", "{}", isConnect, false, "404", ""},
	{"connect: wrong HTTP method", "PATCH", createProcedure, "application/json", "{}", isConnect, false, "405", "Allow: POST"},
	{"connect: wrong content type", "POST", getProcedure, "application/xml", "{}", isConnect, false, "415", "Accept-Post"},
	{"connect: no JSON", "POST", getProcedure, "application/json", "folder_id=1", isConnect, false, "400", `"code":"invalid_argument"`},
	{"connect: no JSON, without the version header", "POST", getProcedure, "application/json", "folder_id=1", nil, false, "400", `"code":"invalid_argument"`},
	{"connect: wrong type", "POST", getProcedure, "application/json", `{"folderId": 5}`, isConnect, false, "400", `"code":"invalid_argument"`},
	{"connect: no proto", "POST", getProcedure, "application/proto", "\xff\xff", isConnect, false, "400", `"code":"invalid_argument"`},
	{"connect: too large", "POST", createProcedure, "application/proto", strings.Repeat("x", 17<<20), isConnect, false, "429", `"code":"resource_exhausted"`},
	{"connect: bad timeout", "POST", getProcedure, "application/json", "{}", map[string]string{"Connect-Protocol-Version": "1", "Connect-Timeout-Ms": "soon"}, false, "400", `"code":"invalid_argument"`},
	{"connect: unknown compression", "POST", getProcedure, "application/json", "{}", map[string]string{"Connect-Protocol-Version": "1", "Content-Encoding": "br"}, false, "501", `"code":"unimplemented"`},
	{"connect: bad gzip", "POST", getProcedure, "application/json", "{}", map[string]string{"Connect-Protocol-Version": "1", "Content-Encoding": "gzip"}, false, "400", `"code":"invalid_argument"`},
	{"connect get: wrong message", "GET", getProcedure + "?connect=v1&encoding=json&message=nothing", "", "", nil, false, "400", `"code":"invalid_argument"`},
	{"grpc: unknown method", "POST", "/capsule.v1.FolderService/Nothing", "application/grpc", "\x00\x00\x00\x00\x00", nil, true, "404", ""},
	{"grpc: bad frame", "POST", getProcedure, "application/grpc", "nonsense", nil, true, "200", "Grpc-Status: 8"},
	{"grpc: no proto", "POST", getProcedure, "application/grpc", "\x00\x00\x00\x00\x02\xff\xff", nil, true, "200", "Grpc-Status: 3"},
	{"grpc-web: unknown method", "POST", "/capsule.v1.FolderService/Nothing", "application/grpc-web", "\x00\x00\x00\x00\x00", nil, false, "404", ""},
	{"grpc-web: bad frame", "POST", getProcedure, "application/grpc-web", "nonsense", nil, false, "200", "Grpc-Status: 8"},
	{"grpc-web: unknown codec", "POST", getProcedure, "application/grpc-web+xml", "nonsense", nil, false, "415", ""},
}

func (tc *transportError) send(t *testing.T, c *capsule) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), tc.method, c.url+tc.path, strings.NewReader(tc.body))
	must(t, err)
	if tc.contentType != "" {
		req.Header.Set("Content-Type", tc.contentType)
	}
	for name, value := range tc.header {
		req.Header.Set(name, value)
	}
	client := httpClient(t, tc.http2)
	recorder := &recorder{RoundTripper: client.Transport}
	client.Transport = recorder
	resp, err := client.Do(req)
	must(t, err)
	must(t, resp.Body.Close())
	return recorder.answers[0]
}

// TestRESTSuccessIsUntouched, except for the designed status, and the body of a 204.
func TestRESTSuccessIsUntouched(t *testing.T) {
	with, without := startTwins(t)
	packed := string(with.container("id-1", container.NoFault))
	steps := []struct {
		method, path, body string
		status             int
	}{
		{"GET", "/api/authorize/session_token", "", 200},
		{"POST", "/api/folders", packed, 201},
		{"GET", "/api/folders/id-2", "", 200},
		{"GET", "/api/folders?limit=1", "", 200},
		{"POST", "/api/folders/id-2/analyses", `{"type": "QUALITY"}`, 201},
		{"DELETE", "/api/folders/id-2", "", 204},
		{"GET", "/api/folders", "", 200},
	}
	for _, step := range steps {
		want, wantBody := without.rest(without.request(step.method, step.path, "demo-admin", step.body))
		got, gotBody := with.rest(with.request(step.method, step.path, "demo-admin", step.body))
		if want.StatusCode != 200 || got.StatusCode != step.status {
			t.Errorf("%s %s: %d, want %d, and 200 without errpact (%d)", step.method, step.path, got.StatusCode, step.status, want.StatusCode)
		}
		if step.status == http.StatusNoContent {
			if len(gotBody) > 0 || got.Header.Get("Content-Type") != "" {
				t.Errorf("%s %s: a 204 has the body %q of type %q", step.method, step.path, gotBody, got.Header.Get("Content-Type"))
			}
			continue
		}
		if !bytes.Equal(wantBody, gotBody) {
			t.Errorf("%s %s:\n%s\nwithout errpact:\n%s", step.method, step.path, gotBody, wantBody)
		}
		want.Header.Del("Date")
		got.Header.Del("Date")
		if diff := cmp.Diff(want.Header, got.Header); diff != "" {
			t.Errorf("%s %s: headers (-without +with errpact):\n%s", step.method, step.path, diff)
		}
	}
}
