// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/mapping/catalogue"
)

// TestLinkOrder: a file's options are found wherever the file that declares them stands.
func TestLinkOrder(t *testing.T) {
	shop := shopFile(t, enumText(good))
	shop.Syntax, shop.Edition = proto.String("editions"), descriptorpb.Edition_EDITION_2024.Enum()
	shop.Dependency, shop.OptionDependency = nil, shop.GetDependency()
	var imports []*descriptorpb.FileDescriptorProto
	for _, path := range []string{"errpact/v1/options.proto", "google/protobuf/duration.proto", "google/protobuf/descriptor.proto"} {
		file, err := protoregistry.GlobalFiles.FindFileByPath(path)
		if err != nil {
			t.Fatal(err)
		}
		imports = append(imports, protodesc.ToFileDescriptorProto(file))
	}
	for at := range len(imports) + 1 {
		files, err := catalogue.Link(slices.Insert(slices.Clone(imports), at, shop))
		if err != nil {
			t.Fatal(err)
		}
		enum, err := files.FindDescriptorByName("acme.ShopError")
		if err != nil {
			t.Fatal(err)
		}
		if c, err := catalogue.Read(enum.(protoreflect.EnumDescriptor)); err != nil || len(c.Entries) != 1 {
			t.Errorf("file %d: Read() = %v, %v, want an entry", at, c, err)
		}
	}
	if _, err := catalogue.Link([]*descriptorpb.FileDescriptorProto{shop, proto.CloneOf(shop)}); err == nil || !strings.Contains(err.Error(), "acme/shop.proto") {
		t.Errorf("Link() of a file twice = %v, want an error with its path", err)
	}
}
