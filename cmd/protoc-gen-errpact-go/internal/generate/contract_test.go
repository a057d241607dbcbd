// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
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
	odd := strings.NewReplacer(`go_prefix: "Last"`, `go_prefix: "a-b"`, "Error.BAD_AMOUNT", "ERROR_CODE_NOT_EXIST").Replace(services)
	_, response = run(t, request(readFile(t, "shop.txtpb"), parseFile(t, odd)))
	if want := `acme.shop.v1.Third: want go_prefix like ^([A-Z][A-Za-z0-9]*)?$, of at most 63 characters, have "a-b"`; response.GetError() != want {
		t.Errorf("Generate() answers %q, want %q", response.GetError(), want)
	}
}

// common has lists that another package's methods take errors from: a set, which its names pass on to, and the list
// of its own package.
const common = `
name: "acme/common/v1/errors.proto" package: "acme.common.v1" syntax: "proto3" options { go_package: "example.com/acme/gen/acme/common/v1;commonv1" }
dependency: "errpact/v1/options.proto"
enum_type { name: "CommonError" options { [errpact.v1.catalogue] { domain: "common.acme.example" errors: "ERROR_CODE_DATABASE"
    sets { name: "lookup" errors: "ERROR_CODE_NOT_EXIST" errors: "@unpacking" errors: "COMMON_ERROR_LOST" }
    sets { name: "unpacking" errors: "errpact.v1.ERROR_CODE_CONTAINER_UNPACKING_FAILED/INVALID_HASH" } } }
  value { name: "COMMON_ERROR_UNSPECIFIED" number: 0 }
  value { name: "COMMON_ERROR_LOST" number: 1001 options { [errpact.v1.entry] { connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 message: "Lost" } } }
}`

// getter is a file with a service that declares one name of a catalogue in common.
func getter(t *testing.T, pkg, goPackage, name string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	return parseFile(t, fmt.Sprintf(`
name: "acme/service.proto" package: %q syntax: "proto3" options { go_package: "example.com/acme/gen/%s" }
dependency: "errpact/v1/options.proto" dependency: "acme/common/v1/errors.proto" dependency: "google/protobuf/duration.proto"
service { name: "Service"
  method { name: "Get" input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration" options { [errpact.v1.rest] { errors: %q } } }
}`, pkg, goPackage, name))
}

// TestImportedListsNameBuiltinErrors: a run may be of one folder or one file, with the built-in catalogue in none.
func TestImportedListsNameBuiltinErrors(t *testing.T) {
	const ofSet = "errpactv1err.NotExist errpactv1err.ContainerUnpackingFailedInvalidHash commonv1err.Lost"
	for _, test := range []struct{ name, pkg, goPackage, errors, want string }{
		{"set of another package", "acme.shop.v1", "acme/shop/v1;shopv1", "@acme.common.v1.lookup", ofSet},
		{"set and list of the package", "acme.common.v1", "acme/common/v1;commonv1", "@lookup",
			strings.ReplaceAll(ofSet, "commonv1err.", "") + " errpactv1err.Database"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := request(parseFile(t, common), getter(t, test.pkg, test.goPackage, test.errors))
			r.FileToGenerate = []string{"acme/service.proto"}
			files, response := run(t, r)
			if response.Error != nil {
				t.Fatal(response.GetError())
			}
			for _, content := range files {
				if diff := cmp.Diff(strings.Fields(test.want), contractCodes(content)); diff != "" {
					t.Errorf("codes (-want +got):\n%s", diff)
				}
			}
			if len(files) != 1 {
				t.Errorf("wrote %d files, want one", len(files))
			}
		})
	}
}

// contractCodes are those of the only contract of a file.
func contractCodes(content string) []string {
	_, list, _ := strings.Cut(content, "mapping.NewContract(")
	return strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",\n\t )", r) })[1:]
}

// ownErrorCode names its enum as the built-in catalogue does.
const ownErrorCode = `
name: "acme/common/v1/errors.proto" package: "acme.common.v1" syntax: "proto3" options { go_package: "example.com/acme/gen/acme/common/v1;commonv1" }
dependency: "errpact/v1/options.proto"
enum_type { name: "ErrorCode" options { [errpact.v1.catalogue] { domain: "common.acme.example" %s } }
  value { name: "ERROR_CODE_UNSPECIFIED" number: 0 }
  value { name: "ERROR_CODE_LOST" number: 1001 options { [errpact.v1.entry] { connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 message: "Lost" reasons { name: "FOR_GOOD" } } } }
}`

