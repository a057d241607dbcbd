// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

func TestReadIsTheSameFromEveryDescriptor(t *testing.T) {
	want := readBuiltin(t)
	dynamic, err := dynamicFiles(t).FindDescriptorByName("errpact.v1.ErrorCode")
	if err != nil {
		t.Fatal(err)
	}
	for name, enum := range map[string]protoreflect.EnumDescriptor{
		"descriptor set": dynamic.(protoreflect.EnumDescriptor),
		"protogen":       protogenEnum(t),
	} {
		if !catalogue.IsCatalogue(enum) {
			t.Errorf("%s: IsCatalogue() = false", name)
		}
		got, err := catalogue.Read(enum)
		if err != nil {
			t.Errorf("%s: Read() = %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-generated +%s):\n%s", name, name, diff)
		}
	}
}

func protogenEnum(t *testing.T) protoreflect.EnumDescriptor {
	t.Helper()
	file := errpactv1.File_errpact_v1_error_code_proto
	request := &pluginpb.CodeGeneratorRequest{FileToGenerate: []string{file.Path()}}
	dynamicFiles(t).RangeFiles(func(f protoreflect.FileDescriptor) bool {
		request.ProtoFile = append(request.ProtoFile, protodesc.ToFileDescriptorProto(f))
		return true
	})
	plugin, err := protogen.Options{}.New(request)
	if err != nil {
		t.Fatal(err)
	}
	return plugin.FilesByPath[file.Path()].Enums[0].Desc
}

func TestReadEverything(t *testing.T) {
	file := shopFile(t, enumText(
		`connect_code: CONNECT_CODE_FAILED_PRECONDITION http_status: 409
			message: "only {left} of {sku} left" fallback_message: "Not enough left"
			params { name: "left" type: "int64" } params { name: "sku" }
			messages { key: "de" value: "nur {left} übrig" }
			description: "D" resolution: "R" details_example: "{\"left\": 1}" help_url: "https://acme.example/errors#a"
			retry_delay { seconds: 1 nanos: 500000000 } role: ROLE_UNMAPPED
			fallback_for { connect_code: CONNECT_CODE_ABORTED } http_fallback_for { status: 409 when: WHEN_WRONG_TYPE }
			http_fallback_for { class: 4 }
			reasons { name: "PLAIN" }
			reasons { name: "OWN" message: "Own" messages { key: "de" value: "Eigenes" } description: "OD" resolution: "OR"
				connect_code: CONNECT_CODE_ABORTED http_status: 410 retry_delay { seconds: 2 } role: ROLE_UPSTREAM_REJECTED }
			reasons { name: "UNTRANSLATED" message: "Own" }`,
		good))
	values := file.GetEnumType()[0].GetValue()
	values[1].Options.Deprecated = proto.Bool(true)
	values[2].Number = proto.Int32(math.MinInt32)

	short, long := 1500*time.Millisecond, 2*time.Second
	de := map[string]string{"de": "nur {left} übrig"}
	const message = "only {left} of {sku} left"
	want := &catalogue.Catalogue{
		Name: "acme.ShopError", Package: "acme",
		Domain: "acme.example",
		Entries: []*catalogue.Entry{
			{Number: math.MinInt32, Name: "SHOP_ERROR_B", ShortName: "SHOP_ERROR_B", ConnectCode: 13, HTTPStatus: 500, Message: "Broken"},
			{
				Number: 1, Name: "SHOP_ERROR_A", ShortName: "SHOP_ERROR_A", ConnectCode: 9, HTTPStatus: 409,
				Message: message, FallbackMessage: "Not enough left", Messages: de,
				Params:      []catalogue.Param{{Name: "left", Type: "int64"}, {Name: "sku", Type: "string"}},
				Description: "D", Resolution: "R", DetailsExample: `{"left": 1}`, HelpURL: "https://acme.example/errors#a",
				Deprecated: true, RetryDelay: &short, Role: catalogue.RoleUnmapped,
				Fallbacks: []catalogue.Fallback{{ConnectCode: 10, When: catalogue.WhenAny}},
				HTTPFallbacks: []catalogue.HTTPFallback{
					{Status: 409, When: catalogue.WhenWrongType}, {Class: 4, When: catalogue.WhenAny},
				},
				Reasons: []*catalogue.Reason{
					{Name: "PLAIN", ConnectCode: 9, HTTPStatus: 409, Message: message, Messages: de, Resolution: "R", RetryDelay: &short},
					{
						Name: "OWN", ConnectCode: 10, HTTPStatus: 410, Message: "Own", Messages: map[string]string{"de": "Eigenes"},
						Description: "OD", Resolution: "OR", RetryDelay: &long, Role: catalogue.RoleUpstreamRejected,
					},
					{Name: "UNTRANSLATED", ConnectCode: 9, HTTPStatus: 409, Message: "Own", Resolution: "R", RetryDelay: &short},
				},
			},
		},
	}
	for name, enum := range descriptorsOf(t, file) {
		got, err := catalogue.Read(enum)
		if err != nil {
			t.Fatalf("%s: Read() = %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		missing := []catalogue.Role{catalogue.RoleUpstreamUnreachable, catalogue.RoleUpstreamTimedOut}
		if diff := cmp.Diff(missing, got.MissingRoles()); diff != "" {
			t.Errorf("%s: MissingRoles() (-want +got):\n%s", name, diff)
		}
	}
}

// TestReadOptionImport: edition 2024 imports annotations in a way that Go's FileDescriptor has no
// method for.
func TestReadOptionImport(t *testing.T) {
	file := shopFile(t, enumText(good))
	file.Syntax, file.Edition = proto.String("editions"), descriptorpb.Edition_EDITION_2024.Enum()
	file.Dependency, file.OptionDependency = nil, file.GetDependency()
	for name, enum := range descriptorsOf(t, file) {
		if c, err := catalogue.Read(enum); err != nil || len(c.Entries) != 1 {
			t.Errorf("%s: Read() = %v, %v", name, c, err)
		}
	}
}

// rawOption is the wire form of an option with any content.
func rawOption(content []byte) protoreflect.RawFields {
	return protowire.AppendBytes(protowire.AppendTag(nil, 58535, protowire.BytesType), content)
}

func rawEnumOption(content []byte) *descriptorpb.EnumOptions {
	options := new(descriptorpb.EnumOptions)
	options.ProtoReflect().SetUnknown(rawOption(content))
	return options
}

func rawValueOption(content []byte) *descriptorpb.EnumValueOptions {
	options := new(descriptorpb.EnumValueOptions)
	options.ProtoReflect().SetUnknown(rawOption(content))
	return options
}
