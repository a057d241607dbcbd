// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/errpact/errpact/internal/testkit/loopback"
)

// TestMetricsAreOnAnAddressOfTheirOwn, if somebody asks for them.
func TestMetricsAreOnAnAddressOfTheirOwn(t *testing.T) {
	s := startServing(t, "-metrics", "127.0.0.1:0")
	metrics := regexp.MustCompile(`http://[0-9.:]+/metrics`).FindString(s.greeting)
	status, body := fetch(t, metrics, "")
	if status != http.StatusOK || !strings.Contains(body, "errpact_errors_total{") {
		t.Errorf("GET %s = %d %s", metrics, status, body)
	}
	if status, body := fetch(t, s.url+"/metrics", ""); status != http.StatusNotFound {
		t.Errorf("GET /metrics of the API = %d %s, want 404", status, body)
	}
	if plain := startServing(t); strings.Contains(plain.greeting, "/metrics") {
		t.Errorf("metrics are served although nobody asks: %s", plain.greeting)
	}
}

// TestSpansGoWhereTheEnvironmentSays, the last of them when the server shuts down.
func TestSpansGoWhereTheEnvironmentSays(t *testing.T) {
	sent := make(chan string, 16)
	collector := loopback.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent <- r.URL.Path + string(body)
	}))
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	s := startServing(t, "-chaos")
	if status, body := fetch(t, s.url+"/api/folders", "panic"); status != http.StatusInternalServerError {
		t.Fatalf("GET /api/folders = %d %s, want 500", status, body)
	}
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	if exit := s.wait(t); exit != 0 {
		t.Errorf("exit code = %d, want 0: %s", exit, s.stderr)
	}
	close(sent)
	var spans strings.Builder
	for each := range sent {
		spans.WriteString(each)
	}
	for _, part := range []string{"/v1/traces", "capsule.v1.FolderService/ListFolders", "errpact.origin", "panic"} {
		if !strings.Contains(spans.String(), part) {
			t.Errorf("the spans lack %s: %q", part, spans.String())
		}
	}
	if strings.Contains(spans.String(), "chaos-canary") {
		t.Errorf("what is private is in a span: %q", spans.String())
	}
}

func fetch(t *testing.T, url, chaos string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer demo-admin")
	r.Header.Set("X-Chaos", chaos)
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, string(text)
}
