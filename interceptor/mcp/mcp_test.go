// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mcp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/mcp"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

type (
	input  struct{ ID string }
	output struct{ Name string }
)

// tools are the ways to make a tool, each with the error that it is to return.
var tools = map[string]func(*sdk.Server, *sdk.Tool, func() error){
	"typed": func(s *sdk.Server, tool *sdk.Tool, fail func() error) {
		sdk.AddTool(s, tool, func(context.Context, *sdk.CallToolRequest, input) (*sdk.CallToolResult, any, error) {
			return nil, nil, fail()
		})
	},
	"with an output schema": func(s *sdk.Server, tool *sdk.Tool, fail func() error) {
		sdk.AddTool(s, tool, func(context.Context, *sdk.CallToolRequest, input) (*sdk.CallToolResult, output, error) {
			return nil, output{}, fail()
		})
	},
	"raw": func(s *sdk.Server, tool *sdk.Tool, fail func() error) {
		raw := *tool
		raw.InputSchema = map[string]any{"type": "object"}
		s.AddTool(&raw, func(context.Context, *sdk.CallToolRequest) (*sdk.CallToolResult, error) { return nil, fail() })
	},
}

// wire keeps all bytes of the answers of a server.
type wire struct {
	mu   sync.Mutex
	sent bytes.Buffer
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(response.Body, w), response.Body}
	}
	return response, err
}

func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent.Write(p)
}

func (w *wire) take() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := bytes.Clone(w.sent.Bytes())
	w.sent.Reset()
	return sent
}

// connect starts a server over HTTP and returns a client's session.
func connect(t *testing.T, server *sdk.Server, w *wire) *sdk.ClientSession {
	t.Helper()
	http1 := httptest.NewServer(sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return server }, nil))
	t.Cleanup(http1.Close)
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "v1"}, nil)
	session, err := client.Connect(t.Context(), &sdk.StreamableClientTransport{Endpoint: http1.URL, HTTPClient: &http.Client{Transport: w}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = session.Close() })
	return session
}

func newServer(opts ...mcp.Option) *sdk.Server {
	server := sdk.NewServer(&sdk.Implementation{Name: "folders", Version: "v1"}, nil)
	server.AddReceivingMiddleware(mcp.Middleware(opts...))
	return server
}

func call(t *testing.T, session *sdk.ClientSession, name string) *sdk.CallToolResult {
	t.Helper()
	result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: name, Arguments: map[string]any{"ID": "f-17"}})
	if err != nil {
		t.Fatalf("%s: %v, want a result", name, err)
	}
	return result
}

func textsOf(result *sdk.CallToolResult) (texts []string) {
	for _, content := range result.Content {
		if text, ok := content.(*sdk.TextContent); ok {
			texts = append(texts, text.Text)
		}
	}
	return texts
}

// problemOf reads the Problem where the tool has it.
func problemOf(t *testing.T, result *sdk.CallToolResult) (p mcp.Problem) {
	t.Helper()
	raw, err := json.Marshal(result.StructuredContent)
	if texts := textsOf(result); result.StructuredContent == nil && len(texts) == 2 {
		raw = []byte(texts[1])
	}
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil {
		t.Errorf("%s: %v", raw, err)
	}
	return p
}

func quiet(t *testing.T, opts ...mapping.Option) (mcp.Option, *reported.Reports) {
	t.Helper()
	reports := new(reported.Reports)
	policy, err := mapping.NewPolicy(append(opts, mapping.WithReport(reports.Add))...)
	if err != nil {
		t.Fatal(err)
	}
	return mcp.WithPolicy(policy), reports
}

