// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// serviceOption states the errors of all methods in the text of a service.
func serviceOption(service, errors string) string {
	return strings.Replace(service, `name: "Shop"`, `name: "Shop" options { [errpact.v1.service] { `+errors+` } }`, 1)
}

// contract is what a method declares, as "NAME by LIST", and whether that is all.
func contract(t *testing.T, enum, service string) (lines []string, closed bool) {
	t.Helper()
	files := withBuiltin(lintFile(t, enum, service))
	var catalogues []*catalogue.Catalogue
	for _, enum := range catalogue.Enums(files) {
		c, err := catalogue.Read(enum)
		if err != nil {
			t.Fatal(err)
		}
		catalogues = append(catalogues, c)
	}
	var method protoreflect.MethodDescriptor
	for _, file := range files {
		if file.Services().Len() > 0 {
			method = file.Services().Get(0).Methods().Get(0)
		}
	}
	d, err := catalogue.Declare(method, catalogues)
	if err != nil {
		lines = append(lines, err.Error())
	}
	for _, e := range d.Errors {
		lines = append(lines, e.Name()+" by "+e.By)
		reason := ""
		if e.Reason != nil {
			reason = e.Reason.Name
		}
		if !d.Has(e.Catalogue.Name, e.Entry.Number, reason) || d.Has("x", e.Entry.Number, reason) {
			t.Errorf("Has(%s) is wrong", e.Name())
		}
	}
	return lines, d.Closed
}

func TestDeclareJoinsTheListsOfMethodServiceAndCatalogue(t *testing.T) {
	enum := words(fine+late, second)
	sets := withSets(enum, `sets { name: "a" errors: "SHOP_ERROR_ALPHA/LATE" errors: "@b" } sets { name: "b" errors: "@a" errors: "ERROR_CODE_DATABASE" }`)
	for _, test := range []struct {
		name, enum, service string
		want                []string
		closed              bool
	}{
		{"nothing", enum, method(""), nil, false},
		{"no errors", enum, method("errors_none: true"), nil, true},
		{"its own", enum, method(`errors: "SHOP_ERROR_BETA" errors: "SHOP_ERROR_ALPHA/LATE"`),
			[]string{"SHOP_ERROR_BETA by acme.Shop.Buy", "SHOP_ERROR_ALPHA/LATE by acme.Shop.Buy"}, true},
		{"its service's", enum, serviceOption(method(""), `errors: "SHOP_ERROR_BETA"`), []string{"SHOP_ERROR_BETA by acme.Shop"}, true},
		{"an error that both list", enum, serviceOption(method(`errors: "SHOP_ERROR_BETA"`), `errors: "SHOP_ERROR_BETA"`),
			[]string{"SHOP_ERROR_BETA by acme.Shop.Buy"}, true},
		{"none of its own, and its service's", enum, serviceOption(method("errors_none: true"), `errors: "SHOP_ERROR_BETA"`),
			[]string{"SHOP_ERROR_BETA by acme.Shop"}, true},
		{"its catalogue's", withSets(enum, `errors: "SHOP_ERROR_BETA"`), method(""), []string{"SHOP_ERROR_BETA by acme.ShopError"}, true},
		{"sets that hold each other", sets, method(`errors: "@a" errors: "@acme.b"`),
			[]string{"SHOP_ERROR_ALPHA/LATE by acme.ShopError@a", "ERROR_CODE_DATABASE by acme.ShopError@b"}, true},
		{"unknown names", sets, method(`errors: "@c" errors: "SHOP_ERROR_GAMMA" errors: "SHOP_ERROR_BETA"`), []string{
			"acme.Shop.Buy: want the set of a known catalogue, have \"@c\"\n" +
				"acme.Shop.Buy: want each of errors to be an entry, or ENTRY/REASON, of a known catalogue, have \"SHOP_ERROR_GAMMA\": write \"SHOP_ERROR_ALPHA\"",
			"SHOP_ERROR_BETA by acme.Shop.Buy"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, closed := contract(t, test.enum, test.service)
			if diff := cmp.Diff(test.want, got); diff != "" || closed != test.closed {
				t.Errorf("closed %v, want %v; errors (-want +got):\n%s", closed, test.closed, diff)
			}
		})
	}
}