// TestAnErrorCodeOfOnesOwnIsNoBuiltinOne, be the built-in catalogue in the request or not.
func TestAnErrorCodeOfOnesOwnIsNoBuiltinOne(t *testing.T) {
	builtin := protodesc.ToFileDescriptorProto(errpactv1.File_errpact_v1_error_code_proto)
	for _, test := range []struct{ name, sets, want string }{
		{"ERROR_CODE_LOST", "", "commonv1err.Lost"},
		{"ERROR_CODE_LOST/FOR_GOOD", "", "commonv1err.LostForGood"},
		{"acme.common.v1.ERROR_CODE_LOST", "", "commonv1err.Lost"},
		{"@all", `sets { name: "all" errors: "ERROR_CODE_LOST" errors: "ERROR_CODE_NOT_EXIST" errors: "errpact.v1.ERROR_CODE_DATABASE" }`,
			"commonv1err.Lost errpactv1err.NotExist errpactv1err.Database"},
	} {
		for _, isImported := range []bool{false, true} {
			service := getter(t, "acme.shop.v1", "acme/shop/v1;shopv1", test.name)
			if isImported {
				service.Dependency = append(service.Dependency, builtin.GetName())
			}
			r := request(builtin, parseFile(t, fmt.Sprintf(ownErrorCode, test.sets)), service)
			r.FileToGenerate = []string{service.GetName()}
			files, response := run(t, r)
			if response.Error != nil || len(files) != 1 {
				t.Errorf("%s: Generate() answers %q and %d files, want one", test.name, response.GetError(), len(files))
			}
			for _, content := range files {
				if diff := cmp.Diff(strings.Fields(test.want), contractCodes(content)); diff != "" {
					t.Errorf("%s: codes (-want +got):\n%s", test.name, diff)
				}
			}
		}
	}
}

// TestBuiltinNames: a list may have each name of the built-in catalogue without an import, and gets the same code.
func TestBuiltinNames(t *testing.T) {
	builtin, err := catalogue.Read(errpactv1.ErrorCode(0).Descriptor())
	if err != nil {
		t.Fatal(err)
	}
	var names, want []string
	for _, e := range builtin.Entries {
		for _, r := range append([]*catalogue.Reason{nil}, e.Reasons...) {
			names = append(names, catalogue.Declared{Entry: e, Reason: r}.Name())
			want = append(want, "errpactv1err."+catalogue.GoNames{}.Reason(e, r))
		}
	}
	service := getter(t, "acme.shop.v1", "acme/shop/v1;shopv1", names[0])
	service.Dependency = []string{"errpact/v1/options.proto", "google/protobuf/duration.proto"}
	list := new(errpactv1.Rest)
	list.Errors = names
	proto.SetExtension(service.GetService()[0].GetMethod()[0].GetOptions(), errpactv1.E_Rest, list)
	for _, r := range []*pluginpb.CodeGeneratorRequest{
		request(service), request(protodesc.ToFileDescriptorProto(errpactv1.File_errpact_v1_error_code_proto), service),
	} {
		r.FileToGenerate = []string{service.GetName()}
		files, response := run(t, r)
		if response.Error != nil || len(files) != 1 {
			t.Errorf("Generate() answers %q and %d files, want one", response.GetError(), len(files))
		}
		for _, content := range files {
			if diff := cmp.Diff(want, contractCodes(content)); diff != "" {
				t.Errorf("codes (-want +got):\n%s", diff)
			}
		}
	}
}

// TestNamesThatOnlyLookBuiltinAreRefused: a name is the built-in catalogue's only if it is there. An own ErrorCode that the
// file does not import is known to the rules of lint, and not to the generator.
func TestNamesThatOnlyLookBuiltinAreRefused(t *testing.T) {
	for _, name := range []string{
		"ERROR_CODE_SOLD_OUT", "errpact.v1.ERROR_CODE_SOLD_OUT", "ERROR_CODE_NOT_EXIST/SOLD_OUT", "ERROR_CODE_LOST",
	} {
		service := getter(t, "acme.shop.v1", "acme/shop/v1;shopv1", name)
		service.Dependency = slices.DeleteFunc(service.Dependency, func(path string) bool { return strings.HasPrefix(path, "acme/") })
		files, response := run(t, request(service))
		want := fmt.Sprintf("acme.shop.v1.Service.Get: want each of errors to be an entry, or ENTRY/REASON, of a known catalogue, have %q", name)
		if got := response.GetError(); !strings.HasPrefix(got, want) || len(files) > 0 {
			t.Errorf("Generate() answers %q and %d files, want %q", got, len(files), want)
		}
	}
}

// TestAnErrorCodeWithABuiltinName: the generator asks for the package, as the rules of lint do.
func TestAnErrorCodeWithABuiltinName(t *testing.T) {
	own := parseFile(t, strings.ReplaceAll(fmt.Sprintf(ownErrorCode, ""), "ERROR_CODE_LOST", "ERROR_CODE_NOT_EXIST"))
	_, response := run(t, request(own, getter(t, "acme.shop.v1", "acme/shop/v1;shopv1", "ERROR_CODE_NOT_EXIST")))
	if got, want := response.GetError(), `acme.shop.v1.Service.Get: want the package before "ERROR_CODE_NOT_EXIST", since acme.common.v1.ErrorCode and errpact.v1.ErrorCode have it: write "acme.common.v1.ERROR_CODE_NOT_EXIST"`; got != want {
		t.Errorf("Generate() answers %q, want %q", got, want)
	}
}

