// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// oddNames are names that a slip of the pen, or of a template, leaves in a list.
var oddNames = []string{
	"", " ", "@", "@@", "@@a", "@auth", "auth", "@.", ".", "..", "/", "//", "@/", "a/", "/A", "a.", ".a", "@a.", "@.a", "@acme.auth", "acme.@auth", "@acme.@auth",
	"acme.", "@acme.", "acme./", "SHOP_ERROR_ALPHA/", "SHOP_ERROR_ALPHA//", "SHOP_ERROR_ALPHA/LATE/", "/SHOP_ERROR_ALPHA", ".acme.SHOP_ERROR_ALPHA", "ERROR_CODE_",
	"ERROR_CODE_/", "errpact.v1.", "errpact.v1.ERROR_CODE_", "%s%d", "\u00e9\x00\n", strings.Repeat("@", 300), strings.Repeat("a.", 300),
}

// TestG7OddListsAreProblems: whatever a list or a set is named, what is wrong with it is found, and nothing panics.
func TestG7OddListsAreProblems(t *testing.T) {
	clean := []protoreflect.FileDescriptor{lintFile(t, words(fine+late), method(`errors: "SHOP_ERROR_ALPHA"`))}
	for _, name := range oddNames {
		for what, set := range map[string]string{
			"the list":   fmt.Sprintf("errors: %q", name),
			"a set":      fmt.Sprintf(`sets { name: %q errors: "SHOP_ERROR_ALPHA" }`, name),
			"its errors": fmt.Sprintf(`sets { name: "auth" errors: %q }`, name),
			"itself":     fmt.Sprintf(`sets { name: %q errors: %q errors: %q }`, name, name, "@"+name),
			"twins":      fmt.Sprintf(`sets { name: %q } sets { name: %[1]q errors: %q }`, name, "@"+name),
		} {
			t.Run(fmt.Sprintf("%s %q", what, name), func(t *testing.T) {
				file := lintFile(t, withSets(words(fine+late), set), serviceOption(method(fmt.Sprintf("errors: %q errors: %q", name, "@"+name)), fmt.Sprintf("errors: %q go_prefix: %[1]q", name)))
				if catalogue.Lint(withBuiltin(file), nil) == nil {
					t.Error("Lint() = nil, want problems")
				}
				for _, versions := range [][2][]protoreflect.FileDescriptor{{{file}, clean}, {clean, {file}}} {
					catalogue.Breaking(versions[0], versions[1], catalogue.RuleContractNoAdd, catalogue.RuleContractNoDelete)
				}
				c, err := catalogue.Read(file.Enums().Get(0))
				if err != nil {
					t.Fatal(err)
				}
				m := file.Services().Get(0).Methods().Get(0)
				if _, err := catalogue.Declare(m, []*catalogue.Catalogue{c}); err == nil {
					t.Error("Declare() takes the names")
				}
				catalogue.Resolve(m, name, []*catalogue.Catalogue{c})
			})
		}
	}
}

// TestG7OddEntriesAreProblems: what an entry says may be any text and any number.
func TestG7OddEntriesAreProblems(t *testing.T) {
	for _, number := range []int{0, 1, -1, 17, math.MaxInt32, math.MinInt32} {
		for _, name := range append([]string{"9", "_", "{", "}", "{}", "{a", "a-", "a--b", "i-default", "x-x-x"}, oddNames...) {
			entry := fmt.Sprintf(`connect_code: %[1]d http_status: %[1]d message: %[2]q fallback_message: %[2]q params { name: %[2]q type: %[2]q }
				messages { key: %[2]q value: %[2]q } details_example: %[2]q help_url: %[2]q retry_delay { seconds: %[1]d nanos: %[1]d } role: %[1]d retry: %[1]d
				fault: %[1]d fallback_for { connect_code: %[1]d when: %[1]d } http_fallback_for { status: %[1]d when: %[1]d } http_fallback_for { class: %[1]d }
				reason: %[2]q reasons { name: %[2]q connect_code: %[1]d http_status: %[1]d role: %[1]d retry: %[1]d message: %[2]q } reasons { name: %[2]q }`, number, name)
			enum := fmt.Sprintf(`name: "ShopError" options { [errpact.v1.catalogue] { domain: %q go_prefix: %[1]q } } value { name: "_" number: 0 options { [errpact.v1.entry] { %[2]s } } }
				value { name: "SHOP_ERROR" number: %[3]d options { [errpact.v1.entry] { %[2]s } } }`, name, entry, cmp.Or(number, 1))
			files := []protoreflect.FileDescriptor{lintFile(t, enum, method(`errors: "_"`))}
			if catalogue.Lint(files, nil) == nil {
				t.Errorf("Lint() of %q and %d = nil, want problems", name, number)
			}
			catalogue.Breaking(files, files)
		}
	}
}
