// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/cmd/errpact/internal/explain"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
)

// lost is what the test's server answers.
var lost = errpactv1err.ContainerUnpackingFailedInvalidHash.
	New("hash of clip.jpg differs").
	WithMetadata("file", "clip.jpg").
	WithField("manifest.files[0].hash", "want sha256").
	WithRetryDelay(3 * time.Second)

// serve answers lost on every wire there is.
func serve(t *testing.T) *httptest.Server {
	t.Helper()
	const procedure = "/acme.v1.Acme/Get"
	mux := http.NewServeMux()
	mux.Handle(procedure, connect.NewUnaryHandler(procedure,
		func(context.Context, *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.StringValue], error) {
			return nil, lost
		}, connect.WithInterceptors(interceptor.New())))
	mux.HandleFunc("/rest", func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, lost) })
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no such page", http.StatusNotFound) })
	return loopback.Serve(t, mux)
}

// fetch is an answer as `curl -i` prints it, and its body.
func fetch(t *testing.T, url, contentType, body string, header http.Header) (dump, content string, trailer http.Header) {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	http2 := strings.HasPrefix(contentType, "application/grpc")
	transport.Protocols.SetHTTP1(!http2)
	transport.Protocols.SetUnencryptedHTTP2(http2)
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Request-Id", "req-42")
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	head, err := httputil.DumpResponse(res, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(head) + string(raw), string(raw), res.Trailer
}

// TestExplain reads one error in every form that people paste, as real servers wrote them.
func TestExplain(t *testing.T) {
	server := serve(t)
	rpc := server.URL + "/acme.v1.Acme/Get"
	envelopeAnswer, envelope, _ := fetch(t, server.URL+"/rest", "application/json", "", http.Header{})
	_, problem, _ := fetch(t, server.URL+"/rest", "application/json", "", http.Header{"Accept": {"application/problem+json"}})
	connectAnswer, connectJSON, _ := fetch(t, rpc, "application/json", `"x"`, http.Header{})
	grpcAnswer, _, trailer := fetch(t, rpc, "application/grpc+proto", "\x00\x00\x00\x00\x00", http.Header{})
	for key, values := range trailer {
		grpcAnswer += fmt.Sprintf("%s: %s\r\n", strings.ToLower(key), values[0])
	}
	bin := grpcHeader(grpcAnswer, "grpc-status-details-bin")
	if bin == "" {
		t.Fatalf("the gRPC answer has no details: %q", grpcAnswer)
	}
	var textLog, jsonLog strings.Builder
	slog.New(slog.NewTextHandler(&textLog, nil)).Error("call failed", "answer", envelope)
	slog.New(slog.NewJSONHandler(&jsonLog, nil)).Error("call failed", "answer", map[string]string{"body": connectJSON})

	for form, inputs := range map[string][]string{
		"errpact envelope": {
			envelope, " \n" + envelope + "\n", envelopeAnswer, textLog.String(), "2026-11-22 ERROR upstream said " + envelope + " (retrying)",
			strings.ReplaceAll(envelopeAnswer, "\r\n", "\n"), strings.Replace(envelopeAnswer, "HTTP/1.1", "HTTP/2", 1),
			"HTTP/1.1 100 Continue\r\n\r\n" + envelopeAnswer, "{not json} " + envelope,
		},
		"application/problem+json": {problem},
		"Connect error JSON":       {connectJSON, connectAnswer, jsonLog.String()},
		"google.rpc.Status JSON": {
			`{"code":3,"message":"hash of clip.jpg differs","details":[` +
				`{"@type":"type.googleapis.com/errpact.v1.ErrorDetail","code":"ERROR_CODE_CONTAINER_UNPACKING_FAILED","reason":"INVALID_HASH"},` +
				`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_HASH","domain":"errpact.dev","metadata":{"file":"clip.jpg"}},` +
				`{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"manifest.files[0].hash","description":"want sha256"}]},` +
				`{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}`,
		},
		"grpc-status-details-bin": {
			bin, bin + "==", strings.NewReplacer("+", "-", "/", "_").Replace(bin), grpcAnswer,
			"ERROR rpc failed grpc-status-details-bin: " + bin + " after 3 tries",
		},
	} {
		for i, input := range inputs {
			t.Run(fmt.Sprintf("%s/%d", form, i), func(t *testing.T) {
				got := call(t, input, "explain", "-json")
				var x explain.Explanation
				if err := json.Unmarshal([]byte(got.out), &x); err != nil {
					t.Fatalf("explain = %+v: %v", got, err)
				}
				if x.Form != form || x.Number != 14 || x.Reason != "INVALID_HASH" || x.Inferred || !x.Known ||
					x.Message != "hash of clip.jpg differs" || x.Metadata["file"] != "clip.jpg" || x.HTTPStatus != 400 ||
					x.ConnectCode != "invalid_argument" || x.RetryDelay != "3s" || len(x.Violations) != 1 ||
					x.Description == "" || x.Resolution == "" {
					t.Errorf("%s\nexplained as %+v", input, x)
				}
				if strings.HasPrefix(input, "HTTP/1.1 4") && strings.Contains(input, "X-Request-Id") && x.RequestID != "req-42" {
					t.Errorf("request id = %q, want that of the answer", x.RequestID)
				}
				if text := call(t, input, "explain"); text.exit != exitOK || !strings.Contains(text.out, "INVALID_HASH  (14)") {
					t.Errorf("text = %+v", text)
				}
			})
		}
	}
}

func grpcHeader(answer, name string) string {
	for line := range strings.Lines(answer) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(key, name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// TestExplainWhatNamesNoEntry infers it, and says that it did.
func TestExplainWhatNamesNoEntry(t *testing.T) {
	page, _, _ := fetch(t, serve(t).URL+"/page", "text/plain", "", http.Header{})
	for input, number := range map[string]int32{
		`{"type":"about:blank","title":"Not Found","status":404}`: 10, "HTTP/2 503\r\n\r\n": 11,
		"Grpc-Status: 5\r\nGrpc-Message: gone\r\n": 10, "grpc-status-details-bin: CAUSF1Jlc291cmNlIGRvZXMgbm90IGV4aXN0": 10,
		page: 10, "HTTP/2 503": 11, `{"code":"unauthenticated"}`: 6, `{"code":5,"message":"gone"}`: 10,
		"HTTP/2 200\ngrpc-status: 7\ngrpc-message: no%20way\n": 9, "HTTP/2 200\ncontent-type: application/grpc\n\n\x00\x00\x00\x00\x02\x08\x01grpc-status: 7\n": 9, "HTTP/1.1 302 Found\nLocation: /\n\nHTTP/1.1 404 Not Found\n\n<html>": 10,
	} {
		var x explain.Explanation
		if err := json.Unmarshal([]byte(call(t, input, "explain", "-json").out), &x); err != nil || x.Number != number || !x.Inferred {
			t.Errorf("%q is explained as %+v, %v, want %d, inferred", input, x, err, number)
		}
	}
}

// TestExplainUsage: the examples that -h prints and that need no file are explained.
func TestExplainUsage(t *testing.T) {
	tried := 0
	for line := range strings.Lines(explainCommand.usage) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "errpact explain ")
		if !ok {
			continue
		}
		tried++
		if got := call(t, "", "explain", strings.Trim(text, "'")); got.exit != exitOK {
			t.Errorf("%s: %+v", line, got)
		}
	}
	if tried != 2 {
		t.Errorf("found %d examples, want 2", tried)
	}
}

// TestExplainWhatIsNoError exits with 1 and one clear line.
func TestExplainWhatIsNoError(t *testing.T) {
	const long = maxInput / 64 // the race detector makes these slow
	for _, input := range []string{
		"", " ", "hello", "{}", "[]", "null", `{"error_code":1}`, `{"code":"nope"}`, `{"code":0}`, `{"code":17}`, "HTTP/1.1 200 OK\n\n{}",
		"CAU*", "AAAA", `{"type":"order","status":404.5}`, `{"type":"order","status":200}`, `{"status":404}`, strings.Repeat("{", 5000), strings.Repeat(`{"a":`, 5000), `{"a":"{\"b\":\"{}\"}"}`, "\xff\xfe",
		// Long, and built to be searched again and again.
		strings.Repeat("HTTP/1.1 200\n\n", long/14), strings.Repeat("QUJD", long/4), strings.Repeat(`{"a":`, long/5),
		strings.Repeat("ERROR_CODE_UNKNOWN (x): ", long/24), strings.Repeat("A: ", long/3), strings.Repeat(`\"`, long/2),
		strings.Repeat(`{"a":`, 200) + `["\"",` + strings.Repeat("1,", long/2-1000),
	} {
		got := call(t, input, "explain")
		if got.exit != exitProblem || got.out != "" || strings.Count(got.err, "\n") != 1 || !strings.Contains(got.err, "find no error") {
			t.Errorf("explain %.40q = %+v, want exit 1 and one line", input, got)
		}
	}
}

// TestExplainOtherCatalogues: with their file they are known, without it the number is kept; details
// of types in the file are decoded.
func TestExplainOtherCatalogues(t *testing.T) {
	const input = `{"code":"failed_precondition","message":"Out of stock","details":[` +
		`{"type":"errpact.v1.ErrorDetail","value":"EhZhY21lLnNob3AudjEuU2hvcEVycm9yKOkH"},{"type":"acme.shop.v1.Stock","value":"CAc"}]}`
	var x explain.Explanation
	known := call(t, input, "explain", "-json", "-catalogue", descriptorSet(t, shop))
	if err := json.Unmarshal([]byte(known.out), &x); err != nil {
		t.Fatalf("%+v: %v", known, err)
	}
	if x.Name != "SHOP_ERROR_OUT_OF_STOCK" || !x.Known || x.HTTPStatus != 409 || x.HelpURL == "" || len(x.Details) != 1 ||
		strings.Join(strings.Fields(string(x.Details[0].Value)), "") != `{"left":7}` {
		t.Errorf("explained as %+v", x)
	}
	unknown := call(t, input, "explain")
	if unknown.exit != exitOK || !strings.Contains(unknown.out, "(1001)") || !strings.Contains(unknown.out, "-catalogue FILE") ||
		!strings.Contains(unknown.out, "2 bytes of an unknown type") {
		t.Errorf("without the catalogue: %+v", unknown)
	}
}

// TestExplainIsSafeForATerminal: what is pasted came from outside.
func TestExplainIsSafeForATerminal(t *testing.T) {
	got := call(t, `{"error_code":10,"error_message":"a\u001b]0;x\u0007","details":{"metadata":{"key":"\u001b[2J\u202e"}}}`, "explain")
	if strings.ContainsAny(got.out, "\x1b\x07\u202e") || got.exit != exitOK {
		t.Errorf("output %q has control characters", got.out)
	}
}

// TestExplainLaysTextsOutAnew: those of a catalogue have line ends, and so has a payload that was printed on lines.
func TestExplainLaysTextsOutAnew(t *testing.T) {
	odd := strings.NewReplacer(`"The article cannot be sold now."`, `"One\nline,\r\n\nand \x1b another"`, `"Wait for the next delivery."`, `"Look\nhere"`).Replace(shop)
	const envelope = `{
  "error_code": 1001,
  "error_message": "Out of stock",
  "details": {
    "cards": [
      "a\nb"
    ]
  }
}
`
	got := call(t, envelope, "explain", "-catalogue", descriptorSet(t, odd))
	for _, want := range []string{"\n  One line, and \\u001b another\n", "\n  Look here\n", "\n  " + `{"cards":["a\nb"]}` + "\n"} {
		if got.exit != exitOK || !strings.Contains(got.out, want) {
			t.Errorf("explain = %+v, want %q in it", got, want)
		}
	}
}

// TestColour is for terminals alone.
func TestColour(t *testing.T) {
	var out strings.Builder
	if exit := run(terminal{out: &out, err: io.Discard, colour: true}, []string{"explain", `{"code":"not_found"}`}); exit != exitOK {
		t.Fatal(exit)
	}
	if !strings.Contains(out.String(), "\x1b[1;31m") {
		t.Errorf("on a terminal: %q", out.String())
	}
	if got := call(t, `{"code":"not_found"}`, "explain"); strings.Contains(got.out, "\x1b") {
		t.Errorf("in a pipe: %q", got.out)
	}
}

var errRead = errors.New("broken pipe")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errRead }

func TestExplainReadsNothing(t *testing.T) {
	var stderr strings.Builder
	exit := run(terminal{in: brokenReader{}, out: io.Discard, err: &stderr}, []string{"explain"})
	if exit != exitProblem || !strings.Contains(stderr.String(), errRead.Error()) {
		t.Errorf("exit %d, %q", exit, stderr.String())
	}
}
