// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package answers_test

import (
	"context"
	"sync/atomic"
	"testing"

	"connectrpc.com/connect"
	"connectrpc.com/vanguard"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/genproto/googleapis/api/httpbody"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// routes are those that TroubleService's proto has not: a path with several methods, and the one of files.
func routes() []*annotations.HttpRule {
	remove := &annotations.HttpRule{Pattern: &annotations.HttpRule_Delete{Delete: "/v1/several/{name}"}}
	patch := &annotations.HttpRule{Pattern: &annotations.HttpRule_Patch{Patch: "/v1/several/{name}"}, Body: "inner"}
	return []*annotations.HttpRule{
		{
			Selector: "errpact.interop.v1.TroubleService.Unary", Pattern: &annotations.HttpRule_Get{Get: "/v1/several/{name}"},
			AdditionalBindings: []*annotations.HttpRule{patch, remove},
		},
		{Selector: "errpact.interop.v1.Files.Read", Pattern: &annotations.HttpRule_Get{Get: "/v1/files/{value}"}},
	}
}

// files are a service with a stream of google.api.HttpBody, which vanguard gives to REST callers.
func files(t testing.TB, to target, ran *atomic.Int32, opts ...connect.HandlerOption) *vanguard.Service {
	t.Helper()
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("errpact/interop/v1/files.proto"), Package: proto.String("errpact.interop.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/wrappers.proto", "google/api/httpbody.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Files"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: proto.String("Read"), InputType: proto.String(".google.protobuf.StringValue"), OutputType: proto.String(".google.api.HttpBody"),
			ServerStreaming: proto.Bool(true),
		}}}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	service := file.Services().Get(0)
	read := service.Methods().Get(0)
	handler := connect.NewServerStreamHandler("/errpact.interop.v1.Files/Read",
		func(ctx context.Context, req *connect.Request[wrapperspb.StringValue], stream *connect.ServerStream[httpbody.HttpBody]) error {
			ran.Add(1)
			if name := req.Msg.GetValue(); name != "late" {
				if err := fail(ctx, name); err != nil {
					return err
				}
			}
			if err := stream.Send(&httpbody.HttpBody{ContentType: "text/plain", Data: []byte("a file")}); err != nil {
				return err
			}
			if req.Msg.GetValue() == "late" {
				return fail(ctx, "mapped")
			}
			return nil
		}, append(opts, connect.WithSchema(protoreflect.MethodDescriptor(read)))...)
	return vanguard.NewServiceWithSchema(service, handler, vanguard.WithTargetProtocols(to.protocol), vanguard.WithTargetCodecs(to.codec))
}

var fileRows = []row{
	{"a wrong method, of several", "PUT", "/v1/several/x", "", nil, want{status: 405, number: 1, message: "Method is not allowed", header: []string{"Allow", "DELETE, GET, PATCH"}}},
	gets("a stream of HttpBody", "/v1/files/ok", want{status: 200, as: asIs, runs: true}),
	gets("a stream of HttpBody that fails", "/v1/files/mapped", want{status: 404, number: 10, message: "Resource does not exist", runs: true}),
	gets("a stream of HttpBody that fails after a message", "/v1/files/late", want{status: 404, number: 10, message: "Resource does not exist", runs: true}),
}
