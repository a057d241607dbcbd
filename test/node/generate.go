// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package node

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/pluginpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	interopv1 "github.com/errpact/errpact/test/gen/errpact/interop/v1"
)

// generate writes the client's types into gen, as protoc-gen-es makes them from the descriptors that
// this program has anyway.
func generate(t *testing.T, folder string) {
	t.Helper()
	request := &pluginpb.CodeGeneratorRequest{Parameter: proto.String("target=js,import_extension=js")}
	added := map[string]bool{}
	for _, file := range []protoreflect.FileDescriptor{
		interopv1.File_errpact_interop_v1_trouble_service_proto,
		errpactv1.File_errpact_v1_error_detail_proto,
		(*errdetails.ErrorInfo)(nil).ProtoReflect().Descriptor().ParentFile(),
	} {
		addFile(request, added, file)
	}
	for _, file := range request.GetProtoFile() {
		// The packages have protobuf's own.
		if !strings.HasPrefix(file.GetName(), "google/protobuf/") {
			request.FileToGenerate = append(request.FileToGenerate, file.GetName())
		}
	}
	input, err := proto.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	var response pluginpb.CodeGeneratorResponse
	output := run(t, folder, input, exec.CommandContext(t.Context(), "node", "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es"))
	if err := proto.Unmarshal(output, &response); err != nil || response.GetError() != "" {
		t.Fatalf("protoc-gen-es: %v %s", err, response.GetError())
	}
	for _, file := range response.GetFile() {
		path := filepath.Join(folder, "gen", filepath.FromSlash(file.GetName()))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(file.GetContent()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// addFile adds a file after all that it imports, each once.
func addFile(request *pluginpb.CodeGeneratorRequest, added map[string]bool, file protoreflect.FileDescriptor) {
	if added[file.Path()] {
		return
	}
	added[file.Path()] = true
	for i := range file.Imports().Len() {
		addFile(request, added, file.Imports().Get(i))
	}
	request.ProtoFile = append(request.ProtoFile, protodesc.ToFileDescriptorProto(file))
}