// TestOddNamesAreRefused by the generator, which writes no code that Go cannot read.
func TestOddNamesAreRefused(t *testing.T) {
	for _, name := range []string{
		"", "@", "@@", "@@lookup", "@.", ".", "/", "a/", "ERROR_CODE_", "ERROR_CODE_/A", "ERROR_CODE_A/", "ERROR_CODE_A/B/C", "ERROR_CODE_A-B", "ERROR_CODE_A\n", "errpact.v1.",
		"errpact.v1.errpact.v1.ERROR_CODE_A", "errpact.v1.ERROR_CODE_A/\u00e9", "acme.common.v1.", "@acme.common.v1.",
	} {
		files, response := run(t, request(parseFile(t, common), getter(t, "acme.shop.v1", "acme/shop/v1;shopv1", name)))
		if got := response.GetError(); !strings.HasPrefix(got, "acme.shop.v1.Service.Get: want ") || len(files) > 0 {
			t.Errorf("%q: Generate() answers %q and %d files", name, got, len(files))
		}
	}
	odd := strings.Replace(common, `name: "lookup"`, `name: "@lookup" errors: "@@lookup"`, 1)
	if _, response := run(t, request(parseFile(t, odd), getter(t, "acme.shop.v1", "acme/shop/v1;shopv1", "@@lookup"))); response.Error != nil {
		t.Errorf("Generate() answers %q, want what the set has: Lint says what is wrong with it", response.GetError())
	}
}

// pair has a package with a catalogue and a service that declares errors of the next package.
const pair = `
name: "acme/%[1]s/v1/all.proto" package: "acme.%[1]s.v1" syntax: "proto3" options { go_package: "example.com/acme/gen/acme/%[1]s/v1;%[1]sv1" }
dependency: "errpact/v1/options.proto" dependency: "google/protobuf/duration.proto"
enum_type { name: "Code" options { [errpact.v1.catalogue] { domain: "%[1]s.acme.example" } }
  value { name: "CODE_UNSPECIFIED" number: 0 }
  value { name: "CODE_BAD" number: %[3]d options { [errpact.v1.entry] { connect_code: CONNECT_CODE_NOT_FOUND http_status: 404 message: "No" } } }
}
service { name: "Service"
  method { name: "Get" input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration" options { [errpact.v1.rest] { errors: "acme.%[2]s.v1.CODE_BAD" } } }
}`

// TestPackagesDoNotImportEachOther: what Go refuses is an error of the generator, and not of the compiler.
func TestPackagesDoNotImportEachOther(t *testing.T) {
	three := func(last string) *pluginpb.CodeGeneratorRequest {
		return request(parseFile(t, fmt.Sprintf(pair, "a", "b", 1001)), parseFile(t, fmt.Sprintf(pair, "b", "c", 1002)), parseFile(t, fmt.Sprintf(pair, "c", last, 1003)))
	}
	if _, response := run(t, three("c")); response.Error != nil {
		t.Errorf("three packages in a row: %s", response.GetError())
	}
	for last, want := range map[string]string{
		"b": `acme.b.v1.Service.Get: want no errors of a package that declares errors of this one, have Bad of "example.com/acme/gen/acme/c/v1/cv1err", ` +
			`and Bad of "example.com/acme/gen/acme/b/v1/bv1err" in acme.c.v1.Service.Get`,
		"a": `acme.a.v1.Service.Get: want no errors of a package that declares errors of this one, have Bad of "example.com/acme/gen/acme/b/v1/bv1err", ` +
			`and Bad of "example.com/acme/gen/acme/a/v1/av1err" in acme.c.v1.Service.Get`,
	} {
		if _, response := run(t, three(last)); !strings.Contains(response.GetError(), want) {
			t.Errorf("the last declares errors of %s: Generate() answers %q, want %q", last, response.GetError(), want)
		}
	}
}

// TestAMistakeInACatalogueIsSaidOnce, and not again at every method that declares errors of it.
func TestAMistakeInACatalogueIsSaidOnce(t *testing.T) {
	shop, err := fs.ReadFile(testdata, "shop.txtpb")
	if err != nil {
		t.Fatal(err)
	}
	broken := parseFile(t, strings.Replace(string(shop), "http_status: 409", "http_status: 200", 1))
	_, response := run(t, request(broken, parseFile(t, services)))
	const want = "acme.shop.v1.SHOP_ERROR_OUT_OF_STOCK: want http_status 400 to 599, have 200"
	if got := response.GetError(); got != want {
		t.Errorf("Generate() answers %q", got)
	}
}
