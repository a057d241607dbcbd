// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package retries_test

import (
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// The entries of the tests' catalogue.
var (
	refused  = sync.OnceValue(func() *mapping.Error { return catalogue().Code(7001).New("") })
	hopeless = sync.OnceValue(func() *mapping.Error { return catalogue().Code(7002).New("") })
	down     = sync.OnceValue(func() *mapping.Error { return catalogue().Code(7003).New("") })
)

// catalogue has an entry of a limiter, which every call may repeat, one that none may, and one that leaves it open.
var catalogue = sync.OnceValue(func() *mapping.Catalogue {
	enum := &descriptorpb.EnumDescriptorProto{Name: proto.String("Retries"), Options: new(descriptorpb.EnumOptions)}
	proto.SetExtension(enum.Options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "retries.acme.example"})
	add := func(number int32, name string, entry *errpactv1.Entry) {
		value := &descriptorpb.EnumValueDescriptorProto{Name: proto.String(name), Number: proto.Int32(number), Options: new(descriptorpb.EnumValueOptions)}
		if entry != nil {
			entry.Message, entry.Description = "Come back later", "Of a test."
			proto.SetExtension(value.Options, errpactv1.E_Entry, entry)
		}
		enum.Value = append(enum.Value, value)
	}
	const unavailable, exhausted = errpactv1.ConnectCode_CONNECT_CODE_UNAVAILABLE, errpactv1.ConnectCode_CONNECT_CODE_RESOURCE_EXHAUSTED
	add(0, "RETRIES_UNSPECIFIED", nil)
	add(7001, "RETRIES_REFUSED", &errpactv1.Entry{ConnectCode: exhausted, HttpStatus: 429, Retry: errpactv1.Retry_RETRY_ALWAYS})
	add(7002, "RETRIES_HOPELESS", &errpactv1.Entry{ConnectCode: unavailable, HttpStatus: 503, Retry: errpactv1.Retry_RETRY_NEVER})
	add(7003, "RETRIES_DOWN", &errpactv1.Entry{ConnectCode: unavailable, HttpStatus: 503})
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("acme/retries/v1/retries.proto"), Package: proto.String("acme.retries.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"errpact/v1/options.proto"}, EnumType: []*descriptorpb.EnumDescriptorProto{enum},
	}, protoregistry.GlobalFiles)
	if err != nil {
		panic(err) // it is a constant
	}
	return mapping.MustCatalogue(file.Enums().Get(0))
})

// The descriptor of the service is linked, as that of generated code is.
func init() {
	method := func(name string, level descriptorpb.MethodOptions_IdempotencyLevel) *descriptorpb.MethodDescriptorProto {
		const message = ".google.protobuf.StringValue"
		return &descriptorpb.MethodDescriptorProto{
			Name: proto.String(name), InputType: proto.String(message), OutputType: proto.String(message),
			Options: &descriptorpb.MethodOptions{IdempotencyLevel: level.Enum()},
		}
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("acme/retries/v1/retries_service.proto"), Package: proto.String("acme.retries.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/wrappers.proto"}, Service: []*descriptorpb.ServiceDescriptorProto{{
			Name: proto.String("RetriesService"), Method: []*descriptorpb.MethodDescriptorProto{
				method("Work", descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN), method("Read", descriptorpb.MethodOptions_NO_SIDE_EFFECTS),
			},
		}},
	}, protoregistry.GlobalFiles)
	if err == nil {
		err = protoregistry.GlobalFiles.RegisterFile(file)
	}
	if err != nil {
		panic(err) // it is a constant
	}
}
