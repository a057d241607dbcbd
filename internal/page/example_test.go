// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package page_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/errpact/errpact/internal/openapi"
	"github.com/errpact/errpact/internal/page"
	"github.com/errpact/errpact/mapping"
)

// placed is a catalogue with one entry, SHOP_ERROR_LOST, which has a reason that takes over its message and one
// with another. The option adds to the entry's.
func placed(t *testing.T, message, option string) protoreflect.EnumDescriptor {
	t.Helper()
	file := new(descriptorpb.FileDescriptorProto)
	if err := prototext.Unmarshal(fmt.Appendf(nil, `name: "shop.proto" package: "shop" dependency: "errpact/v1/options.proto"
		enum_type { name: "ShopError" options { [errpact.v1.catalogue] { domain: "shop.example" } }
			value { name: "SHOP_ERROR_LOST" number: 1 options { [errpact.v1.entry] {
				connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 message: %q fallback_message: "It is lost" %s
				reasons { name: "HERE" } reasons { name: "THERE" message: "It is lost there" }
			} } } }`, message, option), file); err != nil {
		t.Fatal(err)
	}
	linked, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	if err != nil {
		t.Fatal(err)
	}
	return linked.Enums().Get(0)
}

// TestExamplesHaveValues: an example is what callers read who get the values of a message, with those of
// details_example if it has them.
func TestExamplesHaveValues(t *testing.T) {
	for _, test := range []struct{ message, option, want, details string }{
		{"Lost", "", "Lost", "null"},
		{"{sku} is lost", `params { name: "sku" }`, "sku-1 is lost", `{"metadata":{"sku":"sku-1"}}`},
		{"{n} are lost", `params { name: "n" type: "int64" }`, "3 are lost", `{"metadata":{"n":"3"}}`},
		{"{n} are lost", `params { name: "n" type: "fixed32" }`, "3 are lost", `{"metadata":{"n":"3"}}`},
		{"{kg} kg are lost", `params { name: "kg" type: "double" }`, "1.5 kg are lost", `{"metadata":{"kg":"1.5"}}`},
		{"lost: {all}", `params { name: "all" type: "bool" }`, "lost: true", `{"metadata":{"all":"true"}}`},
		{"{hash} is lost", `params { name: "hash" type: "bytes" }`, "aGFzaA== is lost", `{"metadata":{"hash":"aGFzaA=="}}`},
		{"{n} of {sku}", `params { name: "n" type: "int32" } params { name: "sku" }`, "3 of sku-1", `{"metadata":{"n":"3","sku":"sku-1"}}`},
		{"{n} of {sku}", `params { name: "n" type: "int32" } params { name: "sku" } details_example: '{"metadata":{"n":"7","sku":"A-7"}}'`,
			"7 of A-7", `{"metadata":{"n":"7","sku":"A-7"}}`},
		{"{n} of {sku}", `params { name: "n" type: "int32" } params { name: "sku" } details_example: '{"n":7,"articles":[]}'`, "7 of sku-1", `{"n":7,"articles":[]}`},
		{"{sku} is lost", `params { name: "sku" } details_example: '["A-7"]'`, "sku-1 is lost", `["A-7"]`},
		{"{sku} is lost", `params { name: "sku" } details_example: '{"metadata":"none"}'`, "sku-1 is lost", `{"metadata":"none"}`},
	} {
		p, err := page.New("Shop", placed(t, test.message, test.option))
		if err != nil {
			t.Fatal(err)
		}
		e := p.Catalogues[0].Entries[0]
		got, err := mapping.ParseEnvelope(e.Envelope)
		if err != nil || got.Message != test.want || compact(t, got.Details) != test.details {
			t.Errorf("%s: envelope = %q %s, %v; want %q %s", test.message, got.Message, got.Details, err, test.want, test.details)
		}
		var connect struct{ Message string }
		if err := json.Unmarshal(e.Connect, &connect); err != nil || connect.Message != test.want {
			t.Errorf("%s: Connect's message = %q, %v; want %q", test.message, connect.Message, err, test.want)
		}
		api, err := openapi.New(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		var document bytes.Buffer
		if err := api.Write(&document); err != nil || !strings.Contains(document.String(), `"error_message": "`+test.want+`"`) {
			t.Errorf("%s: OpenAPI = %s, %v; want an example %q", test.message, &document, err, test.want)
		}
		here, there := e.Reasons[0], e.Reasons[1]
		if got, err := mapping.ParseEnvelope(here.Envelope); err != nil || got.Message != test.want || len(here.Params) != len(e.Params) {
			t.Errorf("%s: envelope of a reason without a message = %q, %v; want %q", test.message, got.Message, err, test.want)
		}
		if got, err := mapping.ParseEnvelope(there.Envelope); err != nil || got.Message != "It is lost there" || len(there.Params) > 0 {
			t.Errorf("%s: envelope of a reason with a message = %q, %v", test.message, got.Message, err)
		}
	}
}

// compact is details without spaces; null for an envelope that has none.
func compact(t *testing.T, text []byte) string {
	t.Helper()
	if len(text) == 0 {
		return "null"
	}
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
