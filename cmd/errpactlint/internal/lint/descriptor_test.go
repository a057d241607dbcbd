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
	options := new(descriptorpb.MethodOptions)
	proto.SetExtension(options, errpactv1.E_Rest, &errpactv1.Rest{ErrorsNone: true})
	raw, err := proto.Marshal(&descriptorpb.FileDescriptorProto{
		Name: new("old.proto"), Package: new("old"), Syntax: new("proto3"), Dependency: []string{"errpact/v1/options.proto"},
		MessageType: []*descriptorpb.DescriptorProto{{Name: new("PingRequest")}, {Name: new("PingResponse")}},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: new("Old"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: new("Ping"), InputType: new(".old.PingRequest"), OutputType: new(".old.PingResponse"), Options: options,
		}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Trim(strings.ReplaceAll(fmt.Sprint(raw), " ", ", "), "[]")
	dir, err := filepath.Abs("testdata/old")
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{
		"var file_old_proto_rawDesc = []byte{" + list + "}",
		"var file_old_proto_rawDesc = string([]byte{" + list + "})",
		fmt.Sprintf("const file_old_proto_rawDesc = %+q", string(raw)),
	} {
		source := `package old

import (
	"context"
	"errors"
)

` + form + `

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
			t.Errorf("with %.45s… the findings are %q, want one of errors.New", form, found)
		}
	}
}
