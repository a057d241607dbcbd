// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/page"
)

// get and more are fields of a google.api.HttpRule.
const (
	annotation protowire.Number = 72295728
	get        protowire.Number = 2
	more       protowire.Number = 11
)

// TestOpenAPIPaths: templates become paths that OpenAPI takes, each binding is an operation, and no two
// have one id, whatever package they are of.
func TestOpenAPIPaths(t *testing.T) {
	p, err := page.New("Shelves", errpactv1.ErrorCode(0).Descriptor())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := p.OpenAPI(&out, []protoreflect.FileDescriptor{
		service(t, "a.v1", "/v1/{name=shelves/*}:open", "/v1/{name=shelves/*/books/**}", "/v1/{shelf.id}/all"),
		service(t, "a.v2", "/v2/{shelf}"),
	}); err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			ID         string `json:"operationId"`
			Parameters []struct{ Name string }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	got := make(map[string][]string)
	for path, operations := range document.Paths {
		got[path] = []string{operations["get"].ID}
		for _, parameter := range operations["get"].Parameters {
			got[path] = append(got[path], parameter.Name)
		}
	}
	want := map[string][]string{
		"/v1/shelves/{name}:open":           {"a.v1.Shelves.Get", "name"},
		"/v1/shelves/{name}/books/{name_2}": {"a.v1.Shelves.Get.2", "name", "name_2"},
		"/v1/{shelf.id}/all":                {"a.v1.Shelves.Get.3", "shelf.id"},
		"/v2/{shelf}":                       {"a.v2.Shelves.Get", "shelf"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

// service has one method, with bindings to templates.
func service(t *testing.T, name, template string, others ...string) protoreflect.FileDescriptor {
	t.Helper()
	rule := field(nil, get, []byte(template))
	for _, other := range others {
		rule = field(rule, more, field(nil, get, []byte(other)))
	}
	options := new(descriptorpb.MethodOptions)
	proto.SetExtension(options, errpactv1.E_Rest, &errpactv1.Rest{Errors: []string{"ERROR_CODE_NOT_EXIST"}})
	options.ProtoReflect().SetUnknown(field(nil, annotation, rule))
	empty := proto.String("." + name + ".Empty")
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String(name + ".proto"), Package: proto.String(name), Syntax: proto.String("proto3"),
		Dependency:  []string{errpactv1.File_errpact_v1_options_proto.Path()},
		MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Empty")}},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name:   proto.String("Shelves"),
			Method: []*descriptorpb.MethodDescriptorProto{{Name: proto.String("Get"), InputType: empty, OutputType: empty, Options: options}},
		}},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func field(b []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), value)
}
