// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
)

// sharedFolder is where the TypeScript plugin finds the requests, and the names that it must give, too.
const sharedFolder = "../../../../es/packages/protoc-gen-errpact-es/testdata"

// contractName is the variable of a contract, which is not a code.
var contractName = regexp.MustCompile(`(?m)^var (\w+) = mapping\.NewContract\(`)

// sharedNames are the Go names of one file's codes and contracts, in their order.
type sharedNames struct {
	Codes     []string `json:"codes"`
	Contracts []string `json:"contracts"`
}

// TestNamesAreThoseOfTypeScript writes requests and names with -update; the tests of protoc-gen-errpact-es read them.
func TestNamesAreThoseOfTypeScript(t *testing.T) {
	for name, files := range map[string][]*descriptorpb.FileDescriptorProto{
		"builtin": {protodesc.ToFileDescriptorProto(errpactv1.File_errpact_v1_error_code_proto)},
		"shop":    {readFile(t, "shop.txtpb"), parseFile(t, strings.Replace(services, "Error.BAD_AMOUNT", "acme.shop.v1.Order.Line.BAD_AMOUNT", 1))},
		"params":  {readFile(t, "params.txtpb")},
		"names": {
			enumFile(t, "a.proto", map[string][]string{
				"FirstError": {"FIRST_ERROR_ALPHA", "FIRST_ERROR_B_2C", "FIRST_ERROR_2FA", "FIRST_ERROR_IO", "FIRST_ERROR_ERROR/CODE", "FIRST_ERROR_CODE", "FIRSTERROR_LATE"},
				"Pay_2b":     {"other_a", "OtherB", "_X", "_9"}, "pay_error": {"TOKEN_LOST"},
			}, "FirstError", "Pay_2b", "pay_error"),
			enumFile(t, "b.proto", map[string][]string{"ShopError": {"SHOP_ERROR_ALPHA/REA"}}, "ShopError"),
		},
		"sets":     {parseFile(t, common), getter(t, "acme.shop.v1", "acme/shop/v1;shopv1", "@acme.common.v1.lookup")},
		"services": {beside(t, "shop.proto", "ShopError", "ShopService"), beside(t, "shop-admin.proto", "AdminError", "AdminService")},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(files...)
			r.Parameter = proto.String("paths=source_relative")
			generated, response := run(t, r)
			if response.Error != nil {
				t.Fatal(response.GetError())
			}
			names := make(map[string]*sharedNames)
			for _, file := range files {
				names[file.GetName()] = new(sharedNames)
			}
			for path, content := range generated {
				of := names[sourceOf(content)]
				for _, match := range contractName.FindAllStringSubmatch(content, -1) {
					of.Contracts = append(of.Contracts, match[1])
				}
				for _, name := range variables(contractName.ReplaceAllString(content, "")) {
					if !strings.HasSuffix(name, "Catalogue") {
						of.Codes = append(of.Codes, name)
					}
				}
				if len(of.Codes)+len(of.Contracts) == 0 {
					t.Errorf("no names in %s", path)
				}
			}
			r.Parameter = nil
			raw, err := (proto.MarshalOptions{Deterministic: true}).Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.MarshalIndent(names, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			compareShared(t, name+".binpb", raw)
			compareShared(t, name+".json", append(text, '\n'))
		})
	}
}

// beside has an enum and a service of package acme. Which come first is decided by the paths with their extension:
// "shop-admin.proto" is before "shop.proto", and "shop" before "shop-admin".
func beside(t *testing.T, path, enum, service string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	value := strings.ToUpper(strings.TrimSuffix(enum, "Error")) + "_ERROR_LOST"
	file := enumFile(t, path, map[string][]string{enum: {value}}, enum)
	file.Dependency = append(file.Dependency, "google/protobuf/duration.proto")
	file.Service = parseFile(t, fmt.Sprintf(`service { name: %q
		method { name: "Get" input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration" options { [errpact.v1.rest] { errors: %q } } } }`,
		service, value)).GetService()
	return file
}

var source = regexp.MustCompile(`(?m)^// Source: (.*)$`)

func sourceOf(content string) string { return source.FindStringSubmatch(content)[1] }

func compareShared(t *testing.T, name string, want []byte) {
	t.Helper()
	path := filepath.Join(filepath.FromSlash(sharedFolder), name)
	if *update {
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the Go plugin has: run go test ./cmd/protoc-gen-errpact-go/... -update", path)
	}
}
