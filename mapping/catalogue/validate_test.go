// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/mapping/catalogue"
)

// The beginnings of mistakes in enumText's file.
const (
	lineEnum = "acme/shop.proto:3: acme.ShopError: "
	lineZero = "acme/shop.proto:10: acme.SHOP_ERROR_UNSPECIFIED: "
	lineA    = "acme/shop.proto:11: acme.SHOP_ERROR_A: "
	lineB    = "acme/shop.proto:12: acme.SHOP_ERROR_B: "
)

var brokenEntries = []struct {
	name  string
	entry string
	want  []string // without lineA
}{
	{"empty", ``, []string{
		"want connect_code 1 to 16, have 0: write CONNECT_CODE_NOT_FOUND, or another value of ConnectCode", "want http_status 400 to 599, have 0", "want a message"}},
	{"Connect code 17", `connect_code: 17 http_status: 500 message: "M"`, []string{"want connect_code 1 to 16, have 17: write CONNECT_CODE_NOT_FOUND, or another value of ConnectCode"}},
	{"Connect code -1", `connect_code: -1 http_status: 500 message: "M"`, []string{"want connect_code 1 to 16, have -1: write CONNECT_CODE_NOT_FOUND, or another value of ConnectCode"}},
	{"status 399", `connect_code: 2 http_status: 399 message: "M"`, []string{"want http_status 400 to 599, have 399"}},
	{"status 600", `connect_code: 2 http_status: 600 message: "M"`, []string{"want http_status 400 to 599, have 600"}},
	{"blank message", `connect_code: 2 http_status: 500 message: " "`, []string{"want a message"}},
	{"long message", `connect_code: 2 http_status: 500 message: "` + strings.Repeat("x", 513) + `"`, []string{
		"want message of at most 512 bytes, have 513"}},
	{"control character", `connect_code: 2 http_status: 500 message: "a\nb"`, []string{
		`want message without control characters, have "a\nb"`}},
	{"line separator", `connect_code: 2 http_status: 500 message: "a\342\200\250b"`, []string{
		`want message without control characters, have "a\u2028b"`}},
	{"bad fallback message", good + `fallback_message: "a\tb{c}"`, []string{
		`want fallback_message without control characters, have "a\tb{c}"`,
		`want a fallback_message without placeholders, have "a\tb{c}"`}},
	{"bad translations", good + `messages { key: "x_y" value: "a\tb" } messages { key: "de" } messages { key: "fr" value: "{a}" }`, []string{
		`messages "de": want a message`,
		`messages "x_y": want a BCP 47 language tag`,
		`messages "x_y": want message without control characters, have "a\tb"`,
		`messages "fr": want the placeholders of the message only, have "{a}"`}},
	{"bad JSON", good + `details_example: "{"`, []string{`want details_example to be JSON, have "{"`}},
	{"bad URL", good + `help_url: "errors.html"`, []string{`want help_url to be an absolute http or https URL, have "errors.html"`}},
	{"URL of a script", good + `help_url: "javascript://x/%0aalert(1)"`, []string{
		`want help_url to be an absolute http or https URL, have "javascript://x/%0aalert(1)"`}},
	{"URL that ends its link", good + `help_url: "https://x/><img>"`, []string{
		`want help_url to be an absolute http or https URL, have "https://x/><img>"`}},
	{"reason by hand", good + `reason: "second_factor"`, []string{
		`want reason like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "second_factor": write "SECOND_FACTOR"`}},
	{"long reason by hand", good + `reason: "` + strings.Repeat("R", 64) + `"`, []string{"want reason of at most 63 characters, have 64"}},
	{"role", good + `role: 6`, []string{"want role 0 to 5, have 6"}},
	{"negative role", good + `role: -1`, []string{"want role 0 to 5, have -1"}},
	{"role twice", good + `role: ROLE_UNMAPPED reasons { name: "REA" role: ROLE_UNMAPPED }`, []string{
		`reason "REA": want ROLE_UNMAPPED once, have it in SHOP_ERROR_A too`}},
	{"retry at once", good + `retry_delay { }`, []string{"want a retry_delay over 0s, have 0s"}},
	{"negative retry delay", good + `retry_delay { seconds: -1 }`, []string{"want a retry_delay over 0s, have -1s"}},
	{"mixed retry delay", good + `retry_delay { seconds: 1 nanos: -1 }`, []string{
		"want a valid retry_delay, have 1 seconds and -1 nanos"}},
	{"too many nanos", good + `retry_delay { nanos: 1000000000 }`, []string{
		"want a valid retry_delay, have 0 seconds and 1000000000 nanos"}},
	{"endless retry delay", good + `retry_delay { seconds: 9223372036854775807 }`, []string{
		"want a valid retry_delay, have 9223372036854775807 seconds and 0 nanos"}},
	{"fallbacks", good + `fallback_for { when: 7 } fallback_for { connect_code: 3 when: WHEN_ANY } fallback_for { connect_code: 3 }`, []string{
		"want fallback_for.connect_code 1 to 16, have 0: write CONNECT_CODE_NOT_FOUND, or another value of ConnectCode",
		"want fallback_for.when 0 to 6, have 7",
		"want fallback_for invalid_argument (WHEN_ANY) once, have it in SHOP_ERROR_A too"}},
	{"HTTP fallbacks", good + `http_fallback_for { } http_fallback_for { status: 0 } http_fallback_for { status: 399 when: -1 }
		http_fallback_for { class: 3 } http_fallback_for { class: 4 } http_fallback_for { class: 4 when: WHEN_ANY }`, []string{
		"want http_fallback_for to have a status or a class",
		"want http_fallback_for.status 400 to 599, have 0",
		"want http_fallback_for.status 400 to 599, have 399",
		"want http_fallback_for.when 0 to 6, have -1",
		"want http_fallback_for.class 4 or 5, have 3",
		"want http_fallback_for 4 (WHEN_ANY) once, have it in SHOP_ERROR_A too"}},
	{"reason names", good + `reasons { } reasons { name: "AB" } reasons { name: "lower" } reasons { name: "END_" } reasons { name: "1AB" }`, []string{
		`reason "": want a name like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have ""`,
		`reason "AB": want a name like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "AB"`,
		`reason "lower": want a name like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "lower": write "LOWER"`,
		`reason "END_": want a name like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "END_": write "END"`,
		`reason "1AB": want a name like ^[A-Z][A-Z0-9_]+[A-Z0-9]$, have "1AB"`}},
	{"long reason", good + `reasons { name: "` + strings.Repeat("R", 64) + `" }`, []string{
		`reason "` + strings.Repeat("R", 64) + `": want a name of at most 63 characters, have 64`}},
	{"reason twice", good + `reasons { name: "REA" } reasons { name: "REA" }`, []string{`reason "REA": want the reason once`}},
	{"reason's own", good + `reasons { name: "REA" connect_code: 99 http_status: 200 message: "{a}" role: 9 retry_delay { }
			messages { key: "-" value: "{" } }`, []string{
		`reason "REA": want a retry_delay over 0s, have 0s`,
		`reason "REA": want role 0 to 5, have 9`,
		`reason "REA": want connect_code 1 to 16, have 99: write CONNECT_CODE_NOT_FOUND, or another value of ConnectCode`,
		`reason "REA": want http_status 400 to 599, have 200`,
		`reason "REA": messages "-": want a BCP 47 language tag`,
		`reason "REA": want a message without placeholders, have "{a}"`,
		`reason "REA": messages "-": want the placeholders of the message only, have "{"`}},
	{"undeclared placeholder", `connect_code: 2 http_status: 500 message: "{a} {a} {}"`, []string{
		"want a fallback_message, for the message has placeholders",
		`want placeholder "a" declared in params`,
		`want placeholder "" declared in params`}},
	{"loose braces", `connect_code: 2 http_status: 500 message: "a} {"`, []string{
		`want braces around placeholders only, have "a} {"`}},
	{"params", good + `params { name: "Left" type: "Money" } params { name: "left" } params { name: "left" }`, []string{
		`param "Left": want a name like ^[a-z][a-zA-Z0-9_]{0,63}$`,
		`param "Left": want the message to use the param`,
		`param "Left": want a scalar type, have "Money"`,
		`param "left": want the message to use the param`,
		`param "left": want the param once`,
		`param "left": want the message to use the param`}},
}

