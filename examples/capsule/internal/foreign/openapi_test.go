// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
)

// layers are the statuses that every operation has an answer for.
var layers = []string{"401", "403", "404", "405", "413", "415", "429", "500", "default"}

// TestOpenAPI has a validator read what `errpact docs -format openapi` makes of the example's protos, with its
// examples, and looks up the answers of operations.
func TestOpenAPI(t *testing.T) {
	command := exec.CommandContext(t.Context(), filepath.Join(programs, "errpact"),
		"docs", "-format", "openapi", "-title", "capsule", "-")
	command.Stdin = bytes.NewReader(descriptorSet(t))
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("errpact docs: %v\n%s", err, stderr.String())
	}
	doc, err := openapi3.NewLoader().LoadFromData(out)
	if err != nil {
		t.Fatalf("load: %v\n%s", err, out)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatalf("validate: %v", err)
	}
	if got := len(doc.Components.Responses); got != 15+12+len(layers) {
		t.Errorf("%d responses, want one for each of 15 entries, 12 reasons and %d layers", got, len(layers))
	}
	path := doc.Paths.Find("/api/folders/{folder_id}")
	if path == nil || path.Get == nil || path.Delete == nil {
		t.Fatalf("paths = %v, want those of a folder", doc.Paths.Keys())
	}
	for status, operation := range map[string]*openapi3.Operation{"200": path.Get, "204": path.Delete, "404": path.Get} {
		if operation.Responses.Value(status) == nil {
			t.Errorf("%s has no answer %s", operation.OperationID, status)
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for _, status := range layers {
				if operation.Responses.Value(status) == nil {
					t.Errorf("%s %s has no answer %s", method, path, status)
				}
			}
		}
	}
}

// descriptorSet is what buf and protoc write of the example's protos, with all that they import.
func descriptorSet(t *testing.T) []byte {
	t.Helper()
	set := new(descriptorpb.FileDescriptorSet)
	seen := make(map[string]bool)
	var add func(protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
	}
	add(errpactv1.File_errpact_v1_error_code_proto)
	add(capsulev1.File_capsule_v1_folder_service_proto)
	raw, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
