// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// enumFile is a file of proto package acme with enums of the given values, each "NAME" or
// "NAME/REASON". Enum n is on line 10n, its values on the lines after that.
func enumFile(t *testing.T, name string, enums map[string][]string, order ...string) *descriptorpb.FileDescriptorProto {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `syntax: "proto3" name: %q package: "acme" dependency: "errpact/v1/options.proto"
		options { go_package: "example.com/acme;acme" } source_code_info {`, name)
	for n, enum := range order {
		fmt.Fprintf(&b, ` location { path: [5, %d] span: [%d, 0, 9] }`, n, 10*n+9)
		for i := range enums[enum] {
			fmt.Fprintf(&b, ` location { path: [5, %d, 2, %d] span: [%d, 0, 9] }`, n, i, 10*n+10+i)
		}
	}
	b.WriteString("}")
	for _, enum := range order {
		fmt.Fprintf(&b, ` enum_type { name: %q options { [errpact.v1.catalogue] { domain: "acme.example" } }`, enum)
		for i, value := range enums[enum] {
			value, reason, _ := strings.Cut(value, "/")
			if reason != "" {
				reason = fmt.Sprintf("reasons { name: %q }", reason)
			}
			fmt.Fprintf(&b, ` value { name: %q number: %d options { [errpact.v1.entry] { connect_code: 2 http_status: 500 message: "M" %s } } }`,
				value, i, reason)
		}
		b.WriteString("}")
	}
	return parseFile(t, b.String())
}

var variable = regexp.MustCompile(`(?m)^\s*(?:var )?(\w+) += `)

func variables(content string) []string {
	var names []string
	for _, match := range variable.FindAllStringSubmatch(content, -1) {
		names = append(names, match[1])
	}
	return names
}

func TestNamesAcrossFiles(t *testing.T) {
	first := enumFile(t, "b.proto", map[string][]string{"ShopError": {"SHOP_ERROR_A/REA"}}, "ShopError")
	second := enumFile(t, "a.proto", map[string][]string{
		"FirstError": {"FIRST_ERROR_A", "FIRST_ERROR_B_2C"}, "Other_Error": {"other_a", "OtherB", "_X", "_9"},
	}, "FirstError", "Other_Error")
	// The request's order is that of imports, and has no say.
	second.Dependency = append(second.Dependency, first.GetName())
	files, response := run(t, request(first, second))
	if response.Error != nil {
		t.Fatal(response.GetError())
	}
	want := map[string][]string{
		"acmeerr/a.errpact.go": {"Catalogue", "A", "B2c", "OtherErrorCatalogue", "OtherErrorOtherA", "OtherErrorOtherB", "OtherErrorX", "OtherErrorX9"},
		"acmeerr/b.errpact.go": {"ShopErrorCatalogue", "ShopErrorA", "ShopErrorARea"},
	}
	got := make(map[string][]string)
	for name, content := range files {
		got[name] = variables(content)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}

	// A file that is only imported keeps its place, so that names do not depend on the request.
	r := request(first, second)
	r.FileToGenerate = []string{"a.proto", "b.proto"}[1:]
	r.ProtoFile[len(r.ProtoFile)-1].Dependency = r.ProtoFile[len(r.ProtoFile)-1].GetDependency()[:1]
	first.Dependency = append(first.Dependency, second.GetName())
	r.ProtoFile[len(r.ProtoFile)-2], r.ProtoFile[len(r.ProtoFile)-1] = second, first
	files, response = run(t, r)
	if response.Error != nil {
		t.Fatal(response.GetError())
	}
	if diff := cmp.Diff(want["acmeerr/b.errpact.go"], variables(files["acmeerr/b.errpact.go"])); diff != "" {
		t.Errorf("names of b.proto alone (-want +got):\n%s", diff)
	}
}

func TestPackagesDoNotShareNames(t *testing.T) {
	first := enumFile(t, "a.proto", map[string][]string{"ShopError": {"SHOP_ERROR_A"}}, "ShopError")
	second := enumFile(t, "b.proto", map[string][]string{"ShopError": {"SHOP_ERROR_A"}}, "ShopError")
	second.Package, second.Options.GoPackage = proto.String("other"), proto.String("example.com/other;other")
	files, response := run(t, request(first, second))
	if response.Error != nil {
		t.Fatal(response.GetError())
	}
	for _, name := range []string{"acmeerr/a.errpact.go", "othererr/b.errpact.go"} {
		if diff := cmp.Diff([]string{"Catalogue", "A"}, variables(files[name])); diff != "" {
			t.Errorf("names of %s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMistakesAreReportedAndNothingEmitted(t *testing.T) {
	collisions := enumFile(t, "a.proto", map[string][]string{
		"ShopError": {"SHOP_ERROR_CATALOGUE", "SHOP_ERROR_AUTH/INVALID", "SHOP_ERROR_AUTH_INVALID", "SHOP_ERROR_PAY_ERROR_CATALOGUE"},
		"PayError":  {"PAY_ERROR_A"},
	}, "ShopError", "PayError")
	broken := enumFile(t, "b.proto", map[string][]string{"CardError": {"CARD_ERROR_A/bad"}}, "CardError")
	files, response := run(t, request(collisions, broken))
	if len(files) > 0 {
		t.Errorf("wrote %v", files)
	}
	want := []string{
		`a.proto:11: acme.SHOP_ERROR_CATALOGUE: want the Go name acmeerr.Catalogue once, have it for a.proto:10: acme.ShopError too`,
		`a.proto:13: acme.SHOP_ERROR_AUTH_INVALID: want the Go name acmeerr.AuthInvalid once, have it for a.proto:12: acme.SHOP_ERROR_AUTH: reason "INVALID" too`,
		`a.proto:20: acme.PayError: want the Go name acmeerr.PayErrorCatalogue once, have it for a.proto:14: acme.SHOP_ERROR_PAY_ERROR_CATALOGUE too`,
		`b.proto:11: acme.CARD_ERROR_A: reason "bad": want a name like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "bad"`,
	}
	if diff := cmp.Diff(want, strings.Split(response.GetError(), "\n")); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}