func TestBrokenEntriesListEveryMistake(t *testing.T) {
	for _, test := range brokenEntries {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for _, w := range test.want {
				want = append(want, lineA+w)
			}
			checkRead(t, enumText(test.entry), want)
		})
	}
}

// checkRead reads the enum from every kind of descriptor.
func checkRead(t *testing.T, enum string, want []string) {
	t.Helper()
	for name, desc := range descriptorsOf(t, shopFile(t, enum)) {
		c, err := catalogue.Read(desc)
		if (c == nil) == (err == nil) {
			t.Errorf("%s: Read() = %v, %v", name, c, err)
		}
		if diff := cmp.Diff(want, lines(err)); diff != "" {
			t.Errorf("%s: Read() error (-want +got):\n%s", name, diff)
		}
	}
}

func lines(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestBrokenCataloguesListEveryMistake(t *testing.T) {
	const noOption = `name: "ShopError" value { name: "SHOP_ERROR_UNSPECIFIED" number: 0 } `
	domain := func(d string) string { return strings.Replace(enumText(good), "acme.example", d, 1) }
	for _, test := range []struct {
		name string
		enum string
		want []string
	}{
		{"no option, no entries", noOption, []string{lineEnum + "want option errpact.v1.catalogue"}},
		{"no option, some entries", noOption + `
			value { name: "SHOP_ERROR_A" number: 1 }
			value { name: "SHOP_ERROR_B" number: 2 options { [errpact.v1.entry] { connect_code: 2 http_status: 500 } } }`, []string{
			lineEnum + "want option errpact.v1.catalogue",
			lineB + "want a message"}},
		{"empty domain", domain(""), []string{lineEnum + "want a domain"}},
		{"broken domain", domain(`a\nb`), []string{lineEnum + `want a domain without control characters, have "a\nb"`}},
		{"value without entry", enumText(good) + `value { name: "SHOP_ERROR_B" number: 2 }`, []string{
			lineB + "want option errpact.v1.entry"}},
		{"zero of another name", strings.Replace(enumText(good), "UNSPECIFIED", "NONE", 1), []string{
			"acme/shop.proto:10: acme.SHOP_ERROR_NONE: want option errpact.v1.entry"}},
		{"unspecified with a wrong entry", strings.Replace(enumText(), `number: 0`, `number: 0 options { [errpact.v1.entry] { connect_code: 2 message: "M" } }`, 1), []string{
			lineZero + "want http_status 400 to 599, have 0"}},
		{"claimed twice", enumText(
			good+`role: ROLE_UNMAPPED fallback_for { connect_code: 2 } http_fallback_for { status: 404 when: WHEN_TOO_LARGE }`,
			good+`role: ROLE_UNMAPPED fallback_for { connect_code: 2 when: WHEN_ANY } http_fallback_for { status: 404 when: WHEN_TOO_LARGE }`), []string{
			lineB + "want ROLE_UNMAPPED once, have it in SHOP_ERROR_A too",
			lineB + "want fallback_for unknown (WHEN_ANY) once, have it in SHOP_ERROR_A too",
			lineB + "want http_fallback_for 404 (WHEN_TOO_LARGE) once, have it in SHOP_ERROR_A too"}},
		{"claimed under other conditions", enumText(
			good+`fallback_for { connect_code: 2 } http_fallback_for { status: 404 when: WHEN_TOO_LARGE }`,
			good+`fallback_for { connect_code: 2 when: WHEN_TOO_LARGE } http_fallback_for { status: 404 }`), nil},
		{"reason of two entries", enumText(good+`reasons { name: "REA" }`, good+`reasons { name: "REA" }`), nil},
		{"alias", strings.NewReplacer(`number: 2`, `number: 1`, `options { [errpact.v1.c`, `options { allow_alias: true [errpact.v1.c`).Replace(enumText(good, good)), []string{
			lineB + "want number 1 once, have it for SHOP_ERROR_A too"}},
		{"several entries", enumText(``, good, `http_status: 1`), []string{
			lineA + "want connect_code 1 to 16, have 0: write CONNECT_CODE_NOT_FOUND, or another value of ConnectCode", lineA + "want http_status 400 to 599, have 0", lineA + "want a message",
			"acme/shop.proto:13: acme.SHOP_ERROR_C: want connect_code 1 to 16, have 0: write CONNECT_CODE_NOT_FOUND, or another value of ConnectCode",
			"acme/shop.proto:13: acme.SHOP_ERROR_C: want http_status 400 to 599, have 1",
			"acme/shop.proto:13: acme.SHOP_ERROR_C: want a message"}},
		// 14 bytes of enum name, 12 of value name, 63 of reason: 423 are left for the domain.
		{"large", strings.Replace(enumText(good+`reasons { name: "`+strings.Repeat("R", 63)+`" } reasons { name: "REA" }`),
			"acme.example", strings.Repeat("d", 423), 1), nil},
		{"too large", strings.Replace(enumText(good+`reasons { name: "`+strings.Repeat("R", 63)+`" } reasons { name: "REA" }`),
			"acme.example", strings.Repeat("d", 424), 1), []string{
			lineA + "want enum, domain, longest reason and name of at most 512 bytes together, have 513"}},
	} {
		t.Run(test.name, func(t *testing.T) { checkRead(t, test.enum, test.want) })
	}
}
