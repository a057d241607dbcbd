// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package bench_test

import (
	"fmt"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

// firstNumber is beyond the built-in catalogue's, which is the primary one.
const firstNumber = 1001

// BenchmarkCatalogue measures one error out of catalogues of several sizes.
func BenchmarkCatalogue(b *testing.B) {
	for _, entries := range []int{15, 100, 1000, 10_000} {
		translate, decode := catalogueRows(b, entries)
		b.Run("op=translate/entries="+fmt.Sprint(entries), func(b *testing.B) { benchErrors(b, translate) })
		b.Run("op=decode/entries="+fmt.Sprint(entries), func(b *testing.B) { benchErrors(b, decode) })
	}
}

// catalogueRows are the two ways of the catalogue's last entry.
func catalogueRows(tb testing.TB, entries int) (translate, decode []errorRow) {
	tb.Helper()
	catalogue, err := mapping.NewCatalogue(newEnum(tb, entries))
	if err != nil {
		tb.Fatal(err)
	}
	policy := newPolicy(tb, mapping.WithCatalogues(errpactv1err.Catalogue, catalogue))
	code := catalogue.Code(firstNumber + int32(entries) - 1)
	i := interceptor.New(interceptor.WithPolicy(policy))
	server := handlerOf(func() error { return code }, connect.WithInterceptors(i))
	received := protocols[0].caller(tb, serve(tb, server).URL)()
	return []errorRow{translated("errpact", i.WrapUnary(failing(func() error { return code })))},
		[]errorRow{{"errpact", asClient(i, func() error { return received })}}
}

func newPolicy(tb testing.TB, options ...mapping.Option) *mapping.Policy {
	tb.Helper()
	policy, err := mapping.NewPolicy(append(options, mapping.WithReport(nil))...)
	if err != nil {
		tb.Fatal(err)
	}
	return policy
}

// newEnum is an annotated enum of so many entries, as a team would write it.
func newEnum(tb testing.TB, entries int) protoreflect.EnumDescriptor {
	tb.Helper()
	name := fmt.Sprintf("Code%d", entries)
	enum := &descriptorpb.EnumDescriptorProto{Name: &name, Options: new(descriptorpb.EnumOptions)}
	proto.SetExtension(enum.Options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "bench.errpact.dev"})
	enum.Value = append(enum.Value, newValue(fmt.Sprintf("CODE%d_UNSPECIFIED", entries), 0))
	for i := range entries {
		value := newValue(fmt.Sprintf("CODE%d_NO_%d", entries, i), firstNumber+int32(i))
		value.Options = new(descriptorpb.EnumValueOptions)
		proto.SetExtension(value.Options, errpactv1.E_Entry, &errpactv1.Entry{
			ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_NOT_FOUND, HttpStatus: 404, Message: message,
		})
		enum.Value = append(enum.Value, value)
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String(name + ".proto"), Package: proto.String("errpact.bench.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"errpact/v1/options.proto"}, EnumType: []*descriptorpb.EnumDescriptorProto{enum},
	}, protoregistry.GlobalFiles)
	if err != nil {
		tb.Fatal(err)
	}
	return file.Enums().Get(0)
}

func newValue(name string, number int32) *descriptorpb.EnumValueDescriptorProto {
	return &descriptorpb.EnumValueDescriptorProto{Name: &name, Number: &number}
}
