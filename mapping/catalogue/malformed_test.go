// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

type nilEnum struct{ protoreflect.EnumDescriptor }

func TestReadWithoutWhatItNeeds(t *testing.T) {
	noFile := new(protoregistry.Files)
	annotated := shopFile(t, enumText(good))
	plain := shopFile(t, `name: "ShopError" value { name: "SHOP_ERROR_A" number: 0 }`)
	plain.Dependency, plain.SourceCodeInfo = nil, nil
	for _, test := range []struct {
		name        string
		enum        protoreflect.EnumDescriptor
		isCatalogue bool
		want        string
	}{
		{"nil", nil, false, "want an enum's descriptor, have nil"},
		{"typed nil", (*nilEnum)(nil), false, "want an enum's descriptor, have nil"},
		{"placeholder", placeholderEnum(t), false, "acme.Elsewhere: want the enum's file, have its name alone"},
		{"import missing", link(t, annotated, noFile), true,
			"acme.ShopError: want errpact/v1/options.proto with the descriptor (a descriptor set needs its imports)"},
		{"no import", link(t, plain, noFile), false,
			"acme.ShopError: want option errpact.v1.catalogue, have no import of errpact/v1/options.proto"},
		{"another options file", link(t, annotated, foreignOptions(t)), false,
			"acme.ShopError: want errpact's own errpact/v1/options.proto, have another file of its name"},
		{"import cycle", cyclicEnum{link(t, plain, noFile)}, false,
			"acme.ShopError: want option errpact.v1.catalogue, have no import of errpact/v1/options.proto"},
		{"not annotated", errpactv1.When(0).Descriptor(), false, "errpact.v1.When: want option errpact.v1.catalogue"},
	} {
		if got := catalogue.IsCatalogue(test.enum); got != test.isCatalogue {
			t.Errorf("%s: IsCatalogue() = %t, want %t", test.name, got, test.isCatalogue)
		}
		if c, err := catalogue.Read(test.enum); c != nil || err == nil || err.Error() != test.want {
			t.Errorf("%s: Read() = %v, %v, want %q", test.name, c, err, test.want)
		}
	}
}

// placeholderEnum is the type of a field whose file is missing.
func placeholderEnum(t *testing.T) protoreflect.EnumDescriptor {
	t.Helper()
	f, err := protodesc.FileOptions{AllowUnresolvable: true}.New(&descriptorpb.FileDescriptorProto{
		Name: proto.String("a.proto"), Package: proto.String("acme"), Syntax: proto.String("proto3"),
		Dependency: []string{"elsewhere.proto"},
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("M"), Field: []*descriptorpb.FieldDescriptorProto{{
			Name: proto.String("f"), Number: proto.Int32(1), TypeName: proto.String(".acme.Elsewhere"),
			Type:  descriptorpb.FieldDescriptorProto_TYPE_ENUM.Enum(),
			Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}}}},
	}, new(protoregistry.Files))
	if err != nil {
		t.Fatal(err)
	}
	return f.Messages().Get(0).Fields().Get(0).Enum()
}

// foreignOptions has options of the same names that are no messages.
func foreignOptions(t *testing.T) *protoregistry.Files {
	t.Helper()
	extension := func(name, extendee string) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{
			Name: &name, Extendee: &extendee, Number: proto.Int32(58535),
			Type:  descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(),
			Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
		}
	}
	f, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("errpact/v1/options.proto"), Package: proto.String("errpact.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/descriptor.proto"},
		Extension: []*descriptorpb.FieldDescriptorProto{
			extension("catalogue", ".google.protobuf.EnumOptions"), extension("entry", ".google.protobuf.EnumValueOptions"),
		},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	files := new(protoregistry.Files)
	if err := files.RegisterFile(f); err != nil {
		t.Fatal(err)
	}
	return files
}

// cyclicEnum is of a file that imports itself.
type cyclicEnum struct{ protoreflect.EnumDescriptor }

func (e cyclicEnum) ParentFile() protoreflect.FileDescriptor {
	return cyclicFile{e.EnumDescriptor.ParentFile()}
}

type cyclicFile struct{ protoreflect.FileDescriptor }

func (f cyclicFile) Imports() protoreflect.FileImports {
	return cyclicImports{f.FileDescriptor.Imports(), f}
}

type cyclicImports struct {
	protoreflect.FileImports
	file protoreflect.FileDescriptor
}

func (cyclicImports) Len() int { return 1 }

func (i cyclicImports) Get(int) protoreflect.FileImport {
	return protoreflect.FileImport{FileDescriptor: i.file}
}

func TestReadMalformedOptions(t *testing.T) {
	varint := &descriptorpb.EnumValueOptions{}
	varint.ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 58535, protowire.VarintType), 1))
	for _, test := range []struct {
		name   string
		domain []byte
		entry  *descriptorpb.EnumValueOptions
		want   []string // the beginnings: protobuf's error texts are not stable
	}{
		{"cut short", []byte("\x0a\x05a"), rawValueOption([]byte("\x1a\x05a")), []string{
			lineEnum + "read option errpact.v1.catalogue: ",
			lineA + "read option errpact.v1.entry: "}},
		{"no UTF-8", []byte("\x0a\x01a"), rawValueOption([]byte("\x08\x02\x10\xf4\x03\x1a\x01\xff")), []string{
			lineA + "read option errpact.v1.entry: "}},
		{"no message", []byte("\x0a\x01a"), varint, []string{
			lineA + "read option errpact.v1.entry: want a message"}},
	} {
		file := shopFile(t, enumText(good))
		file.GetEnumType()[0].Options = rawEnumOption(test.domain)
		file.GetEnumType()[0].GetValue()[1].Options = test.entry
		_, err := catalogue.Read(link(t, file, protoregistry.GlobalFiles))
		got := lines(err)
		if len(got) != len(test.want) {
			t.Errorf("%s: Read() = %v, want %d mistakes", test.name, err, len(test.want))
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], test.want[i]) {
				t.Errorf("%s: mistake %d = %q, want %q", test.name, i, got[i], test.want[i])
			}
		}
	}
}

// TestReadMergesRepeatedOptions: protobuf lets a message come in parts.
func TestReadMergesRepeatedOptions(t *testing.T) {
	file := shopFile(t, enumText(good))
	options := new(descriptorpb.EnumValueOptions)
	options.ProtoReflect().SetUnknown(append(rawOption([]byte("\x08\x02\x10\xf4\x03")), rawOption([]byte("\x1a\x01m"))...))
	file.GetEnumType()[0].GetValue()[1].Options = options
	c, err := catalogue.Read(link(t, file, protoregistry.GlobalFiles))
	if err != nil || c.Entries[0].Message != "m" || c.Entries[0].ConnectCode != 2 {
		t.Errorf("Read() = %v, %v", c, err)
	}
}
