// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"strings"
	"testing"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
)

// TestCheckListsEveryMistake says all at once, one a line, with the rule.
func TestCheckListsEveryMistake(t *testing.T) {
	broken := strings.NewReplacer(
		"http_status: 409 message: \"No card\"", "http_status: 99", `description: "Somebody was faster."`, "",
	).Replace(shop)
	got := call(t, "", "check", descriptorSet(t, broken))
	want := `acme.shop.v1.SHOP_ERROR_NO_CARD: want http_status 400 to 599, have 99 (ERRPACT_HTTP_STATUS)
acme.shop.v1.SHOP_ERROR_NO_CARD: want a message (ERRPACT_MESSAGE)
acme.shop.v1.SHOP_ERROR_OUT_OF_STOCK: reason "LAST_ONE": want a description (ERRPACT_DESCRIPTION)
`
	if got.exit != exitProblem || got.out != want || !strings.Contains(got.err, "3 mistakes") {
		t.Errorf("check = %+v, want\n%s", got, want)
	}
	if good := call(t, "", "check", descriptorSet(t, shop)); good.exit != exitOK || good.out != "" {
		t.Errorf("check of a good catalogue = %+v", good)
	}
}

// TestCheckAgainst finds what breaks callers, from a file and from stdin.
func TestCheckAgainst(t *testing.T) {
	older := descriptorSet(t, shop)
	newer := descriptorSet(t, strings.Replace(shop, "LAST_ONE", "FINAL_ONE", 2))
	got := call(t, "", "check", "-against", older, newer)
	if got.exit != exitProblem || !strings.Contains(got.out, `want reason "LAST_ONE" to stay`) {
		t.Errorf("check -against = %+v, want the renamed reason", got)
	}
	image, err := os.ReadFile(older)
	if err != nil {
		t.Fatal(err)
	}
	if got := call(t, string(image), "check", "-against", older, "-"); got.exit != exitOK {
		t.Errorf("check -against itself = %+v, want nothing", got)
	}
}

// TestCheckRules: a rule that is off by default is checked where it is named, and one that is on is not.
func TestCheckRules(t *testing.T) {
	image := descriptorSet(t, strings.NewReplacer(`message: "No card"`, `message: "No card {card_id}" fallback_message: "No card" params { name: "card_id" }`,
		`"SHOP_ERROR_UNSPECIFIED" number: 0`, `"SHOP_ERROR_BROKEN" number: 0 options { [errpact.v1.entry] {
			connect_code: CONNECT_CODE_INTERNAL http_status: 500 message: "Broken" description: "D" } }`).Replace(shop))
	const (
		zero  = "acme.shop.v1.SHOP_ERROR_BROKEN: want a number that is not 0: to much code an error_code of 0 means success, and 0 is false in JavaScript and Python (ERRPACT_ZERO)\n"
		camel = `acme.shop.v1.SHOP_ERROR_NO_CARD: param "card_id": want a name in lowerCamelCase: write "cardId" in the message and its params (ERRPACT_METADATA_LOWER_CAMEL_CASE)` + "\n"
	)
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, zero},
		{[]string{"-use", "ERRPACT_METADATA_LOWER_CAMEL_CASE"}, zero + camel},
		{[]string{"-use", "ERRPACT_METADATA_LOWER_CAMEL_CASE", "-except", "ERRPACT_SIZE, ERRPACT_ZERO"}, camel},
		{[]string{"-except", "ERRPACT_ZERO"}, ""},
	} {
		got := call(t, "", append(append([]string{"check"}, test.args...), image)...)
		if got.out != test.want || (got.exit == exitOK) != (test.want == "") {
			t.Errorf("check %v = %+v, want\n%s", test.args, got, test.want)
		}
	}
	if got := call(t, "", "check", "-except", "ERRPACT_NOTHING", image); got.exit != exitUsage || !strings.Contains(got.err, "ERRPACT_NOTHING") {
		t.Errorf("check without a rule of that name = %+v", got)
	}
}

