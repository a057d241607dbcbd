// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mcp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/mcp"
	"github.com/errpact/errpact/internal/testkit/opaque"
	"github.com/errpact/errpact/mapping"
)

const folderURI = "folder://f-17"

// handlers returns a server without tools, all of whose handlers fail in the same way.
func handlers(t *testing.T, fail func() error, opts ...mcp.Option) *sdk.Server {
	t.Helper()
	server := sdk.NewServer(&sdk.Implementation{Name: "folders", Version: "v1"}, &sdk.ServerOptions{
		CompletionHandler:  func(context.Context, *sdk.CompleteRequest) (*sdk.CompleteResult, error) { return nil, fail() },
		SubscribeHandler:   func(context.Context, *sdk.SubscribeRequest) error { return fail() },
		UnsubscribeHandler: func(context.Context, *sdk.UnsubscribeRequest) error { return fail() },
	})
	server.AddReceivingMiddleware(mcp.Middleware(opts...))
	read := func(context.Context, *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) { return nil, fail() }
	server.AddResource(&sdk.Resource{URI: folderURI, Name: "folder"}, read)
	server.AddResourceTemplate(&sdk.ResourceTemplate{URITemplate: "file://{id}", Name: "file"}, read)
	server.AddPrompt(&sdk.Prompt{Name: "greet"}, func(context.Context, *sdk.GetPromptRequest) (*sdk.GetPromptResult, error) { return nil, fail() })
	return server
}

// calls are the methods whose handlers a user writes, by the procedure of their reports.
var calls = map[string]func(context.Context, *sdk.ClientSession) error{
	"resources/read": func(ctx context.Context, s *sdk.ClientSession) error {
		_, err := s.ReadResource(ctx, &sdk.ReadResourceParams{URI: "file://f-18"})
		return err
	},
	"prompts/get/greet": func(ctx context.Context, s *sdk.ClientSession) error {
		_, err := s.GetPrompt(ctx, &sdk.GetPromptParams{Name: "greet"})
		return err
	},
	"completion/complete": func(ctx context.Context, s *sdk.ClientSession) error {
		_, err := s.Complete(ctx, &sdk.CompleteParams{
			Ref: &sdk.CompleteReference{Type: "ref/prompt", Name: "greet"}, Argument: sdk.CompleteParamsArgument{Name: "name"},
		})
		return err
	},
	"resources/subscribe": func(ctx context.Context, s *sdk.ClientSession) error {
		return s.Subscribe(ctx, &sdk.SubscribeParams{URI: folderURI})
	},
	"resources/unsubscribe": func(ctx context.Context, s *sdk.ClientSession) error {
		return s.Unsubscribe(ctx, &sdk.UnsubscribeParams{URI: folderURI})
	},
}

// refusalOf reads the JSON-RPC error, and the Problem in its data.
func refusalOf(t *testing.T, err error) (refusal jsonrpc.Error, p mcp.Problem) {
	t.Helper()
	var wire *jsonrpc.Error
	if !errors.As(err, &wire) {
		t.Fatalf("%v, want a JSON-RPC error", err)
	}
	if len(wire.Data) > 0 {
		if err := json.Unmarshal(wire.Data, &p); err != nil {
			t.Errorf("%s: %v", wire.Data, err)
		}
	}
	return *wire, p
}

