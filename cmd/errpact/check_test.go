// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"strings"
	"testing"
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
