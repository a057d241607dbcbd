// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package openapi_test

import (
	"bytes"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/openapi"
	"github.com/errpact/errpact/internal/page"
)

// method is one of a service Shop. Its routes are "get /a post /b", and rest is the text of its option
// errpact.v1.rest, which it does not have if rest is empty.
type method struct {
	name, routes, rest string
	stream             bool
}

// httpMethods are fields of a google.api.HttpRule, of which more is additional_bindings. The annotation is
// written by hand, since the module has no code for it.
var httpMethods = map[string]protowire.Number{"get": 2, "put": 3, "post": 4, "delete": 5, "patch": 6}

const (
	annotation protowire.Number = 72295728
	more       protowire.Number = 11
)

// file is one of a package, with enum values for a catalogue SHOP_ERROR_…, which it does not have if they are empty,
// and with methods.
func file(t testing.TB, pkg, values string, methods ...method) protoreflect.FileDescriptor {
	t.Helper()
	described := &descriptorpb.FileDescriptorProto{
		Name: proto.String(pkg + ".proto"), Package: proto.String(pkg), Syntax: proto.String("proto3"),
		Dependency:  []string{errpactv1.File_errpact_v1_options_proto.Path()},
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Empty")}},
	}
	if values != "" {
		enum := new(descriptorpb.EnumDescriptorProto)
		text := `name: "ShopError" options { [errpact.v1.catalogue] { domain: "shop.example" } } value { name: "SHOP_ERROR_UNSPECIFIED" number: 0 } `
		if err := prototext.Unmarshal([]byte(text+values), enum); err != nil {
			t.Fatal(err)
		}
		described.EnumType = append(described.EnumType, enum)
	}
	service := &descriptorpb.ServiceDescriptorProto{Name: proto.String("Shop")}
	empty := proto.String("." + pkg + ".Empty")
	for _, m := range methods {
		service.Method = append(service.Method, &descriptorpb.MethodDescriptorProto{
			Name: proto.String(m.name), InputType: empty, OutputType: empty, Options: m.options(t), ServerStreaming: proto.Bool(m.stream),
		})
	}
	described.Service = append(described.Service, service)
	linked, err := protodesc.NewFile(described, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return linked
}

func (m method) options(t testing.TB) *descriptorpb.MethodOptions {
	t.Helper()
	options := new(descriptorpb.MethodOptions)
	if m.rest != "" {
		rest := new(errpactv1.Rest)
		if err := prototext.Unmarshal([]byte(m.rest), rest); err != nil {
			t.Fatal(err)
		}
		proto.SetExtension(options, errpactv1.E_Rest, rest)
	}
	var rule []byte
	words := strings.Fields(m.routes)
	for i := 0; i+1 < len(words); i += 2 {
		binding := field(nil, httpMethods[words[i]], []byte(words[i+1]))
		if rule == nil {
			rule = binding
		} else {
			rule = field(rule, more, binding)
		}
	}
	if rule != nil {
		options.ProtoReflect().SetUnknown(field(nil, annotation, rule))
	}
	return options
}

func field(b []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), value)
}

// newAPI is that of files, whose catalogues are before the built-in one.
func newAPI(t testing.TB, onlyDeclared bool, files ...protoreflect.FileDescriptor) *openapi.API {
	t.Helper()
	var enums []protoreflect.EnumDescriptor
	var methods []protoreflect.MethodDescriptor
	for _, f := range files {
		for i := range f.Enums().Len() {
			enums = append(enums, f.Enums().Get(i))
		}
		for i := range f.Services().Get(0).Methods().Len() {
			methods = append(methods, f.Services().Get(0).Methods().Get(i))
		}
	}
	enums = append(enums, errpactv1.ErrorCode(0).Descriptor())
	p, err := page.New("Shop", enums...)
	if onlyDeclared {
		p, err = page.OnlyDeclared("Shop", methods, enums...)
	}
	if err != nil {
		t.Fatal(err)
	}
	api, err := openapi.New(p, methods)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func written(t testing.TB, api *openapi.API) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := api.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