// TestG1NoHandlerTellsAModelMore has each failure in each handler that is no tool.
func TestG1NoHandlerTellsAModelMore(t *testing.T) {
	policy, reports := quiet(t, mapping.WithRules(opaque.PanickyRule()))
	failures := append(opaque.Failures(), opaque.Failure{
		Name: "an upstream's JSON-RPC error",
		Fail: func() error {
			return fmt.Errorf("calling %q: %w", "tools/call", &jsonrpc.Error{Code: 7, Message: opaque.Canary})
		},
	}, opaque.Failure{
		Name: "an upstream's refusal in standard words",
		Fail: func() error {
			return fmt.Errorf("calling %q: %w", "tools/list", &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: "invalid params"})
		},
	}, opaque.Failure{
		Name: "a typed nil of the protocol's", Fail: func() error { return (*jsonrpc.Error)(nil) },
	})
	for _, f := range failures {
		server, w := handlers(t, f.Fail, policy), new(wire)
		session := connect(t, server, w)
		for procedure, call := range calls {
			refusal, p := refusalOf(t, call(t.Context(), session))
			if refusal.Code != jsonrpc.CodeInternalError || refusal.Message != errpactv1err.Unknown.Message() || p.Code != "ERROR_CODE_UNKNOWN" || p.RequestID == "" {
				t.Errorf("%s, %s: %+v, %+v", f.Name, procedure, refusal, p)
			}
			if report := reports.One(t); report.Procedure != procedure || report.RequestID != p.RequestID {
				t.Errorf("%s, %s: report %+v", f.Name, procedure, report)
			}
			reports.Take()
		}
		if sent := w.take(); opaque.Found(sent) {
			t.Errorf("%s: the canary is in\n%s", f.Name, sent)
		}
	}
}

func TestAHandlersErrorIsItsEntry(t *testing.T) {
	policy, reports := quiet(t)
	for _, test := range []struct {
		name    string
		err     error
		code    int64
		message string
		want    mcp.Problem
	}{
		{"not found", errpactv1err.NotExist.New("no folder f-17").Wrap(errors.New(opaque.Canary)), jsonrpc.CodeInvalidParams, "no folder f-17",
			mcp.Problem{Code: "ERROR_CODE_NOT_EXIST", Number: 10}},
		{"a wrong value", errpactv1err.InvalidValue.New("wrong").WithField("name", "too long"), jsonrpc.CodeInvalidParams, "wrong",
			mcp.Problem{Code: "ERROR_CODE_INVALID_VALUE", Number: 4, Fields: []mcp.Field{{Path: "name", Description: "too long"}}}},
		{"a pause", errpactv1err.DatabaseTemporarilyUnavailable, jsonrpc.CodeInternalError, errpactv1err.DatabaseTemporarilyUnavailable.Message(),
			mcp.Problem{Code: "ERROR_CODE_DATABASE", Number: 12, Reason: "TEMPORARILY_UNAVAILABLE", Retryable: true, RetryAfterSeconds: 1}},
	} {
		session := connect(t, handlers(t, func() error { return test.err }, policy), new(wire))
		for procedure, call := range calls {
			refusal, p := refusalOf(t, call(t.Context(), session))
			if report := reports.One(t); report.Fault() != mapping.FaultCaller {
				test.want.RequestID = report.RequestID
			}
			reports.Take()
			if diff := cmp.Diff(test.want, p); diff != "" {
				t.Errorf("%s, %s: problem (-want +got):\n%s", test.name, procedure, diff)
			}
			if refusal.Code != test.code || refusal.Message != test.message {
				t.Errorf("%s, %s: %d %q, want %d %q", test.name, procedure, refusal.Code, refusal.Message, test.code, test.message)
			}
		}
	}
}