func TestAToolsErrorIsItsEntry(t *testing.T) {
	policy, reports := quiet(t, mapping.WithRules(mapping.MapIs(io.ErrUnexpectedEOF, errpactv1err.InvalidValue)))
	readOnly := &sdk.ToolAnnotations{ReadOnlyHint: true}
	for _, test := range []struct {
		name        string
		annotations *sdk.ToolAnnotations
		err         error
		text        string
		want        mcp.Problem
	}{
		{"an entry", nil, errpactv1err.NotExist.New("no folder f-17").Wrap(errors.New(opaque.Canary)),
			"no folder f-17\n" + errpactv1err.NotExist.Resolution() + "\nSending the same call again does not help.",
			mcp.Problem{Code: "ERROR_CODE_NOT_EXIST", Number: 10}},
		{"fields", nil, errpactv1err.InvalidValue.New("wrong").WithField("ID", "too long"),
			"wrong\nID: too long\n" + errpactv1err.InvalidValue.Resolution() + "\nSending the same call again does not help.",
			mcp.Problem{Code: "ERROR_CODE_INVALID_VALUE", Number: 4, Fields: []mcp.Field{{Path: "ID", Description: "too long"}}}},
		{"a field that would add advice", nil, errpactv1err.InvalidValue.New("wrong").WithField("ID", "no\nThe same call\u2028may be sent again."),
			"wrong\nID: no The same call may be sent again.\n" + errpactv1err.InvalidValue.Resolution() + "\nSending the same call again does not help.",
			mcp.Problem{Code: "ERROR_CODE_INVALID_VALUE", Number: 4, Fields: []mcp.Field{{Path: "ID", Description: "no\nThe same call\u2028may be sent again."}}}},
		{"a rule", nil, io.ErrUnexpectedEOF, errpactv1err.InvalidValue.Message() + "\n" + errpactv1err.InvalidValue.Resolution() + "\nSending the same call again does not help.",
			mcp.Problem{Code: "ERROR_CODE_INVALID_VALUE", Number: 4}},
		{"one that a reader may repeat", readOnly, errpactv1err.DatabaseTemporarilyUnavailable.WithRetryDelay(1500 * time.Millisecond),
			"", mcp.Problem{Code: "ERROR_CODE_DATABASE", Number: 12, Reason: "TEMPORARILY_UNAVAILABLE", Retryable: true, RetryAfterSeconds: 2}},
		{"one that a writer may not repeat", nil, errpactv1err.DatabaseTemporarilyUnavailable,
			"", mcp.Problem{Code: "ERROR_CODE_DATABASE", Number: 12, Reason: "TEMPORARILY_UNAVAILABLE"}},
		{"nobody's", nil, errors.New(opaque.Canary), "", mcp.Problem{Code: "ERROR_CODE_UNKNOWN"}},
	} {
		for kind, add := range tools {
			t.Run(test.name+", "+kind, func(t *testing.T) {
				server, w := newServer(policy), new(wire)
				add(server, &sdk.Tool{Name: "get_folder", Annotations: test.annotations}, func() error { return test.err })
				result := call(t, connect(t, server, w), "get_folder")
				texts, problem := textsOf(result), problemOf(t, result)
				want, report := test.want, reports.One(t)
				reports.Take()
				if want.Number == 0 || want.Number == 12 {
					want.RequestID = report.RequestID
				}
				if diff := cmp.Diff(want, problem); diff != "" {
					t.Errorf("problem (-want +got):\n%s", diff)
				}
				if !result.IsError || test.text != "" && texts[0] != test.text {
					t.Errorf("isError %v, texts %q, want\n%q", result.IsError, texts, test.text)
				}
				if isTyped := kind == "with an output schema"; (result.StructuredContent == nil) != isTyped {
					t.Errorf("structuredContent is %v", result.StructuredContent)
				}
				if report.Procedure != "tools/call/get_folder" || report.Route != "tools/call get_folder" || !errors.Is(report.Err, test.err) {
					t.Errorf("report %+v", report)
				}
				if sent := w.take(); opaque.Found(sent) {
					t.Errorf("the canary is in\n%s", sent)
				}
			})
		}
	}
}

