// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// declaring is shop, whose method declares errors.
func declaring(errors ...string) string {
	head, _, _ := strings.Cut(shop, `errors: "SHOP_ERROR_OUT_OF_STOCK"`)
	for _, name := range errors {
		head += `errors: "` + name + `" `
	}
	return head + "} } } }\n"
}

// withoutEnum takes the catalogue away.
func withoutEnum(text string) string {
	head, rest, _ := strings.Cut(text, "enum_type {")
	_, service, _ := strings.Cut(rest, "\nservice {")
	return head + "service {" + service
}

// TestBuiltinNamesResolve: a method names entries of the built-in catalogue without an import, in lint, on the page
// and in OpenAPI; what is no entry is found by all of them.
func TestBuiltinNamesResolve(t *testing.T) {
	for _, test := range []struct {
		text string
		// err is part of what is said where a name is no entry.
		err string
	}{
		{text: declaring("ERROR_CODE_NOT_EXIST")},
		{text: declaring("errpact.v1.ERROR_CODE_NOT_EXIST")},
		{text: declaring("ERROR_CODE_EXTERNAL_SERVICE/UNREACHABLE")},
		{text: declaring("SHOP_ERROR_OUT_OF_STOCK", "ERROR_CODE_UNKNOWN")},
		{text: withoutEnum(declaring("ERROR_CODE_NOT_EXIST"))},
		{text: withoutEnum(declaring("ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE", "ERROR_CODE_DATABASE"))},
		{declaring("ERROR_CODE_NOT_EXISTS"), `have "ERROR_CODE_NOT_EXISTS"`},
		{declaring("ERROR_CODE_NOT_EXIST/LOST"), `have "ERROR_CODE_NOT_EXIST/LOST"`},
		{declaring("acme.shop.v1.ERROR_CODE_NOT_EXIST"), `have "acme.shop.v1.ERROR_CODE_NOT_EXIST"`},
		{withoutEnum(declaring("SHOP_ERROR_OUT_OF_STOCK")), `have "SHOP_ERROR_OUT_OF_STOCK"`},
	} {
		image := descriptorSet(t, test.text)
		for _, args := range [][]string{{"check"}, {"docs", "-format", "openapi"}, {"docs", "-format", "openapi", "-only-declared"}} {
			got := call(t, "", append(args, image)...)
			if (got.exit == exitOK) != (test.err == "") || !strings.Contains(got.out+got.err, test.err) {
				t.Errorf("%v of %s = %+v, want %q", args, test.text, got, test.err)
			}
		}
	}
}

// TestDocsOnlyDeclared: all of the built-in catalogue is shown, or what methods declare of it.
func TestDocsOnlyDeclared(t *testing.T) {
	for _, test := range []struct {
		text string
		// want are the anchors of the built-in catalogue with -only-declared.
		want []string
	}{
		{declaring(), nil},
		{declaring("SHOP_ERROR_OUT_OF_STOCK"), nil},
		{declaring("ERROR_CODE_NOT_EXIST"), []string{"ERROR_CODE_NOT_EXIST"}},
		{declaring("ERROR_CODE_NOT_EXIST", "errpact.v1.ERROR_CODE_NOT_EXIST"), []string{"ERROR_CODE_NOT_EXIST"}},
		{declaring("ERROR_CODE_UNKNOWN"), []string{"ERROR_CODE_UNKNOWN"}},
		{declaring("ERROR_CODE_NOT_EXIST", "ERROR_CODE_AUTH_INVALID"), []string{"ERROR_CODE_AUTH_INVALID", "ERROR_CODE_NOT_EXIST"}},
		{declaring("ERROR_CODE_DATABASE"), []string{"ERROR_CODE_DATABASE", "ERROR_CODE_DATABASE.TEMPORARILY_UNAVAILABLE"}},
		{declaring("ERROR_CODE_EXTERNAL_SERVICE/BROKEN"), []string{"ERROR_CODE_EXTERNAL_SERVICE", "ERROR_CODE_EXTERNAL_SERVICE.BROKEN"}},
		{declaring("ERROR_CODE_EXTERNAL_SERVICE/BROKEN", "ERROR_CODE_EXTERNAL_SERVICE/TIMED_OUT"),
			[]string{"ERROR_CODE_EXTERNAL_SERVICE", "ERROR_CODE_EXTERNAL_SERVICE.BROKEN", "ERROR_CODE_EXTERNAL_SERVICE.TIMED_OUT"}},
		{declaring("ERROR_CODE_DATABASE", "ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE"), []string{"ERROR_CODE_DATABASE", "ERROR_CODE_DATABASE.TEMPORARILY_UNAVAILABLE"}},
		{declaring("ERROR_CODE_INVALID_TYPE/CONTAINER_DAMAGED", "ERROR_CODE_INVALID_TYPE"), []string{"ERROR_CODE_INVALID_TYPE", "ERROR_CODE_INVALID_TYPE.CONTAINER_DAMAGED"}},
	} {
		image := descriptorSet(t, test.text)
		own := []string{"SHOP_ERROR_NO_CARD", "SHOP_ERROR_OUT_OF_STOCK", "SHOP_ERROR_OUT_OF_STOCK.LAST_ONE"}
		if diff := cmp.Diff(slices.Sorted(slices.Values(append(test.want, own...))), responsesOf(t, "-only-declared", image)); diff != "" {
			t.Errorf("-only-declared of %s (-want +got):\n%s", test.text, diff)
		}
		html := call(t, "", "docs", "-only-declared", image).out
		for _, anchor := range responsesOf(t, image) {
			declared := slices.Contains(test.want, anchor) || slices.Contains(own, anchor)
			if strings.Contains(html, `id="`+anchor+`"`) != declared {
				t.Errorf("the page of %s has %s: %t, want %t", test.text, anchor, !declared, declared)
			}
		}
	}
	if all := responsesOf(t, descriptorSet(t, declaring())); len(all) != 3+15+12 {
		t.Errorf("without the flag there are %d answers, want 3 of the shop, 15 built-in entries and 12 reasons", len(all))
	}
}

// responsesOf returns the names of OpenAPI's answers, without those that every API has.
func responsesOf(t *testing.T, args ...string) []string {
	t.Helper()
	got := call(t, "", append([]string{"docs", "-format", "openapi"}, args...)...)
	var document struct {
		Components struct{ Responses map[string]any }
	}
	if err := json.Unmarshal([]byte(got.out), &document); err != nil || got.exit != exitOK {
		t.Fatalf("docs %v = %+v: %v", args, got, err)
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(document.Components.Responses)), func(name string) bool { return strings.HasPrefix(name, "Error") })
}

// TestDocsOfTheBuiltinNames: a catalogue that takes the built-in one's place may use its names.
func TestDocsOfTheBuiltinNames(t *testing.T) {
	image := descriptorSet(t, strings.ReplaceAll(shop, "SHOP_ERROR_NO_CARD", "ERROR_CODE_UNKNOWN"))
	got := call(t, "", "docs", image)
	if want := "errpact docs -only-declared"; got.exit != exitProblem || !strings.Contains(got.err, want) {
		t.Errorf("docs = exit %d, %q; want it to name %s", got.exit, got.err, want)
	}
	if got := call(t, "", "docs", "-only-declared", image); got.exit != exitOK || strings.Count(got.out, `id="ERROR_CODE_UNKNOWN"`) != 1 {
		t.Errorf("docs -only-declared = exit %d, %q", got.exit, got.err)
	}
}
