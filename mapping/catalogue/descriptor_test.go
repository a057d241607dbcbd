// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
)

// good is an entry without a mistake.
const good = `connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "Broken" `

// enumText is an enum acme.ShopError in text format: a zero value without an entry on line 10, and
// the entries SHOP_ERROR_A = 1, SHOP_ERROR_B = 2 and so on, on lines 11, 12 and so on.
func enumText(entries ...string) string {
	var b strings.Builder
	b.WriteString(`name: "ShopError" options { [errpact.v1.catalogue] { domain: "acme.example" } }
		value { name: "SHOP_ERROR_UNSPECIFIED" number: 0 }`)
	for i, e := range entries {
		fmt.Fprintf(&b, ` value { name: "SHOP_ERROR_%c" number: %d options { [errpact.v1.entry] { %s } } }`, 'A'+i, i+1, e)
	}
	return b.String()
}

// shopFile is a file with that enum, on line 3.
func shopFile(t testing.TB, enum string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	e := new(descriptorpb.EnumDescriptorProto)
	if err := prototext.Unmarshal([]byte(enum), e); err != nil {
		t.Fatal(err)
	}
	file := &descriptorpb.FileDescriptorProto{
		Syntax:     proto.String("proto3"),
		Name:       proto.String("acme/shop.proto"),
		Package:    proto.String("acme"),
		Dependency: []string{"errpact/v1/options.proto"},
		EnumType:   []*descriptorpb.EnumDescriptorProto{e},
		SourceCodeInfo: &descriptorpb.SourceCodeInfo{Location: []*descriptorpb.SourceCodeInfo_Location{
			{Path: []int32{5, 0}, Span: []int32{2, 0, 99, 1}},
		}},
	}
	for i := range e.GetValue() {
		file.SourceCodeInfo.Location = append(file.SourceCodeInfo.Location, &descriptorpb.SourceCodeInfo_Location{
			Path: []int32{5, 0, 2, int32(i)}, Span: []int32{9 + int32(i), 2, 40},
		})
	}
	return file
}

func link(t testing.TB, file *descriptorpb.FileDescriptorProto, resolver protodesc.Resolver) protoreflect.EnumDescriptor {
	t.Helper()
	f, err := protodesc.FileOptions{AllowUnresolvable: true}.New(file, resolver)
	if err != nil {
		t.Fatal(err)
	}
	return f.Enums().Get(0)
}

// descriptorsOf are the descriptors of a file's first enum as its readers get them: with options that
// know the generated extensions, that know dynamic ones, and that know none.
func descriptorsOf(t testing.TB, file *descriptorpb.FileDescriptorProto) map[string]protoreflect.EnumDescriptor {
	t.Helper()
	raw, err := proto.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	reread := func(types interface {
		protoregistry.MessageTypeResolver
		protoregistry.ExtensionTypeResolver
	}) *descriptorpb.FileDescriptorProto {
		f := new(descriptorpb.FileDescriptorProto)
		if err := (proto.UnmarshalOptions{Resolver: types}).Unmarshal(raw, f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	files := dynamicFiles(t)
	return map[string]protoreflect.EnumDescriptor{
		"generated extensions": link(t, file, protoregistry.GlobalFiles),
		"dynamic extensions":   link(t, reread(dynamicpb.NewTypes(files)), files),
		"unknown extensions":   link(t, reread(new(protoregistry.Types)), files),
	}
}

// dynamicFiles has the options' file and its imports without any generated code, as from a
// FileDescriptorSet.
func dynamicFiles(t testing.TB) *protoregistry.Files {
	t.Helper()
	set := new(descriptorpb.FileDescriptorSet)
	add := func(f protoreflect.FileDescriptor) { set.File = append(set.File, protodesc.ToFileDescriptorProto(f)) }
	options := errpactv1.File_errpact_v1_options_proto
	for i := range options.Imports().Len() {
		add(options.Imports().Get(i).FileDescriptor)
	}
	add(options)
	add(errpactv1.File_errpact_v1_error_code_proto)
	raw, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	if err := (proto.UnmarshalOptions{Resolver: new(protoregistry.Types)}).Unmarshal(raw, set); err != nil {
		t.Fatal(err)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		t.Fatal(err)
	}
	return files
}
