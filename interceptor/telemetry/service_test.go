// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package telemetry_test

import (
	"context"
	"net/http"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/internal/testkit/loopback"
)

// text is the message of every request and response, so that no generated stubs are needed.
type text = wrapperspb.StringValue

const service = "errpact.telemetry.test.v1.TestService"

const (
	unary        = "/" + service + "/Unary"
	clientStream = "/" + service + "/ClientStream"
	serverStream = "/" + service + "/ServerStream"
	bidiStream   = "/" + service + "/BidiStream"
)

var procedures = []string{unary, clientStream, serverStream, bidiStream}

// schema is what generated code registers.
var schema = register()

func register() protoreflect.FileDescriptor {
	message := proto.String(".google.protobuf.StringValue")
	method := func(name string, fromClient, fromServer bool) *descriptorpb.MethodDescriptorProto {
		return &descriptorpb.MethodDescriptorProto{
			Name: &name, InputType: message, OutputType: message, ClientStreaming: &fromClient, ServerStreaming: &fromServer,
		}
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("errpact/telemetry/test/v1/test.proto"), Package: proto.String("errpact.telemetry.test.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/wrappers.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("TestService"), Method: []*descriptorpb.MethodDescriptorProto{
			method("Unary", false, false), method("ClientStream", true, false), method("ServerStream", false, true), method("BidiStream", true, true),
		}}},
	}, protoregistry.GlobalFiles)
	if err == nil {
		err = protoregistry.GlobalFiles.RegisterFile(file)
	}
	if err != nil {
		panic(err)
	}
	return file
}

// An answerer is what all procedures of a test service do in the end.
type answerer func(context.Context) error

// serve starts a server that speaks HTTP/1.1 and HTTP/2 on one port.
func serve(t *testing.T, handler http.Handler) string {
	t.Helper()
	return loopback.Serve(t, handler).URL
}

// newClient speaks HTTP/2, by which all kinds of RPC can be called.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
