// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

// TestEachFormOfDescriptorIsRead has a handler's package with its descriptor as releases of protoc-gen-go wrote it: a
// slice of bytes, a conversion of it since 1.36.0, and a constant since 1.36.6.
func TestEachFormOfDescriptorIsRead(t *testing.T) {
	raw := oldFile(t, func(file *descriptorpb.FileDescriptorProto) { file.Dependency = []string{"errpact/v1/options.proto"} })
	list := strings.Trim(strings.ReplaceAll(fmt.Sprint(raw), " ", ", "), "[]")
	for _, form := range []string{
		"var file_old_proto_rawDesc = []byte{" + list + "}",
		"var file_old_proto_rawDesc = string([]byte{" + list + "})",
		fmt.Sprintf("const file_old_proto_rawDesc = %+q", string(raw)),
	} {
		wantPing(t, fmt.Sprintf("with %.45s…", form), form)
	}
}

// TestOptionsAreReadHoweverTheyAreImported has the imports as the compiler leaves them in a descriptor.
func TestOptionsAreReadHoweverTheyAreImported(t *testing.T) {
	const options = "errpact/v1/options.proto"
	for name, change := range map[string]func(*descriptorpb.FileDescriptorProto){
		"an import": func(file *descriptorpb.FileDescriptorProto) { file.Dependency = []string{options} },
		"import option": func(file *descriptorpb.FileDescriptorProto) {
			file.Syntax, file.Edition = new("editions"), new(descriptorpb.Edition_EDITION_2024)
			file.OptionDependency = []string{options}
		},
		"another file's import public":      func(file *descriptorpb.FileDescriptorProto) { file.Dependency = []string{"old/options.proto"} },
		"a file that lies in errpact's own": func(file *descriptorpb.FileDescriptorProto) { file.Dependency = []string{"errpact/v1/all.proto"} },
		"both": func(file *descriptorpb.FileDescriptorProto) {
			file.Syntax, file.Edition = new("editions"), new(descriptorpb.Edition_EDITION_2024)
			file.Dependency, file.PublicDependency = []string{"old/other.proto", options}, []int32{1}
			file.OptionDependency = []string{"old/options.proto"}
		},
	} {
		wantPing(t, name, fmt.Sprintf("const file_old_proto_rawDesc = %+q", string(oldFile(t, change))))
	}
}

// oldFile returns the descriptor of a service whose only method declares that it has no errors.
func oldFile(t *testing.T, change func(*descriptorpb.FileDescriptorProto)) []byte {
	t.Helper()
	options := new(descriptorpb.MethodOptions)
	proto.SetExtension(options, errpactv1.E_Rest, &errpactv1.Rest{ErrorsNone: true})
	file := &descriptorpb.FileDescriptorProto{
		Name: new("old.proto"), Package: new("old"), Syntax: new("proto3"),
		MessageType: []*descriptorpb.DescriptorProto{{Name: new("PingRequest")}, {Name: new("PingResponse")}},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: new("Old"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: new("Ping"), InputType: new(".old.PingRequest"), OutputType: new(".old.PingResponse"), Options: options,
		}}}},
	}
	change(file)
	raw, err := proto.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// wantPing analyses a package with a descriptor, and with a handler that returns an error of no catalogue.
func wantPing(t *testing.T, name, descriptor string) {
	t.Helper()
	dir, err := filepath.Abs("testdata/old")
	if err != nil {
		t.Fatal(err)
	}
	source := `package old

import (
	"context"
	"errors"
)

` + descriptor + `

type (
	PingRequest  struct{}
	PingResponse struct{}
	server       struct{}
)

func (server) Ping(context.Context, *PingRequest) (*PingResponse, error) { return nil, errors.New("x") }
`
	config := packages.Config{Dir: "../..", Overlay: map[string][]byte{filepath.Join(dir, "old.go"): []byte(source)}}
	found := analyze(t, new(lint.Options), load(t, config, grownPath+"/old"))
	if len(found) != 1 || !strings.HasPrefix(found[0], "Ping may return the error of errors.New") {
		t.Errorf("%s: the findings are %q, want one of errors.New", name, found)
	}
}
