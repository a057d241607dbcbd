// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/reported"
	"github.com/errpact/errpact/mapping"
)

// handlersTexts are Connect errors of a handler's own, and what all callers read.
var handlersTexts = []struct {
	code       connect.Code
	text, want string
}{
	{connect.CodeNotFound, "folder f-17 is gone", "folder f-17 is gone"},
	{connect.CodeInvalidArgument, "limit must be 1 to 100", "limit must be 1 to 100"},
	{connect.CodeAlreadyExists, "folder f-17 is there", "folder f-17 is there"},
	{connect.CodePermissionDenied, "only the owner may", "only the owner may"},
	{connect.CodeUnauthenticated, "who are you?", "who are you?"},
	{connect.CodeResourceExhausted, "three a minute", "three a minute"},
	{connect.CodeFailedPrecondition, "not empty", "not empty"},
	{connect.CodeAborted, "try that again", "try that again"},
	{connect.CodeOutOfRange, "page 7 of 6", "page 7 of 6"},
	{connect.CodeUnimplemented, "not in this region", "not in this region"},
	{connect.CodeCanceled, "you went", "you went"},
	{connect.CodeNotFound, "f\xff\r\n\x00\u2028 <b>é</b>", "f\ufffd     <b>é</b>"},
	{connect.CodeNotFound, strings.Repeat("é", 400), strings.Repeat("é", 256)},
	// Without words of the handler's, all read the entry's message, or the status's.
	{connect.CodeNotFound, "", "Resource does not exist"},
	{connect.CodeNotFound, " \t", "Resource does not exist"},
	{connect.CodeAlreadyExists, "", "Conflict"},
	{connect.CodeResourceExhausted, "", "Too Many Requests"},
	// What speaks of the server is replaced on all wires.
	{connect.CodeInternal, "canary-8f3a", "Unknown server side error occurred"},
	{connect.CodeUnknown, "canary-8f3a", "Unknown server side error occurred"},
	{connect.CodeUnavailable, "canary-8f3a", "Service Unavailable"},
	{connect.CodeDataLoss, "canary-8f3a", "Critical database error"},
	{connect.CodeDeadlineExceeded, "canary-8f3a", "Gateway Timeout"},
	{connect.Code(17), "canary-8f3a", "Unknown server side error occurred"},
}

// TestOneTextOnAllWires: a handler's text reads the same to callers of every protocol.
func TestOneTextOnAllWires(t *testing.T) {
	const procedure = "/acme.v1.Folders/Get"
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range handlersTexts {
		handler := connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
			return nil, connect.NewError(test.code, errors.New(test.text))
		}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
		mux := http.NewServeMux()
		mux.Handle(procedure, handler)
		mux.Handle("/v1/folders", handler)
		mux.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) {
			rest.Error(w, r, connect.NewError(test.code, errors.New(test.text)))
		})
		server := loopback.Serve(t, rest.Handler(mux, rest.WithPolicy(policy)))
		texts := map[string]string{}
		for name, opts := range map[string][]connect.ClientOption{
			"Connect": nil, "Connect, JSON": {connect.WithProtoJSON()}, "gRPC": {connect.WithGRPC()}, "gRPC-Web": {connect.WithGRPCWeb()},
		} {
			client := connect.NewClient[emptypb.Empty, emptypb.Empty](server.Client(), server.URL+procedure, opts...)
			_, err := client.CallUnary(t.Context(), connect.NewRequest(new(emptypb.Empty)))
			if e, ok := errors.AsType[*connect.Error](err); ok {
				texts[name] = e.Message()
			}
		}
		for _, path := range []string{"/v1/folders", "/plain"} {
			res, err := server.Client().Post(server.URL+path, "application/json", strings.NewReader("{}"))
			if err != nil {
				t.Fatal(err)
			}
			got, _ := mapping.From(rest.CheckResponse(res))
			if texts["REST "+path] = got.Message(); res.Body.Close() != nil {
				t.Fatal("close")
			}
		}
		for wire, text := range texts {
			if text != test.want {
				t.Errorf("%v %q: %s reads %q, want %q", test.code, test.text, wire, text, test.want)
			}
		}
		if len(texts) != 6 {
			t.Errorf("%v: %d answers", test.code, len(texts))
		}
	}
}

// TestCatalogueMessagesReplaceEveryHandlersText: callers of every protocol read the catalogue's, and without the option
// the reports show which texts passed.
func TestCatalogueMessagesReplaceEveryHandlersText(t *testing.T) {
	const procedure = "/acme.v1.Folders/Get"
	for _, test := range handlersTexts {
		for _, replaced := range []bool{true, false} {
			var told reported.Reports
			options := []mapping.Option{mapping.WithReport(told.Add)}
			if replaced {
				options = append(options, mapping.WithCatalogueMessages())
			}
			policy, err := mapping.NewPolicy(options...)
			if err != nil {
				t.Fatal(err)
			}
			mux := http.NewServeMux()
			mux.Handle(procedure, connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[emptypb.Empty]) (*connect.Response[emptypb.Empty], error) {
				return nil, connect.NewError(test.code, errors.New("canary-8f3a "+test.text))
			}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))))
			server := loopback.Serve(t, rest.Handler(mux, rest.WithPolicy(policy)))
			client := connect.NewClient[emptypb.Empty, emptypb.Empty](server.Client(), server.URL+procedure)
			_, err = client.CallUnary(t.Context(), connect.NewRequest(new(emptypb.Empty)))
			speaksOfServer := strings.HasPrefix(test.text, "canary")
			passes := strings.Contains(err.Error(), "canary")
			if passes != (!replaced && !speaksOfServer) {
				t.Errorf("%v, replaced %t: the caller reads %v", test.code, replaced, err)
			}
			if got := told.One(t).HandlerText; got != passes {
				t.Errorf("%v, replaced %t: HandlerText = %t", test.code, replaced, got)
			}
		}
	}
}
