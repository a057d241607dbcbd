// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"net/http"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/gateway"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// books is a team's own catalogue, as if it were read from a file: 1001 is "Lent", of HTTP 423.
func books(t *testing.T) *mapping.Catalogue {
	t.Helper()
	enum := &descriptorpb.EnumDescriptorProto{Name: proto.String("Books"), Options: new(descriptorpb.EnumOptions)}
	proto.SetExtension(enum.Options, errpactv1.E_Catalogue, &errpactv1.Catalogue{Domain: "books.example"})
	lent := &descriptorpb.EnumValueDescriptorProto{Name: proto.String("BOOKS_LENT"), Number: proto.Int32(1001), Options: new(descriptorpb.EnumValueOptions)}
	proto.SetExtension(lent.Options, errpactv1.E_Entry, &errpactv1.Entry{
		ConnectCode: errpactv1.ConnectCode_CONNECT_CODE_FAILED_PRECONDITION, HttpStatus: 423, Message: "Lent", Description: "Of a test.",
	})
	enum.Value = []*descriptorpb.EnumValueDescriptorProto{{Name: proto.String("BOOKS_UNSPECIFIED"), Number: proto.Int32(0)}, lent}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("books.proto"), Package: proto.String("books.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"errpact/v1/options.proto"}, EnumType: []*descriptorpb.EnumDescriptorProto{enum},
	}, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := mapping.NewCatalogue(file.Enums().Get(0))
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

// The policy is the Handler's where there is one: the hooks need not be told of it again.
func TestCatalogueOfOnesOwn(t *testing.T) {
	catalogue := books(t)
	policy := newPolicy(t, nil, mapping.WithCatalogues(errpactv1err.Catalogue, catalogue))
	conn, _ := shelf{errs: map[string]error{"lent": sent(catalogue.Code(1001).New("Lent until Monday"))}}.dial(t)
	known := envelope(1001, "Lent until Monday", none)
	for name, c := range map[string]struct {
		handler http.Handler
		status  int
	}{
		"known to the hooks":                {over(t, conn, gateway.Options(gateway.WithPolicy(policy))...), 423},
		"known to the Handler":              {rest.Handler(over(t, conn, gateway.Options()...), rest.WithPolicy(policy)), 423},
		"unknown: the number is as it came": {over(t, conn, quiet(t)...), 400},
	} {
		t.Run(name, func(t *testing.T) {
			send(t, serve(t, c.handler), http.MethodGet, "/v1/books/7?fail=lent", "").wantError(t, c.status, known)
		})
	}
}
