// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping/catalogue"
)

// numbered is an enum of a domain, with an entry SHOP_ERROR_N7 for number 7, and so on.
func numbered(name, domain string, numbers ...int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `name: %q options { [errpact.v1.catalogue] { domain: %q go_prefix: %q } } value { name: "%[1]s_0_UNSPECIFIED" number: 0 }`, name, domain, name)
	for _, n := range numbers {
		suffix := strings.ReplaceAll(fmt.Sprint(n), "-", "MINUS_")
		fmt.Fprintf(&b, ` value { name: "%s_N%s" number: %d options { [errpact.v1.entry] {
			connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "Message %[2]s" description: "D" reason: "%[4]s_%[2]s" } } }`,
			name, suffix, n, strings.ToUpper(name))
	}
	return b.String()
}

// tokenLost is an enum Error with one entry, ERROR_TOKEN_LOST.
func tokenLost(number int, domain string) string {
	return one("Error", "ERROR_TOKEN_LOST", number, domain)
}

// one is an enum with one entry, whose reason is derived.
func one(enum, value string, number int, domain string) string {
	return strings.NewReplacer(fmt.Sprintf("%s_N%d", enum, number), value, fmt.Sprintf(` reason: "%s_%d"`, strings.ToUpper(enum), number), "").
		Replace(numbered(enum, domain, number))
}

// inPackage is a file of a package with an enum.
func inPackage(t *testing.T, pkg, enum string) protoreflect.FileDescriptor {
	t.Helper()
	return linkText(t, fmt.Sprintf(`name: "%[1]s.proto" package: %[1]q dependency: "errpact/v1/options.proto" enum_type { %[2]s }`, pkg, enum))
}