// TestErrorsOfTheProtocolPass has those that a handler made, and the SDK's own.
func TestErrorsOfTheProtocolPass(t *testing.T) {
	policy, reports := quiet(t)
	session := connect(t, handlers(t, func() error { return &jsonrpc.Error{Code: 7, Message: "the handler's own words"} }, policy), new(wire))
	for procedure, call := range calls {
		if refusal, _ := refusalOf(t, call(t.Context(), session)); refusal.Code != 7 || refusal.Message != "the handler's own words" {
			t.Errorf("%s: %+v", procedure, refusal)
		}
	}
	bare := connect(t, newServer(policy), new(wire))
	for _, test := range []struct {
		name    string
		session *sdk.ClientSession
		call    func(context.Context, *sdk.ClientSession) error
		code    int64
		message string
	}{
		{"no such resource", bare, calls["resources/read"], jsonrpc.CodeInvalidParams, "Resource not found"},
		{"no such prompt", bare, calls["prompts/get/greet"], jsonrpc.CodeInvalidParams, `unknown prompt "greet"`},
		{"no completions", bare, calls["completion/complete"], jsonrpc.CodeMethodNotFound, `method not found: "completion/complete"`},
		{"no subscriptions", bare, calls["resources/subscribe"], jsonrpc.CodeMethodNotFound, `method not found: "resources/subscribe"`},
		{"no page", bare, func(ctx context.Context, s *sdk.ClientSession) error {
			_, err := s.ListTools(ctx, &sdk.ListToolsParams{Cursor: "none"})
			return err
		}, jsonrpc.CodeInvalidParams, "invalid params"},
		{"params that are wrong", session, func(ctx context.Context, s *sdk.ClientSession) error {
			_, err := s.Complete(ctx, &sdk.CompleteParams{})
			return err
		}, jsonrpc.CodeInvalidParams, "invalid params"},
	} {
		if refusal, _ := refusalOf(t, test.call(t.Context(), test.session)); refusal.Code != test.code || refusal.Message != test.message {
			t.Errorf("%s: %d %q, want %d %q", test.name, refusal.Code, refusal.Message, test.code, test.message)
		}
	}
	if all := reports.Take(); len(all) > 0 {
		t.Errorf("reports %+v, want none", all)
	}
}

// TestASessionThatBeginsTwiceIsNoBug: a client could make unmapped errors of it.
func TestASessionThatBeginsTwiceIsNoBug(t *testing.T) {
	policy, reports := quiet(t)
	for method, text := range map[string]string{
		"initialize": `duplicate "initialize" received`, "notifications/initialized": `"notifications/initialized" before "initialize"`,
	} {
		handler := middleware(policy, errors.New(text))
		if _, err := handler(t.Context(), method, &sdk.InitializedRequest{}); err == nil || err.Error() != text {
			t.Errorf("%s: %v, want %s", method, err, text)
		}
		if all := reports.Take(); len(all) > 0 {
			t.Errorf("%s: reports %+v, want none", method, all)
		}
		handler = middleware(policy, errors.New(text+opaque.Canary))
		if _, err := handler(t.Context(), method, &sdk.InitializedRequest{}); err == nil || opaque.Found([]byte(err.Error())) {
			t.Errorf("%s: %v", method, err)
		}
		reports.One(t)
		reports.Take()
	}
}

func middleware(policy mcp.Option, err error) sdk.MethodHandler {
	return mcp.Middleware(policy)(func(context.Context, string, sdk.Request) (sdk.Result, error) { return nil, err })
}

// TestG9APanicInANotificationIsReported: no answer can say it, and the server lives on.
func TestG9APanicInANotificationIsReported(t *testing.T) {
	reports := make(chan mapping.Report, 1)
	policy, err := mapping.NewPolicy(mapping.WithReport(func(_ context.Context, report mapping.Report) { reports <- report }))
	if err != nil {
		t.Fatal(err)
	}
	server := sdk.NewServer(&sdk.Implementation{Name: "folders", Version: "v1"}, &sdk.ServerOptions{
		ProgressNotificationHandler: func(context.Context, *sdk.ProgressNotificationServerRequest) {
			panic(opaque.Canary)
		},
	})
	server.AddReceivingMiddleware(mcp.Middleware(mcp.WithPolicy(policy)))
	session := connect(t, server, new(wire))
	if err := session.NotifyProgress(t.Context(), &sdk.ProgressNotificationParams{ProgressToken: "t"}); err != nil {
		t.Fatal(err)
	}
	if report := <-reports; report.Procedure != "notifications/progress" || report.Panic != opaque.Canary {
		t.Errorf("report %+v", report)
	}
	if err := session.Ping(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}
