// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// translated returns a code with a German message.
func translated(t *testing.T) mapping.Code {
	t.Helper()
	t.Helper()
	value := func(name string, number int32) *descriptorpb.EnumValueDescriptorProto {
		return &descriptorpb.EnumValueDescriptorProto{Name: &name, Number: &number, Options: new(descriptorpb.EnumValueOptions)}
	}
	enum := &descriptorpb.EnumDescriptorProto{
		Name: proto.String("Lamp"), Options: new(descriptorpb.EnumOptions),
		Value: []*descriptorpb.EnumValueDescriptorProto{value("LAMP_UNSPECIFIED", 0), value("LAMP_OUT", 7001)},
	}
	proto.SetExtension(enum.Options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "lamp.acme.example"})
	proto.SetExtension(enum.Value[1].Options, errpactv1.E_Entry, &errpactv1.Entry{
		ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_NOT_FOUND, HttpStatus: 404, Message: "The lamp is out",
		Messages: map[string]string{"de": "Die Lampe ist aus"}, Description: "Of a test.",
	})
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("lamp.proto"), Package: proto.String("acme.lamp.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"errpact/v1/options.proto"}, EnumType: []*descriptorpb.EnumDescriptorProto{enum},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	c, err := mapping.NewCatalogue(file.Enums().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	return c.Code(7001)
}
