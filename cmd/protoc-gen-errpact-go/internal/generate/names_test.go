// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package generate_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
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
	first := enumFile(t, "b.proto", map[string][]string{"ShopError": {"SHOP_ERROR_ALPHA/REA"}}, "ShopError")
	second := enumFile(t, "a.proto", map[string][]string{
		"FirstError": {"FIRST_ERROR_ALPHA", "FIRST_ERROR_B_2C", "FIRST_ERROR_2FA", "FIRST_ERROR_IO"}, "Other_Error": {"other_a", "OtherB", "_X", "_9"},
	}, "FirstError", "Other_Error")
	// The request's order is that of imports, and names do not depend on it.
	second.Dependency = append(second.Dependency, first.GetName())
	files, response := run(t, request(first, second))
	if response.Error != nil {
		t.Fatal(response.GetError())
	}
	want := map[string][]string{
		"acmeerr/a.errpact.go": {"Catalogue", "Alpha", "B2c", "FirstError2fa", "FirstErrorIo", "OtherErrorCatalogue", "OtherErrorOtherA", "OtherErrorOtherB", "OtherErrorX", "OtherErrorX9"},
		"acmeerr/b.errpact.go": {"ShopErrorCatalogue", "ShopErrorAlpha", "ShopErrorAlphaRea"},
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
	first := enumFile(t, "a.proto", map[string][]string{"ShopError": {"SHOP_ERROR_ALPHA"}}, "ShopError")
	second := enumFile(t, "b.proto", map[string][]string{"ShopError": {"SHOP_ERROR_ALPHA"}}, "ShopError")
	second.Package, second.Options.GoPackage = proto.String("other"), proto.String("example.com/other;other")
	files, response := run(t, request(first, second))
	if response.Error != nil {
		t.Fatal(response.GetError())
	}
	for _, name := range []string{"acmeerr/a.errpact.go", "othererr/b.errpact.go"} {
		if diff := cmp.Diff([]string{"Catalogue", "Alpha"}, variables(files[name])); diff != "" {
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
		`a.proto:11: acme.SHOP_ERROR_CATALOGUE: want the Go name Catalogue once, have it for a.proto:10: acme.ShopError too: write reason: "SHOP_ERROR_CATALOGUE", or another name, in its option errpact.v1.entry`,
		`a.proto:13: acme.SHOP_ERROR_AUTH_INVALID: want the Go name AuthInvalid once, have it for a.proto:12: acme.SHOP_ERROR_AUTH: reason "INVALID" too: write reason: "SHOP_ERROR_AUTH_INVALID", or another name, in its option errpact.v1.entry`,
		`a.proto:20: acme.PayError: want the Go name PayErrorCatalogue once, have it for a.proto:14: acme.SHOP_ERROR_PAY_ERROR_CATALOGUE too: write another go_prefix in option errpact.v1.catalogue`,
		`b.proto:11: acme.CARD_ERROR_A: reason "bad": want a name like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "bad": write "BAD"`,
	}
	if diff := cmp.Diff(want, strings.Split(response.GetError(), "\n")); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

// TestNamesAreTheEntrysAlone: what stands beside an entry changes none of its names.
func TestNamesAreTheEntrysAlone(t *testing.T) {
	want := []string{"Catalogue", "Locked", "LockedForGood", "LoginError404"}
	for _, neighbour := range []string{
		"", "LOGIN_ERROR_2FA_REQUIRED", "TOKEN_LOST", "LOGIN_ERROR_", "LOGIN_ERROR", "login_error_lost", "_9", "LOGIN_ERROR_A",
		"LOGIN_ERROR_GONE_", "LOGIN_ERROR__LOST", "LOGIN_ERROR_HTTP2", "LOGINERROR_GONE",
	} {
		values := []string{"LOGIN_ERROR_LOCKED/FOR_GOOD", "LOGIN_ERROR_404"}
		if neighbour != "" {
			values = append(values, neighbour)
		}
		files, response := run(t, request(enumFile(t, "a.proto", map[string][]string{"LoginError": values}, "LoginError")))
		if response.Error != nil {
			t.Errorf("beside %s: %s", neighbour, response.GetError())
			continue
		}
		if diff := cmp.Diff(want, variables(files["acmeerr/a.errpact.go"])[:len(want)]); diff != "" {
			t.Errorf("beside %s (-want +got):\n%s", neighbour, diff)
		}
	}
}

// TestStatedPrefixes: with go_prefix stated, a catalogue that comes before another changes none of its names.
func TestStatedPrefixes(t *testing.T) {
	alone := enumFile(t, "b.proto", map[string][]string{"ShopError": {"SHOP_ERROR_LOST"}}, "ShopError")
	prefixed := func(path, enum, value, prefix string) *descriptorpb.FileDescriptorProto {
		file := enumFile(t, path, map[string][]string{enum: {value}}, enum)
		option := proto.GetExtension(file.GetEnumType()[0].GetOptions(), errpactv1.E_Catalogue).(*errpactv1.Catalogue)
		option.GoPrefix = proto.String(prefix)
		return file
	}
	want, _ := run(t, request(alone))
	for _, prefix := range []string{"Pay", "PayError", "P2"} {
		files, response := run(t, request(prefixed("b.proto", "ShopError", "SHOP_ERROR_LOST", ""), prefixed("a.proto", "PayError", "PAY_ERROR_LOST", prefix)))
		if response.Error != nil {
			t.Fatal(response.GetError())
		}
		if diff := cmp.Diff(want["acmeerr/b.errpact.go"], files["acmeerr/b.errpact.go"]); diff != "" {
			t.Errorf("beside %s (-want +got):\n%s", prefix, diff)
		}
		if diff := cmp.Diff([]string{prefix + "Catalogue", prefix + "Lost"}, variables(files["acmeerr/a.errpact.go"])); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
	}
}

// TestEnumNames holds the prefix of a second catalogue to the name that protoc-gen-go gives its enum.
func TestEnumNames(t *testing.T) {
	for enum, want := range map[string]string{
		"PayError": "PayError", "pay_error": "PayError", "Pay_Error": "PayError", "HTTPError": "HTTPError", "V2Error": "V2Error",
		"v2error": "V2Error", "_pay": "XPay", "Pay_2b": "Pay2B", "OAuth2_error": "OAuth2Error", "E": "E", "a__b": "AB", "PAY_ERROR": "PAYERROR",
	} {
		file := enumFile(t, "a.proto", map[string][]string{"First": {"FIRST_LOST"}, enum: {"TOKEN_LOST"}}, "First", enum)
		plugin, err := protogen.Options{}.New(request(file))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(plugin.FilesByPath["a.proto"].Enums[1].GoIdent.GoName, "_", ""); got != want {
			t.Errorf("protoc-gen-go's name of %s = %q, want %q", enum, got, want)
		}
		files, response := run(t, request(file))
		if response.Error != nil {
			t.Fatal(response.GetError())
		}
		if names := variables(files["acmeerr/a.errpact.go"]); names[2] != want+"Catalogue" {
			t.Errorf("names beside First = %v, want %sCatalogue", names, want)
		}
	}
}