// TestLintOverlaps: what keeps two catalogues from one server is found in the one that can be changed, with
// what to write.
func TestLintOverlaps(t *testing.T) {
	const (
		shared  = ", and a server cannot be given both: write "
		numbers = " (ERRPACT_NUMBERS_DISTINCT)"
		domains = " (ERRPACT_DOMAINS_DISTINCT)"
	)
	builtin := errpactv1.File_errpact_v1_error_code_proto
	for name, test := range map[string]struct {
		files []protoreflect.FileDescriptor
		want  []string
	}{
		"one catalogue": {files: []protoreflect.FileDescriptor{file(t, "a.proto", numbered("Pay", "pay.example", 1, 2))}},
		"apart":         {files: []protoreflect.FileDescriptor{file(t, "a.proto", numbered("Pay", "pay.example", 1, 2), numbered("Shop", "shop.example", 3))}},
		"neighbours in a range": {files: []protoreflect.FileDescriptor{
			file(t, "a.proto", numbered("Pay", "pay.example", 1000, 1002)), file(t, "b.proto", numbered("Shop", "shop.example", 1001, 1003))}},
		"a number": {[]protoreflect.FileDescriptor{file(t, "a.proto", numbered("Pay", "pay.example", 1, 2)), file(t, "b.proto", numbered("Shop", "shop.example", 2, 3))}, []string{
			"b.proto:101: acme.Shop_N2: want number 2 in one catalogue, have it for a.proto:102: acme.Pay_N2 too" + shared + "1000, or another free number" + numbers}},
		"two numbers": {[]protoreflect.FileDescriptor{file(t, "a.proto", numbered("Pay", "pay.example", 1001, 1002), numbered("Shop", "shop.example", 1001, 1002))}, []string{
			"a.proto:201: acme.Shop_N1001: want number 1001 in one catalogue, have it for a.proto:101: acme.Pay_N1001 too" + shared + "2000, or another free number" + numbers,
			"a.proto:202: acme.Shop_N1002: want number 1002 in one catalogue, have it for a.proto:102: acme.Pay_N1002 too" + shared + "2001, or another free number" + numbers}},
		"three catalogues": {[]protoreflect.FileDescriptor{
			file(t, "c.proto", numbered("Tax", "tax.example", 7)), file(t, "b.proto", numbered("Shop", "shop.example", 7)), file(t, "a.proto", numbered("Pay", "pay.example", 7))}, []string{
			"c.proto:101: acme.Tax_N7: want number 7 in one catalogue, have it for a.proto:101: acme.Pay_N7 too" + shared + "1001, or another free number" + numbers,
			"b.proto:101: acme.Shop_N7: want number 7 in one catalogue, have it for a.proto:101: acme.Pay_N7 too" + shared + "1000, or another free number" + numbers}},
		"negative and largest": {[]protoreflect.FileDescriptor{
			file(t, "a.proto", numbered("Pay", "pay.example", -1, 2147483647)), file(t, "b.proto", numbered("Shop", "shop.example", -1))}, []string{
			"b.proto:101: acme.Shop_NMINUS_1: want number -1 in one catalogue, have it for a.proto:101: acme.Pay_NMINUS_1 too" + shared + "2147483647, or another free number" + numbers}},
		"versions": {files: []protoreflect.FileDescriptor{
			inPackage(t, "acme.v1", numbered("Pay", "pay.example", 1)), inPackage(t, "acme.v2", numbered("Pay", "pay.example", 1))}},
		"a version, and another catalogue": {[]protoreflect.FileDescriptor{
			inPackage(t, "acme.v1", numbered("Pay", "pay.example", 1)), inPackage(t, "acme.v2", numbered("Pay", "pay.example", 1)), inPackage(t, "shop.v1", numbered("Pay", "shop.example", 1))}, []string{
			"shop.v1.proto:101: shop.v1.Pay_N1: want number 1 in one catalogue, have it for acme.v1.proto:101: acme.v1.Pay_N1 too" + shared + "1000, or another free number" + numbers,
			"shop.v1.proto:101: shop.v1.Pay_N1: want the anchor Pay_N1 in one catalogue, have it for acme.v1.proto:101: acme.v1.Pay_N1 too, and a page cannot have both: write SHOP_Pay_N1, or another name, or except the rule if callers know this one (ERRPACT_ANCHORS_DISTINCT)"}},
		"an anchor": {[]protoreflect.FileDescriptor{inPackage(t, "acme.login.v1", tokenLost(1, "login.example")), inPackage(t, "acme.pay.v1", tokenLost(2, "pay.example"))}, []string{
			"acme.pay.v1.proto:101: acme.pay.v1.ERROR_TOKEN_LOST: want the anchor ERROR_TOKEN_LOST in one catalogue, have it for acme.login.v1.proto:101: acme.login.v1.ERROR_TOKEN_LOST too, and a page cannot have both: write ERROR_PAY_TOKEN_LOST, or another name, with reason: \"TOKEN_LOST\" as before, or except the rule if callers know this one (ERRPACT_ANCHORS_DISTINCT)"}},
		"an anchor like a built-in one": {[]protoreflect.FileDescriptor{inPackage(t, "acme.login.v1", one("ErrorCode", "ERROR_CODE_NOT_EXIST", 1, "login.example")), inPackage(t, "acme.pay.v1", one("ErrorCode", "ERROR_CODE_NOT_EXIST", 2, "pay.example"))}, []string{
			"acme.pay.v1.proto:101: acme.pay.v1.ERROR_CODE_NOT_EXIST: want the anchor ERROR_CODE_NOT_EXIST in one catalogue, have it for acme.login.v1.proto:101: acme.login.v1.ERROR_CODE_NOT_EXIST too, and a page cannot have both: write ERROR_CODE_PAY_NOT_EXIST, or another name, with reason: \"NOT_EXIST\" as before, or except the rule if callers know this one (ERRPACT_ANCHORS_DISTINCT)"}},
		"an anchor of packages with one last name": {[]protoreflect.FileDescriptor{inPackage(t, "a.pay.v1", tokenLost(1, "a.example")), inPackage(t, "b.pay.v1", strings.Replace(tokenLost(2, "b.example"), "ERROR_TOKEN", "ERROR_PAY_TOKEN", 1)), inPackage(t, "c.pay.v1", tokenLost(3, "c.example"))}, []string{
			"c.pay.v1.proto:101: c.pay.v1.ERROR_TOKEN_LOST: want the anchor ERROR_TOKEN_LOST in one catalogue, have it for a.pay.v1.proto:101: a.pay.v1.ERROR_TOKEN_LOST too, and a page cannot have both: write another name, with reason: \"TOKEN_LOST\" as before, or except the rule if callers know this one (ERRPACT_ANCHORS_DISTINCT)"}},
		"an anchor of versions":               {files: []protoreflect.FileDescriptor{inPackage(t, "acme.pay.v1", tokenLost(1, "pay.example")), inPackage(t, "acme.pay.v2", tokenLost(1, "pay.example"))}},
		"an anchor of the built-in catalogue": {files: []protoreflect.FileDescriptor{builtin, inPackage(t, "acme.pay.v1", strings.Replace(tokenLost(1, "pay.example"), "ERROR_TOKEN_LOST", "ERROR_CODE_NOT_EXIST", 1))}},
		"a domain": {[]protoreflect.FileDescriptor{file(t, "a.proto", numbered("Pay", "acme.example", 1), numbered("ShopError", "acme.example", 2))}, []string{
			`a.proto:200: acme.ShopError: want domain "acme.example" in one catalogue, have it for a.proto:100: acme.Pay too` + shared + `domain: "shop.acme.example", or another` + domains}},
		"a domain within another": {files: []protoreflect.FileDescriptor{file(t, "a.proto", numbered("Pay", "acme.example", 1), numbered("Shop", "shop.acme.example", 2))}},
		"no domain twice": {[]protoreflect.FileDescriptor{file(t, "a.proto", numbered("Pay", " ", 1), numbered("Shop", " ", 2))}, []string{
			"a.proto:100: acme.Pay: want a domain (ERRPACT_DOMAIN)", "a.proto:200: acme.Shop: want a domain (ERRPACT_DOMAIN)"}},
		"the built-in catalogue's numbers": {files: []protoreflect.FileDescriptor{builtin, file(t, "a.proto", numbered("Pay", "pay.example", 1, 2))}},
		"the built-in catalogue's domain": {[]protoreflect.FileDescriptor{file(t, "a.proto", numbered("Error", "errpact.dev", 1)), builtin}, []string{
			`a.proto:100: acme.Error: want domain "errpact.dev" in one catalogue, have it for errpact.v1.ErrorCode too` + shared + `domain: "error.errpact.dev", or another` + domains}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, findings(catalogue.Lint(test.files, nil))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLintOverlapsWithImports: what an import has is taken, and the finding is on the file that is checked,
// whichever comes first.
func TestLintOverlapsWithImports(t *testing.T) {
	ours, theirs := numbered("Pay", "acme.example", 1), numbered("Shop", "acme.example", 1)
	for _, path := range []string{"a.proto", "z.proto"} {
		files := []protoreflect.FileDescriptor{file(t, path, ours), file(t, "m.proto", theirs)}
		checked := func(f protoreflect.FileDescriptor) bool { return f.Path() == path }
		for range 2 {
			got := rulesOf(catalogue.Lint(files, checked))
			if diff := cmp.Diff([]catalogue.Rule{catalogue.RuleDomainsDistinct, catalogue.RuleNumbersDistinct}, got); diff != "" {
				t.Errorf("%s beside an import: rules (-want +got):\n%s", path, diff)
			}
			files[0], files[1] = files[1], files[0]
		}
	}
}

// TestLintFindsEnumsThatAreNoCatalogues: entries of an enum without the catalogue's option are found, and
// nothing that is no entry.
func TestLintFindsEnumsThatAreNoCatalogues(t *testing.T) {
	const (
		entry  = `options { [errpact.v1.entry] { connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "M" description: "D" } } }`
		option = `options { [errpact.v1.catalogue] { domain: "acme.example" } } `
	)
	found := func(where, value string) []string {
		return []string{where + ": want option errpact.v1.catalogue, since " + value + " has option errpact.v1.entry: " +
			`write option (errpact.v1.catalogue) = {domain: "…"} in the enum, with the service or company whose errors these are, such as "shop.acme.example" (ERRPACT_CATALOGUE_OPTION)`}
	}
	for name, test := range map[string]struct {
		file protoreflect.FileDescriptor
		want []string
	}{
		"an entry":           {file(t, "a.proto", `name: "E" value { name: "E_NONE" number: 0 } value { name: "E_LOST" number: 1 `+entry), found("a.proto:100: acme.E", "E_LOST")},
		"an entry at 0":      {file(t, "a.proto", `name: "E" value { name: "E_LOST" number: 0 `+entry), found("a.proto:100: acme.E", "E_LOST")},
		"the second enum":    {file(t, "a.proto", numbered("Pay", "pay.example", 1), `name: "E" value { name: "E_LOST" number: 1 `+entry), found("a.proto:200: acme.E", "E_LOST")},
		"in a message":       {nested(t, "a.proto", "Order", `name: "E" value { name: "E_LOST" number: 1 `+entry), found("acme.Order.E", "E_LOST")},
		"an empty entry":     {file(t, "a.proto", `name: "E" value { name: "E_LOST" number: 1 options { [errpact.v1.entry] { } } }`), found("a.proto:100: acme.E", "E_LOST")},
		"another option":     {file(t, "a.proto", `name: "E" options { deprecated: true } value { name: "E_LOST" number: 1 `+entry), found("a.proto:100: acme.E", "E_LOST")},
		"a catalogue":        {file: file(t, "a.proto", `name: "E" `+option+`value { name: "E_LOST" number: 1 `+entry)},
		"without entries":    {file: file(t, "a.proto", `name: "E" value { name: "E_NONE" number: 0 } value { name: "E_LOST" number: 1 }`)},
		"a catalogue of 0":   {file: file(t, "a.proto", `name: "E" `+option+`value { name: "E_UNSPECIFIED" number: 0 }`)},
		"deprecated value":   {file: file(t, "a.proto", `name: "E" value { name: "E_LOST" number: 1 options { deprecated: true } }`)},
		"without the import": {file: linkText(t, `name: "a.proto" package: "acme" enum_type { name: "E" value { name: "E_LOST" number: 1 } }`)},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, findings(catalogue.Lint([]protoreflect.FileDescriptor{test.file}, nil))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
