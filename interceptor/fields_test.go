// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/interceptor/strictjson"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// quotas is a service whose request is a google.rpc.QuotaFailure, for the names of its fields.
func quotas(t *testing.T) protoreflect.MethodDescriptor {
	t.Helper()
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("acme/quota/v1/quota.proto"), Package: proto.String("acme.quota.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/rpc/error_details.proto", "google/protobuf/empty.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Quotas"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: proto.String("Watch"), InputType: proto.String(".google.rpc.QuotaFailure"), OutputType: proto.String(".google.protobuf.Empty"),
		}}}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file.Services().Get(0).Methods().Get(0)
}

// enveloped is JSON as a message of a stream.
func enveloped(body string) string {
	return "\x00\x00\x00\x00" + string(rune(len(body))) + body
}

// TestRPCCallersReadTheProtosNames of the field that a stream's message has wrong, where errpact makes the answer.
func TestRPCCallersReadTheProtosNames(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	serve := func(opts ...connect.HandlerOption) string {
		opts = append(opts, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))), connect.WithSchema(quotas(t)))
		return loopback.Serve(t, connect.NewServerStreamHandler("/acme.quota.v1.Quotas/Watch",
			func(context.Context, *connect.Request[errdetails.QuotaFailure], *connect.ServerStream[emptypb.Empty]) error {
				return nil
			}, opts...)).URL
	}
	for name, test := range map[string]struct{ url, body, want string }{
		"Connect's codec":     {serve(), `{"violations":[{"quotaId":5}]}`, `{"field":"quota_id","description":"want text","reason":"WRONG_TYPE"}`},
		"a map":               {serve(), `{"violations":[{"quotaDimensions":{"a":5}}]}`, `{"field":"quota_dimensions","description":"want text","reason":"WRONG_TYPE"}`},
		"a strict codec":      {serve(strictjson.Option()), `{"violations":[{"quotaId":5}]}`, `{"field":"violations[0].quota_id","description":"want text","reason":"WRONG_TYPE"}`},
		"an unknown field":    {serve(strictjson.Option()), `{"violations":[{"quotaNo":5}]}`, `{"field":"violations[0].quotaNo","description":"want a field that there is","reason":"UNKNOWN_FIELD"}`},
		"the .proto's names":  {serve(strictjson.Option()), `{"violations":[{"quota_id":5}]}`, `{"field":"violations[0].quota_id","description":"want text","reason":"WRONG_TYPE"}`},
		"nothing of a syntax": {serve(), `{"violations":[`, ""},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, test.url+"/acme.quota.v1.Quotas/Watch", strings.NewReader(enveloped(test.body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/connect+json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(res.Body)
		if err != nil || res.Body.Close() != nil {
			t.Fatal(err)
		}
		want := `"debug":{"fieldViolations":[` + test.want + `]}`
		if !strings.Contains(string(answer), want) == (test.want != "") || !strings.Contains(string(answer), "Invalid structure") || strings.Contains(string(answer), "errdetails") {
			t.Errorf("%s: %s, want %s", name, answer, want)
		}
	}
}

// TestFieldsOfOneErrorAreOne: RPC callers of each codec read the names of the .proto, and REST callers those of
// JSON, for which the method's schema counts.
func TestFieldsOfOneErrorAreOne(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil))
	if err != nil {
		t.Fatal(err)
	}
	fields := []mapping.Field{
		{Path: "violations[0].quota_id", Description: "is taken"},
		{Path: `violations[0].quota_dimensions["a_b"]`, Description: "is too long", Reason: "STRING_MAX_LEN"},
		{Path: "header_x", JSONPath: "X-Header_X", Description: "is missing"},
	}
	invalid := policy.ByConnectCode(3, mapping.ConditionOutOfRange).WithFields(fields...)
	const procedure = "/acme.quota.v1.Quotas/Watch"
	mux := http.NewServeMux()
	handler := connect.NewUnaryHandler(procedure, func(context.Context, *connect.Request[errdetails.QuotaFailure]) (*connect.Response[emptypb.Empty], error) {
		return nil, invalid
	}, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))), connect.WithSchema(quotas(t)))
	mux.Handle(procedure, handler)
	mux.Handle("/v1/quotas", handler)
	url := loopback.Serve(t, rest.Handler(mux, rest.WithPolicy(policy))).URL
	want := []mapping.Field{
		{Path: "violations[0].quota_id", Description: "is taken"},
		{Path: `violations[0].quota_dimensions["a_b"]`, Description: "is too long", Reason: "STRING_MAX_LEN"},
		{Path: "header_x", Description: "is missing"},
	}
	for name, opts := range map[string][]connect.ClientOption{
		"Connect": nil, "Connect, JSON": {connect.WithProtoJSON()}, "gRPC-Web": {connect.WithGRPCWeb()}, "gRPC-Web, JSON": {connect.WithGRPCWeb(), connect.WithProtoJSON()},
	} {
		client := connect.NewClient[errdetails.QuotaFailure, emptypb.Empty](http.DefaultClient, url+procedure,
			append(opts, connect.WithInterceptors(interceptor.New()))...)
		_, err := client.CallUnary(t.Context(), connect.NewRequest(new(errdetails.QuotaFailure)))
		got, _ := mapping.From(err)
		if diff := cmp.Diff(want, got.Fields()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	res, err := http.Post(url+"/v1/quotas", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, _ := mapping.From(rest.CheckResponse(res))
	for i, path := range []string{"violations[0].quotaId", `violations[0].quotaDimensions["a_b"]`, "X-Header_X"} {
		if got.Fields()[i].Path != path {
			t.Errorf("REST: %q, want %q", got.Fields()[i].Path, path)
		}
	}
	if again := string(mapping.EnvelopeOf(got).Details); !strings.Contains(again, `"field":"X-Header_X"`) {
		t.Errorf("the envelope of what was read is %s", again)
	}
}
