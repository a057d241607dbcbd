// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package accesslog_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/examples/capsule/accesslog"
	"github.com/errpact/errpact/examples/capsule/analyzer"
	"github.com/errpact/errpact/interceptor/rest"
)

// logOf is what is logged while serve runs, without times.
func logOf(t *testing.T, handler func(*bytes.Buffer) slog.Handler, serve func()) string {
	t.Helper()
	var log bytes.Buffer
	previous := slog.Default()
	defer slog.SetDefault(previous)
	slog.SetDefault(slog.New(handler(&log)))
	serve()
	return log.String()
}

func asText(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) }
func asJSON(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) }

func TestOneLineForEachRequest(t *testing.T) {
	analyze := func(fault analyzer.Fault, contentType, body string) func(*testing.T) (http.Handler, *http.Request) {
		return func(*testing.T) (http.Handler, *http.Request) {
			req := httptest.NewRequest(http.MethodPost, "/capsule.v1.AnalyzerService/Analyze", strings.NewReader(body))
			req.Header.Set("Content-Type", contentType)
			return analyzer.New(fault), req
		}
	}
	notFound := accesslog.Handler(rest.Handler(nil))
	for name, tc := range map[string]struct {
		serve func(*testing.T) (http.Handler, *http.Request)
		want  map[string]any
	}{
		"a success": {analyze("", "application/json", `{"type": "QUALITY"}`), map[string]any{"status": 200., "code": "ok"}},
		"an error":  {analyze("error", "application/json", `{}`), map[string]any{"status": 400., "code": "invalid_argument", "error_code": 4.}},
		"over gRPC": {analyze("error", "application/grpc-web", "\x00\x00\x00\x00\x00"), map[string]any{"status": 200., "code": "invalid_argument", "error_code": 4.}},
		"before RPCs": {func(*testing.T) (http.Handler, *http.Request) {
			return notFound, httptest.NewRequest("GET", "/x?q=secret", nil)
		}, map[string]any{"status": 404.}},
	} {
		t.Run(name, func(t *testing.T) {
			log := logOf(t, asJSON, func() {
				handler, req := tc.serve(t)
				req.Header.Set("X-Request-Id", "id-17")
				handler.ServeHTTP(httptest.NewRecorder(), req)
			})
			var got map[string]any
			if err := json.Unmarshal([]byte(log), &got); err != nil {
				t.Fatalf("the log is %s: %v", log, err)
			}
			if got["request_id"] != "id-17" || got["msg"] != "request" || strings.Contains(log, "secret") {
				t.Errorf("the line is %s", log)
			}
			for _, key := range []string{"time", "level", "msg", "request_id", "remote", "method", "path", "bytes", "took"} {
				if _, ok := got[key]; !ok {
					t.Errorf("the line has no %s: %s", key, log)
				}
				delete(got, key)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("the line (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNobodyForgesALine: nor an id, a key or a terminal's control sequence.
func TestNobodyForgesALine(t *testing.T) {
	const forged = "x\nlevel=ERROR msg=forged request_id=1\x1b[2J"
	log := logOf(t, asText, func() {
		req := httptest.NewRequest(http.MethodGet, "/", nil)
		req.URL = &url.URL{Path: "/" + forged, RawQuery: forged}
		req.Header["X-Request-Id"] = []string{forged}
		req.RemoteAddr, req.Method = forged, forged
		accesslog.Handler(rest.Handler(nil)).ServeHTTP(httptest.NewRecorder(), req)
	})
	var lines []string
	for scanner := bufio.NewScanner(strings.NewReader(log)); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	if len(lines) != 1 || strings.ContainsRune(log, '\x1b') || strings.Count(log, " request_id=") != 3 {
		t.Errorf("the log is %q, want one line, with all that is forged in quotes", log)
	}
}

// TestTheLineIsAboutWhatWasAsked, and not about what a transcoder makes of it.
func TestTheLineIsAboutWhatWasAsked(t *testing.T) {
	log := logOf(t, asText, func() {
		transcoder := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { r.URL.Path, r.Method = "/rpc", "POST" })
		accesslog.Handler(transcoder).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/folders", nil))
	})
	if !strings.Contains(log, "method=GET path=/api/folders ") {
		t.Errorf("the log is %s", log)
	}
}

// TestIDsAgree: the line, errpact's report and the answer have one id, a new one if the request has none.
func TestIDsAgree(t *testing.T) {
	var answer *httptest.ResponseRecorder
	log := logOf(t, asText, func() {
		answer = httptest.NewRecorder()
		broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken") })
		accesslog.Handler(rest.Handler(broken)).ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/", nil))
	})
	id := answer.Header().Get("X-Request-Id")
	if id == "" || strings.Count(log, "request_id="+id+" ") != 2 || answer.Code != http.StatusInternalServerError {
		t.Errorf("the answer has id %q; the log is %s", id, log)
	}
}

// TestAbortedAnswers stay aborted, and have a line.
func TestAbortedAnswers(t *testing.T) {
	log := logOf(t, asText, func() {
		defer func() {
			if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
				t.Errorf("the panic became %v", err)
			}
		}()
		aborting := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		accesslog.Handler(aborting).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	})
	if !slices.Contains(strings.Fields(log), "aborted=true") {
		t.Errorf("the log is %s", log)
	}
}
