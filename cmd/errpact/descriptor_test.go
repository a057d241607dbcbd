// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
)

// shop is a file with a catalogue, a message for details and a service; %s in a real one.
const shop = `
name: "acme/shop.proto" package: "acme.shop.v1" syntax: "proto3" dependency: "errpact/v1/options.proto"
message_type { name: "Stock" field { name: "left" number: 1 type: TYPE_INT32 label: LABEL_OPTIONAL } }
enum_type {
  name: "ShopError" options { [errpact.v1.catalogue] { domain: "shop.acme.example" } }
  value { name: "SHOP_ERROR_UNSPECIFIED" number: 0 }
  value { name: "SHOP_ERROR_OUT_OF_STOCK" number: 1001 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_FAILED_PRECONDITION http_status: 409 message: "Out of stock <now> & here"
    description: "The article cannot be sold now." resolution: "Wait for the next delivery."
    help_url: "https://acme.example/stock" retry_delay { seconds: 60 } messages { key: "de" value: "Ausverkauft" }
    fault: FAULT_SERVER owner: "stock_team <x>"
    reasons { name: "LAST_ONE" message: "The last one is gone" description: "Somebody was faster." retry: RETRY_NEVER }
  } } }
  value { name: "SHOP_ERROR_NO_CARD" number: 1002 options { deprecated: true [errpact.v1.entry] {
    connect_code: CONNECT_CODE_FAILED_PRECONDITION http_status: 409 message: "No card"
    description: "The customer has no card."
  } } }
}
service { name: "ShopService" method { name: "Buy" input_type: ".acme.shop.v1.Stock" output_type: ".acme.shop.v1.Stock"
  options { [errpact.v1.rest] { success_status: 201
    errors: "SHOP_ERROR_OUT_OF_STOCK" errors: "SHOP_ERROR_NO_CARD" errors: "SHOP_ERROR_OUT_OF_STOCK/LAST_ONE" } } } }
`

// descriptorSet writes a file of protos, in text form, with its imports and others, as buf and protoc do.
func descriptorSet(t *testing.T, text string, others ...protoreflect.FileDescriptor) string {
	t.Helper()
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(text), file); err != nil {
		t.Fatal(err)
	}
	set := new(descriptorpb.FileDescriptorSet)
	options := errpactv1.File_errpact_v1_options_proto
	for _, d := range append([]protoreflect.FileDescriptor{
		options.Imports().Get(0).FileDescriptor, options.Imports().Get(1).FileDescriptor, options,
	}, others...) {
		set.File = append(set.File, protodesc.ToFileDescriptorProto(d))
	}
	set.File = append(set.File, file)
	raw, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "image.binpb")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
