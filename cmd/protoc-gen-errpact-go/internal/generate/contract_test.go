// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const services = `
name: "acme/shop/v1/service.proto" package: "acme.shop.v1" syntax: "proto3" options { go_package: "example.com/acme/gen/acme/shop/v1;shopv1" }
dependency: "errpact/v1/options.proto" dependency: "acme/shop/v1/errors.proto" dependency: "google/protobuf/duration.proto"
service { name: "ShopService" options { [errpact.v1.service] { errors: "ERROR_CODE_NOT_EXIST" } }
  method { name: "Buy" input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration"
    options { [errpact.v1.rest] { errors: "SHOP_ERROR_OUT_OF_STOCK" errors: "errpact.v1.ERROR_CODE_CONTAINER_UNPACKING_FAILED/INVALID_HASH" } } }
}
service { name: "StockService"
  method { name: "Buy" input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration" options { [errpact.v1.rest] { errors_none: true } } }
  method { name: "Count" input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration" }
}
service { name: "Third" options { [errpact.v1.service] { go_prefix: "Last" } }
  method { name: "Buy" input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration" options { [errpact.v1.rest] { errors: "Error.BAD_AMOUNT" } } }
}`

// TestContracts: a contract for each method that declares something, in files of their own where the services are.
func TestContracts(t *testing.T) {
	const want = "acme/shop/v1/shopv1err/service.errpact.go"
	files, response := run(t, request(readFile(t, "shop.txtpb"), parseFile(t, strings.Replace(services, "Error.BAD_AMOUNT", "acme.shop.v1.Order.Line.BAD_AMOUNT", 1))))
	if response.Error != nil {
		t.Fatal(response.GetError())
	}
	got, ok := files[want]
	if !ok || len(files) != 2 {
		t.Fatalf("Generate() wrote %v, want %q too", response.GetFile(), want)
	}
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", "service.golden"), []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := fs.ReadFile(testdata, "service.golden")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(golden), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", want, diff)
	}
}

func TestContractsRefuseWhatIsNotKnown(t *testing.T) {
	_, response := run(t, request(readFile(t, "shop.txtpb"), parseFile(t, services)))
	if !strings.Contains(response.GetError(), `acme.shop.v1.Third.Buy: want each of errors to be an entry, or ENTRY/REASON, of a known catalogue, have "Error.BAD_AMOUNT"`) {
		t.Errorf("Generate() answers %q", response.GetError())
	}
	taken := strings.Replace(services, `go_prefix: "Last"`, `go_prefix: ""`, 1)
	_, response = run(t, request(readFile(t, "shop.txtpb"), parseFile(t, taken)))
	if !strings.Contains(response.GetError(), `want the Go name BuyErrors once, have it for acme.shop.v1.ShopService.Buy too`) {
		t.Errorf("Generate() answers %q", response.GetError())
	}
}
