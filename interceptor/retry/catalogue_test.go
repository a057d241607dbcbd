// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retry_test

import (
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// stated returns an error of a catalogue that says whether to try again.
func stated(r errpactv1.Retry) *mapping.Error {
	return catalogue().Code(int32(7000 + r)).New("")
}

// catalogue has an entry for each value of Retry, under 7000 and its number.
var catalogue = sync.OnceValue(func() *mapping.Catalogue {
	enum := &descriptorpb.EnumDescriptorProto{Name: proto.String("Retries"), Options: new(descriptorpb.EnumOptions)}
	proto.SetExtension(enum.Options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "retries.acme.example"})
	enum.Value = append(enum.Value, &descriptorpb.EnumValueDescriptorProto{Name: proto.String("RETRIES_UNSPECIFIED"), Number: proto.Int32(0)})
	values := errpactv1.Retry(0).Descriptor().Values()
	for i := range values.Len() {
		value := &descriptorpb.EnumValueDescriptorProto{
			Name: proto.String("RETRIES_" + string(values.Get(i).Name())), Number: proto.Int32(7000 + int32(values.Get(i).Number())), Options: new(descriptorpb.EnumValueOptions),
		}
		proto.SetExtension(value.Options, errpactv1.E_Entry, &errpactv1.Entry{
			ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_UNAVAILABLE, HttpStatus: 503,
			Message: "Down", Description: "Of a test.", Retry: errpactv1.Retry(values.Get(i).Number()),
		})
		enum.Value = append(enum.Value, value)
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("retries.proto"), Package: proto.String("acme.retries.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"errpact/v1/options.proto"}, EnumType: []*descriptorpb.EnumDescriptorProto{enum},
	}, protoregistry.GlobalFiles)
	if err != nil {
		panic(err) // it is a constant
	}
	return mapping.MustCatalogue(file.Enums().Get(0))
})
