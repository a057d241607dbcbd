// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package validation_test sends requests that connectrpc.com/validate refuses, to real servers that have
// errpact outside it.
package validation_test

import (
	"errors"
	"testing"

	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate" // the options that the schema has
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/anypb" // what the schema imports, as are the next two
	_ "google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
)

// schema is a service with a method of each kind, and rules of each kind. It is made when the tests run, so
// that buf/validate/validate.proto need not be here for what generates code.
const schema = `
name: "acme/order/v1/order_service.proto" package: "acme.order.v1" syntax: "proto3"
dependency: ["buf/validate/validate.proto", "google/protobuf/any.proto", "google/protobuf/empty.proto"]
message_type {
  name: "Order"
  field { name: "id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL options { [buf.validate.field] { string { uuid: true } } } }
  field { name: "buyer" number: 2 type: TYPE_MESSAGE type_name: ".acme.order.v1.Buyer" label: LABEL_OPTIONAL options { [buf.validate.field] { required: true } } }
  field { name: "items" number: 3 type: TYPE_MESSAGE type_name: ".acme.order.v1.Item" label: LABEL_REPEATED options { [buf.validate.field] { repeated { min_items: 1 } } } }
  field { name: "labels" number: 4 type: TYPE_MESSAGE type_name: ".acme.order.v1.Order.LabelsEntry" label: LABEL_REPEATED
    options { [buf.validate.field] { map { keys { string { max_len: 3 } } values { int64 { gt: 0 } } } } } }
  field { name: "weight" number: 5 type: TYPE_DOUBLE label: LABEL_OPTIONAL options { [buf.validate.field] { double { finite: true } } } }
  field { name: "speed" number: 6 type: TYPE_ENUM type_name: ".acme.order.v1.Speed" label: LABEL_OPTIONAL options { [buf.validate.field] { enum { defined_only: true } } } }
  field { name: "attachment" number: 7 type: TYPE_MESSAGE type_name: ".google.protobuf.Any" label: LABEL_OPTIONAL
    options { [buf.validate.field] { any { in: "type.googleapis.com/google.protobuf.StringValue" } } } }
  field { name: "card" number: 8 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
  field { name: "invoice" number: 9 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
  field { name: "street" number: 10 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "locker" number: 11 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "gift_note" number: 12 type: TYPE_STRING label: LABEL_OPTIONAL options { [buf.validate.field] { cel_expression: "size(this) < 10" } } }
  field { name: "drop_off" json_name: "door" number: 13 type: TYPE_STRING label: LABEL_OPTIONAL options { [buf.validate.field] { string { max_len: 3 } } } }
  field { name: "parcels" number: 14 type: TYPE_INT32 label: LABEL_OPTIONAL options { [buf.validate.field] { cel { expression: "this <= 10" message: "too many" } } } }
  field { name: "pallets" number: 15 type: TYPE_INT32 label: LABEL_OPTIONAL options { [buf.validate.field] { cel { expression: "this <= 10 ? '' : 'more than ten'" } } } }
  field { name: "tags" number: 16 type: TYPE_STRING label: LABEL_REPEATED options { [buf.validate.field] { repeated { items { cel { expression: "this != 'x'" message: "is reserved" } } } } } }
  oneof_decl { name: "payment" options { [buf.validate.oneof] { required: true } } }
  nested_type {
    name: "LabelsEntry" options { map_entry: true }
    field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "value" number: 2 type: TYPE_INT64 label: LABEL_OPTIONAL }
  }
  options {
    [buf.validate.message] {
      cel { id: "order.heavy_and_fast" message: "what is heavy is not fast" expression: "!(this.weight > 100.0 && this.speed == 1)" }
      cel { message: "a locker takes three parcels" expression: "!(this.locker != '' && this.parcels > 3)" }
      oneof { fields: ["street", "locker"] }
    }
  }
}
message_type { name: "Buyer" field { name: "email" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL options { [buf.validate.field] { string { email: true } } } } }
message_type { name: "Item" field { name: "name" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL options { [buf.validate.field] { string { min_len: 1 } } } } }
enum_type { name: "Speed" value { name: "SPEED_UNSPECIFIED" number: 0 } value { name: "SPEED_FAST" number: 1 } }
service {
  name: "OrderService"
  method { name: "Unary" input_type: ".acme.order.v1.Order" output_type: ".google.protobuf.Empty" }
  method { name: "ClientStream" input_type: ".acme.order.v1.Order" output_type: ".google.protobuf.Empty" client_streaming: true }
  method { name: "ServerStream" input_type: ".acme.order.v1.Order" output_type: ".google.protobuf.Empty" server_streaming: true }
  method { name: "BidiStream" input_type: ".acme.order.v1.Order" output_type: ".google.protobuf.Empty" client_streaming: true server_streaming: true }
}`

// The methods of the service, by the kind of their streams.
const (
	unary        = "Unary"
	clientStream = "ClientStream"
	serverStream = "ServerStream"
	bidiStream   = "BidiStream"
)

var kinds = []string{unary, clientStream, serverStream, bidiStream}

var orders = func() protoreflect.FileDescriptor {
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(schema), file); err != nil {
		panic(err)
	}
	descriptor, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		panic(err)
	}
	return descriptor
}()

func service() protoreflect.ServiceDescriptor { return orders.Services().ByName("OrderService") }

func procedure(kind string) string { return "/" + string(service().FullName()) + "/" + kind }

func newMessage() *dynamicpb.Message { return dynamicpb.NewMessage(orders.Messages().ByName("Order")) }

// valid is an order that violates nothing.
const valid = `id: "5a2b1c3d-0000-4000-8000-00000000000a" buyer { email: "buyer@acme.example" } items { name: "pen" } card: "4711"`

// newOrder is the valid order without some fields, and with what a case merges into it.
func newOrder(t testing.TB, without []protoreflect.Name, text string) *dynamicpb.Message {
	t.Helper()
	order, part := newMessage(), newMessage()
	if err := errors.Join(prototext.Unmarshal([]byte(valid), order), prototext.Unmarshal([]byte(text), part)); err != nil {
		t.Fatal(err)
	}
	for _, name := range without {
		order.Clear(order.Descriptor().Fields().ByName(name))
	}
	proto.Merge(order, part)
	return order
}
