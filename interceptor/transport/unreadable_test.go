// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// orders has the messages of the test below.
const orders = `
name: "orders.proto" syntax: "proto3" package: "orders"
dependency: ["google/protobuf/wrappers.proto", "google/protobuf/any.proto", "google/protobuf/duration.proto", "google/protobuf/struct.proto"]
message_type {
  name: "Order"
  field { name: "max_size" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Int32Value" }
  field { name: "is_flagged" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.BoolValue" }
  field { name: "item_counts" number: 3 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".orders.Order.ItemCountsEntry" }
  field { name: "sub_orders" number: 4 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".orders.Order" }
  field { name: "quota_id" number: 5 label: LABEL_OPTIONAL type: TYPE_UINT32 json_name: "quota" }
  field { name: "min_size" number: 6 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.UInt32Value" }
  field { name: "old_size" number: 7 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.UInt32Value" }
  field { name: "short_titles" number: 8 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".google.protobuf.StringValue" }
  field { name: "raw_blob" number: 9 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.BytesValue" }
  field { name: "by_name" number: 10 label: LABEL_REPEATED type: TYPE_MESSAGE type_name: ".orders.Order.ByNameEntry" }
  field { name: "time_left" number: 11 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" }
  field { name: "more_data" number: 12 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Struct" }
  nested_type {
    name: "ItemCountsEntry" options { map_entry: true }
    field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
    field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_INT64 }
  }
  nested_type {
    name: "ByNameEntry" options { map_entry: true }
    field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
    field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.DoubleValue" }
  }
}
message_type {
  name: "Label"
  field { name: "value" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
  field { name: "seconds" number: 2 label: LABEL_OPTIONAL type: TYPE_INT64 }
  field { name: "time_left" number: 3 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" }
}
message_type {
  name: "Title"
  field { name: "value" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
  field { name: "long_title" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.StringValue" }
}
message_type {
  name: "Parcel"
  field { name: "max_size" number: 1 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Int32Value" }
  field { name: "unit_price" number: 2 label: LABEL_OPTIONAL type: TYPE_INT32 }
  field { name: "any_content" number: 3 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".google.protobuf.Any" }
}
message_type {
  name: "Twins"
  field { name: "net_price" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 json_name: "price" }
  field { name: "other" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".orders.OtherTwin" }
}
message_type {
  name: "OtherTwin"
  field { name: "gross_price" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 json_name: "price" }
  field { name: "tax" number: 2 label: LABEL_OPTIONAL type: TYPE_BOOL json_name: "rate" }
  field { name: "base" number: 3 label: LABEL_OPTIONAL type: TYPE_MESSAGE type_name: ".orders.ThirdTwin" }
}
message_type {
  name: "ThirdTwin"
  field { name: "tax_rate" number: 1 label: LABEL_OPTIONAL type: TYPE_DOUBLE json_name: "rate" }
}`

// TestFieldsThatAreNamedAreTheRequests: protojson names the innermost field, which is one that no caller knows inside a
// wrapper or a map. The answer names the request's own field, or none where several may be meant.
func TestFieldsThatAreNamedAreTheRequests(t *testing.T) {
	described := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(orders), described); err != nil {
		t.Fatal(err)
	}
	file, err := protodesc.NewFile(described, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	wrapper, err := protoregistry.GlobalFiles.FindDescriptorByName("google.protobuf.StringValue")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ message, body, path, json string }{
		{"Order", `{"maxSize":"x"}`, "max_size", "maxSize"},
		{"Order", `{"max_size":99999999999}`, "max_size", "maxSize"},
		{"Order", `{"isFlagged":"yes"}`, "is_flagged", "isFlagged"},
		{"Order", `{"rawBlob":"!"}`, "raw_blob", "rawBlob"},
		{"Order", `{"shortTitles":["a",5]}`, "short_titles", "shortTitles"},
		{"Order", `{"itemCounts":{"a":"x"}}`, "item_counts", "itemCounts"},
		{"Order", `{"byName":{"a":"x"}}`, "by_name", "byName"},
		{"Order", `{"subOrders":[{},{"subOrders":[{"maxSize":"x"}]}]}`, "max_size", "maxSize"},
		{"Order", `{"quota":"x"}`, "quota_id", "quota"},
		{"Order", `{"minSize":-1}`, "", ""}, // or old_size
		{"Order", `{"timeLeft":"soon"}`, "", ""},
		{"Order", `{"moreData":5}`, "", ""},
		{"Label", `{"value":5}`, "value", "value"},
		{"Label", `{"seconds":"x"}`, "seconds", "seconds"},
		{"Title", `{"value":5}`, "", ""}, // or long_title
		{"Title", `{"longTitle":5}`, "", ""},
		{"Parcel", `{"unitPrice":"x"}`, "unit_price", "unitPrice"},
		{"Parcel", `{"maxSize":"x"}`, "", ""}, // or anything within the Any
		{"Parcel", `{"anyContent":{"@type":"type.googleapis.com/google.protobuf.Int32Value","value":"x"}}`, "", ""},
		{"Twins", `{"price":"x"}`, "", ""}, // or gross_price
		{"Twins", `{"other":{"rate":5}}`, "tax", "rate"},
		{"Twins", `{"other":{"base":{"rate":"x"}}}`, "tax_rate", "rate"},
		{"", `5`, "", ""},                  // the request is a wrapper
		{"nil", `{"maxSize":"x"}`, "", ""}, // a method whose schema is not known
		{"nil", `{"quota":"x"}`, "", ""},
	} {
		message, _ := wrapper.(protoreflect.MessageDescriptor)
		if c.message != "" {
			message = file.Messages().ByName(protoreflect.Name(c.message))
		}
		known := message
		if c.message == "nil" {
			message = file.Messages().ByName("Order")
		}
		err := protojson.Unmarshal([]byte(c.body), dynamicpb.NewMessage(message))
		if err == nil {
			t.Errorf("%s decodes as %s", c.body, c.message)
			continue
		}
		e := transport.StreamError{Code: mapping.ConnectCode(connect.CodeInvalidArgument), Message: "unmarshal message: " + err.Error(), Input: known}
		var got mapping.Field
		if fields := e.Receive().Fields; len(fields) > 0 {
			got = fields[0]
		}
		if got.Path != c.path || got.JSONPath != c.json || (got.Reason == "") != (c.path == "") {
			t.Errorf("%s %s: the field is %+v, want %q and %q, of %v", c.message, c.body, got, c.path, c.json, err)
		}
	}
}