// TestCheckAgainstNames: a neighbour changes no name of an entry, and a name that changes is found.
func TestCheckAgainstNames(t *testing.T) {
	older := descriptorSet(t, shop)
	for _, neighbour := range []string{"SHOP_ERROR_2FA_REQUIRED", "TOKEN_LOST"} {
		added := descriptorSet(t, strings.Replace(shop, "} }\n}\nservice", `} }
			value { name: "`+neighbour+`" number: 1003 options { [errpact.v1.entry] {
				connect_code: CONNECT_CODE_UNAUTHENTICATED http_status: 401 message: "Added" description: "D" } } }
			}`+"\nservice", 1))
		if got := call(t, "", "check", "-against", older, added); got.exit != exitOK {
			t.Errorf("check -against with %s = %+v, want nothing", neighbour, got)
		}
		if page := call(t, "", "docs", "-format", "json", added); !strings.Contains(page.out, `"short_name": "OUT_OF_STOCK"`) || !strings.Contains(page.out, neighbour) {
			t.Errorf("docs with %s = %+v, want OUT_OF_STOCK", neighbour, page)
		}
	}
	renamed := descriptorSet(t, strings.Replace(shop, `message: "No card"`, `message: "No card" reason: "CARD_MISSING"`, 1))
	got := call(t, "", "check", "-against", older, renamed)
	want := `acme.shop.v1.SHOP_ERROR_NO_CARD: want reason "NO_CARD" in google.rpc.ErrorInfo as before, have "CARD_MISSING": write reason: "NO_CARD" in its option errpact.v1.entry (ERRPACT_REASON_SAME)
acme.shop.v1.SHOP_ERROR_NO_CARD: want Go name NoCard as before, have CardMissing (ERRPACT_GO_NAME_SAME)
`
	if got.exit != exitProblem || got.out != want {
		t.Errorf("check -against = %+v, want\n%s", got, want)
	}
}

// ofService declares errors on the service alone, of the built-in catalogue alone.
func ofService(errors ...string) string {
	option := `options { [errpact.v1.service] { `
	for _, name := range errors {
		option += `errors: "` + name + `" `
	}
	head, _, _ := strings.Cut(withoutEnum(shop), "service {")
	return head + `service { name: "ShopService" method { name: "Buy" input_type: ".acme.shop.v1.Stock" output_type: ".acme.shop.v1.Stock" } ` + option + "} } }"
}

// TestCheckAgainstWithBuiltinErrors: a method may name the built-in catalogue's errors without an import, so that neither
// file, one or both have the catalogue.
func TestCheckAgainstWithBuiltinErrors(t *testing.T) {
	const exists, both = "ERROR_CODE_NOT_EXIST", "ERROR_CODE_NOT_EXIST,ERROR_CODE_DATABASE"
	image := func(errors string, imports bool) string {
		text := ofService(strings.Split(errors, ",")...)
		if !imports {
			return descriptorSet(t, text)
		}
		return descriptorSet(t, text, errpactv1.File_errpact_v1_error_code_proto)
	}
	for _, test := range []struct{ before, now, want string }{
		{exists, exists, ""},
		{exists, both, `acme.shop.v1.ShopService: want no new error, have "ERROR_CODE_DATABASE" (ERRPACT_CONTRACT_NO_ADD)` + "\n"},
		{both, exists, `acme.shop.v1.ShopService: want error "ERROR_CODE_DATABASE" to stay, have it removed (ERRPACT_CONTRACT_NO_DELETE)` + "\n"},
	} {
		for _, imports := range [][2]bool{{}, {true, false}, {false, true}, {true, true}} {
			got := call(t, "", "check", "-use", "ERRPACT_CONTRACT_NO_ADD,ERRPACT_CONTRACT_NO_DELETE",
				"-against", image(test.before, imports[0]), image(test.now, imports[1]))
			if got.out != test.want || (got.exit == exitOK) != (test.want == "") {
				t.Errorf("check of %q against %q, which import the catalogue: %v = %+v, want\n%s", test.now, test.before, imports, got, test.want)
			}
		}
	}
}

// TestCheckTakesErrorsOfAService, with no catalogue and no list of a method in the file.
func TestCheckTakesErrorsOfAService(t *testing.T) {
	if got := call(t, "", "check", descriptorSet(t, ofService("ERROR_CODE_NOT_EXIST"))); got.exit != exitOK || got.out+got.err != "" {
		t.Errorf("check = %+v, want nothing", got)
	}
}

func TestCheckFindsWhatIsNoCatalogue(t *testing.T) {
	bare := strings.Replace(shop, `options { [errpact.v1.catalogue] { domain: "shop.acme.example" } }`, "", 1)
	for _, test := range []struct{ text, out, err string }{
		{withoutEnum(bare), "", "errors to be an entry"},
		{bare, "acme.shop.v1.ShopError: want option errpact.v1.catalogue, since SHOP_ERROR_OUT_OF_STOCK has option errpact.v1.entry: write option", "mistakes"},
		{strings.Split(withoutEnum(bare), "service {")[0], "", "want an enum with option errpact.v1.catalogue, a method with errpact.v1.rest or a service with errpact.v1.service, have none"},
	} {
		got := call(t, "", "check", descriptorSet(t, test.text))
		if got.exit != exitProblem || !strings.Contains(got.out, test.out) || !strings.Contains(got.out+got.err, test.err) {
			t.Errorf("check of %s = %+v, want %q and %q", test.text, got, test.out, test.err)
		}
	}
}
