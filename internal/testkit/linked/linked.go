// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package linked links catalogues into a test program, as generated code does: a client that was not given
// them knows them all the same.
package linked

import (
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	_ "github.com/errpact/errpact/gen/errpact/v1" // the options
	"github.com/errpact/errpact/mapping"
)

// The enums, by their full names. The twins share their domain and their number. Broken has the option and a
// mistake, and Plain is no catalogue.
const (
	Stock  = "errpact.linked.v1.StockError"
	Twin   = "errpact.linked.v1.TwinError"
	Other  = "errpact.linked.v1.OtherError"
	Broken = "errpact.linked.v1.BrokenError"
	Plain  = "errpact.linked.v1.PlainError"
)

// The domains of Stock and of the twins.
const (
	StockDomain = "stock.errpact.example"
	TwinDomain  = "twin.errpact.example"
)

const file = `
name: "errpact/linked/v1/linked.proto" package: "errpact.linked.v1" syntax: "proto3" dependency: "errpact/v1/options.proto"
enum_type { name: "StockError" options { [errpact.v1.catalogue] { domain: "stock.errpact.example" } }
  value { name: "STOCK_ERROR_UNSPECIFIED" number: 0 }
  value { name: "STOCK_ERROR_SOLD_OUT" number: 70001 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_FAILED_PRECONDITION http_status: 409 message: "Sold out"
    reasons { name: "LAST_ONE" message: "The last one is sold" } retry_delay { seconds: 9 } } } }
  value { name: "STOCK_ERROR_CLOSED" number: 70002 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_UNAUTHENTICATED http_status: 401 message: "Closed" } } }
  value { name: "STOCK_ERROR_LATE" number: 70003 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_CANCELED http_status: 410 message: "Late" } } }
}
enum_type { name: "TwinError" options { [errpact.v1.catalogue] { domain: "twin.errpact.example" } }
  value { name: "TWIN_ERROR_UNSPECIFIED" number: 0 }
  value { name: "TWIN_ERROR_SHARED" number: 70100 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 message: "Of the twin" } } }
}
enum_type { name: "OtherError" options { [errpact.v1.catalogue] { domain: "twin.errpact.example" } }
  value { name: "OTHER_ERROR_UNSPECIFIED" number: 0 }
  value { name: "OTHER_ERROR_SHARED" number: 70100 options { [errpact.v1.entry] {
    connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 message: "Of the other twin" } } }
}
enum_type { name: "BrokenError" options { [errpact.v1.catalogue] { domain: "broken.errpact.example" } }
  value { name: "BROKEN_ERROR_UNSPECIFIED" number: 0 }
  value { name: "BROKEN_ERROR_ODD" number: 70200 options { [errpact.v1.entry] { http_status: 200 } } }
}
enum_type { name: "PlainError" value { name: "PLAIN_ERROR_UNSPECIFIED" number: 0 } }
`

// enums has those of the file, by their full names.
var enums = link()

// Catalogue is that of Stock, as generated code has it. The codes are its entries, and a reason.
var (
	Catalogue = Of(Stock)
	SoldOut   = Catalogue.Code(70001)
	LastOne   = SoldOut.WithReason("LAST_ONE")
	Closed    = Catalogue.Code(70002)
	Late      = Catalogue.Code(70003)
)

// Of returns the catalogue of one of the enums.
func Of(name protoreflect.FullName) *mapping.Catalogue {
	return mapping.LazyCatalogue(func() protoreflect.EnumDescriptor { return enums[name] })
}

// link registers the enums. A mistake is one of the tests', and ends the program.
func link() map[protoreflect.FullName]protoreflect.EnumDescriptor {
	described := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal([]byte(file), described); err != nil {
		panic(err)
	}
	made, err := protodesc.NewFile(described, protoregistry.GlobalFiles)
	if err != nil {
		panic(err)
	}
	all := make(map[protoreflect.FullName]protoreflect.EnumDescriptor)
	for i := range made.Enums().Len() {
		enum := made.Enums().Get(i)
		if err := protoregistry.GlobalTypes.RegisterEnum(dynamicpb.NewEnumType(enum)); err != nil {
			panic(err)
		}
		all[enum.FullName()] = enum
	}
	return all
}