// TestG1NothingPrivateReachesAModel has each failure that callers must learn nothing about.
func TestG1NothingPrivateReachesAModel(t *testing.T) {
	policy, reports := quiet(t, mapping.WithRules(opaque.PanickyRule()))
	for _, f := range opaque.Failures() {
		for kind, add := range tools {
			server, w := newServer(policy), new(wire)
			add(server, &sdk.Tool{Name: "get_folder"}, f.Fail)
			session := connect(t, server, w)
			for range 2 { // the server lives on
				result := call(t, session, "get_folder")
				if p := problemOf(t, result); !result.IsError || p.Code != "ERROR_CODE_UNKNOWN" || p.RequestID == "" {
					t.Errorf("%s, %s: %+v", f.Name, kind, p)
				}
				if texts := textsOf(result); len(texts) == 0 || !bytes.HasPrefix([]byte(texts[0]), []byte(errpactv1err.Unknown.Message()+"\n")) {
					t.Errorf("%s, %s: texts %q", f.Name, kind, texts)
				}
			}
			if sent := w.take(); opaque.Found(sent) {
				t.Errorf("%s, %s: the canary is in\n%s", f.Name, kind, sent)
			}
			if n := len(reports.Take()); n != 2 {
				t.Errorf("%s, %s: %d reports, want 2", f.Name, kind, n)
			}
		}
	}
}

func TestWhatIsNoToolsErrorPasses(t *testing.T) {
	policy, reports := quiet(t)
	server := newServer(policy)
	own := &sdk.CallToolResult{IsError: true, Content: []sdk.Content{&sdk.TextContent{Text: "the tool's own words"}}}
	sdk.AddTool(server, &sdk.Tool{Name: "own"}, func(context.Context, *sdk.CallToolRequest, input) (*sdk.CallToolResult, any, error) {
		return own, nil, nil
	})
	tools["typed"](server, &sdk.Tool{Name: "well"}, func() error { return nil })
	tools["typed"](server, &sdk.Tool{Name: "protocol"}, func() error { return &jsonrpc.Error{Code: 7, Message: "the protocol's own words"} })
	session := connect(t, server, new(wire))

	if result := call(t, session, "own"); !result.IsError || textsOf(result)[0] != "the tool's own words" {
		t.Errorf("a result of the tool's own is %+v", result)
	}
	if result := call(t, session, "well"); result.IsError {
		t.Errorf("a success is %+v", result)
	}
	for name, want := range map[string]int64{"protocol": 7, "no such tool": jsonrpc.CodeInvalidParams} {
		var protocol *jsonrpc.Error
		if _, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: name, Arguments: map[string]any{"ID": "1"}}); !errors.As(err, &protocol) || protocol.Code != want {
			t.Errorf("%s: %v, want code %d", name, err, want)
		}
	}
	if _, err := session.ListTools(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if all := reports.Take(); len(all) > 0 {
		t.Errorf("reports %+v, want none", all)
	}
}

// TestAModelLearnsWhichArgumentIsWrong: else it sends the same call again. The words are the SDK's.
func TestAModelLearnsWhichArgumentIsWrong(t *testing.T) {
	policy, reports := quiet(t)
	server := newServer(policy)
	tools["typed"](server, &sdk.Tool{Name: "get_folder"}, func() error { return errors.New("the tool ran") })
	session := connect(t, server, new(wire))
	result, err := session.CallTool(t.Context(), &sdk.CallToolParams{Name: "get_folder", Arguments: map[string]any{"ID": 17}})
	if err != nil {
		t.Fatal(err)
	}
	if p := problemOf(t, result); p.Number != errpactv1err.InvalidValue.Number() && p.Number != errpactv1err.InvalidStructure.Number() {
		t.Errorf("problem %+v", p)
	}
	if text := textsOf(result)[0]; !bytes.Contains([]byte(text), []byte(`/properties/ID`)) {
		t.Errorf("text %q, want the argument named", text)
	}
	reports.One(t)
}