// TestNamesOfSeveralCataloguesAreRefused with what to write, and mean the same in whatever order the catalogues come.
func TestNamesOfSeveralCataloguesAreRefused(t *testing.T) {
	read := func(pkg string) *catalogue.Catalogue {
		enum := withSets(named("LoginError", "LOGIN_ERROR_LOST"), `sets { name: "auth" errors: "LOGIN_ERROR_LOST" }`)
		c, err := catalogue.Read(linkText(t, fmt.Sprintf(`name: "%[1]s.proto" package: %[1]q dependency: "errpact/v1/options.proto" enum_type { %s }`, pkg, enum)).Enums().Get(0))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	one, two, again := read("acme.v1"), read("acme.v2"), read("acme.v1")
	for name, want := range map[string]string{
		"LOGIN_ERROR_LOST":         `want the package before "LOGIN_ERROR_LOST", since acme.v1.LoginError and acme.v2.LoginError have it: write "acme.v1.LOGIN_ERROR_LOST"`,
		"@auth":                    `want the package before "@auth", since acme.v1.LoginError and acme.v2.LoginError have it: write "@acme.v1.auth"`,
		"acme.v1.LOGIN_ERROR_LOST": "", "@acme.v1.auth": "",
	} {
		m := services(t, "c.proto", service("Shop", "", fmt.Sprintf("errors: %q", name))).Services().Get(0).Methods().Get(0)
		for _, catalogues := range [][]*catalogue.Catalogue{{one, two, again}, {two, nil, one}} {
			d, err := catalogue.Declare(m, catalogues)
			if len(d.Errors) != 1 || d.Errors[0].Catalogue.Name != "acme.v1.LoginError" {
				t.Errorf("%s: Declare() = %v, want the error of acme.v1", name, d.Errors)
			}
			if want == "" && err != nil || want != "" && (err == nil || err.Error() != "acme.Shop.Get: "+want) {
				t.Errorf("%s: Declare() fails with %v, want %q", name, err, want)
			}
			found, _, _ := catalogue.Resolve(m, name, catalogues)
			if is := found != nil; is != strings.HasPrefix(name, "acme.v1.") {
				t.Errorf("%s: Resolve() finds something: %t", name, is)
			}
		}
	}
}

// TestManySetsAreResolvedOnce: each of them names all that come after it.
func TestManySetsAreResolvedOnce(t *testing.T) {
	var sets strings.Builder
	for i := range 60 {
		fmt.Fprintf(&sets, "sets { name: \"s%d\" errors: \"SHOP_ERROR_ALPHA\" ", i)
		for j := i + 1; j < 60; j++ {
			fmt.Fprintf(&sets, "errors: \"@s%d\" ", j)
		}
		sets.WriteString("} ")
	}
	enum := withSets(words(fine), sets.String())
	if got, closed := contract(t, enum, method(`errors: "@s0"`)); len(got) != 1 || !closed {
		t.Errorf("errors %v, want SHOP_ERROR_ALPHA alone", got)
	}
	if got := catalogue.Lint(withBuiltin(lintFile(t, enum, "")), nil); len(got) > 0 {
		t.Errorf("Lint() = %v", got)
	}
}

// TestAContractsChangeIsSaidOfItsList once, and not of each method.
func TestAContractsChangeIsSaidOfItsList(t *testing.T) {
	const both = `errors: "SHOP_ERROR_ALPHA" errors: "SHOP_ERROR_BETA"`
	two := func(service string) string {
		return strings.Replace(service, `method {`, `method { name: "Sell" input_type: ".google.protobuf.Duration" output_type: ".google.protobuf.Duration" options { [errpact.v1.rest] { errors: "@a" } } } method {`, 1)
	}
	enum := words(fine, second)
	set := func(errors string) string { return withSets(enum, `sets { name: "a" `+errors+` }`) }
	for _, test := range []struct {
		name                   string
		was, is                string
		wasService, nowService string
		want                   string
	}{
		{"a method's", enum, enum, method(`errors: "SHOP_ERROR_ALPHA"`), method(both), `acme.Shop.Buy: want no new error, have "SHOP_ERROR_BETA"`},
		{"a service's", enum, enum, serviceOption(method(""), `errors: "SHOP_ERROR_ALPHA"`), serviceOption(method(""), both), `acme.Shop: want no new error, have "SHOP_ERROR_BETA"`},
		{"a catalogue's", withSets(enum, `errors: "SHOP_ERROR_ALPHA"`), withSets(enum, both), method(""), method(""), `acme.ShopError: want no new error, have "SHOP_ERROR_BETA"`},
		{"a set's, of two methods", set(`errors: "SHOP_ERROR_ALPHA"`), set(both), two(method(`errors: "@a"`)), two(method(`errors: "@a"`)),
			`acme.ShopError: set "a": want no new error, have "SHOP_ERROR_BETA"`},
		{"a set's, removed", set(both), set(`errors: "SHOP_ERROR_BETA"`), two(method(`errors: "@a"`)), two(method(`errors: "@a"`)),
			`acme.ShopError: set "a": want error "SHOP_ERROR_ALPHA" to stay, have it removed`},
		{"a set that went", set(both), enum, method(`errors: "@a"`), method(both), ""},
		{"all of a method", enum, enum, method(both), method(""), `acme.Shop.Buy: want the errors declared as before, have none: the method may return any error`},
		{"the first list", enum, enum, method(""), method(both), ""},
		{"an error that moved to the service", enum, enum, method(both), serviceOption(method(`errors: "SHOP_ERROR_ALPHA"`), `errors: "SHOP_ERROR_BETA"`), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := []protoreflect.FileDescriptor{lintFile(t, test.was, test.wasService)}
			now := []protoreflect.FileDescriptor{lintFile(t, test.is, test.nowService)}
			var got []string
			for _, p := range catalogue.Breaking(before, now, catalogue.RuleContractNoAdd, catalogue.RuleContractNoDelete) {
				text := p.Error()
				got = append(got, text[strings.Index(text, "acme."):])
			}
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
