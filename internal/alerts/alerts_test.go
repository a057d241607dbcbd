// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package alerts_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/internal/alerts"
	"github.com/errpact/errpact/mapping/catalogue"
)

var update = flag.Bool("update", false, "write the golden file")

// shop is a catalogue that can be a server's first, with texts that YAML and templates would read in their own way.
var shop = &catalogue.Catalogue{Name: "shop.v1.ShopError", Entries: []*catalogue.Entry{
	{Name: "SHOP_ERROR_BUG", HTTPStatus: 500, ConnectCode: 13, Message: "Something broke", Role: catalogue.RoleUnmapped, Owner: "shop: \"web\""},
	{Name: "SHOP_ERROR_SOLD_OUT", HTTPStatus: 409, ConnectCode: 9, Message: "Sold out"},
	{
		Name: "SHOP_ERROR_STOCK", HTTPStatus: 500, ConnectCode: 13, Message: "{article}: don't \"ask\" #1 {{ .Labels }}",
		Description: "Line one\nline two\x7f\u0090\ufeff\uffff 📦", Resolution: "- look: here", Owner: "stock",
		Reasons: []*catalogue.Reason{
			{Name: "STALE", HTTPStatus: 409, ConnectCode: 10, Message: "Somebody was faster"},
			{Name: "DOWN", HTTPStatus: 503, ConnectCode: 14, Message: "No stock keeper"},
		},
	},
	{
		Name: "SHOP_ERROR_BANK", HTTPStatus: 502, ConnectCode: 14, Message: "No bank", Reasons: []*catalogue.Reason{
			{Name: "UNREACHABLE", HTTPStatus: 502, ConnectCode: 14, Role: catalogue.RoleUpstreamUnreachable},
			{Name: "TIMED_OUT", HTTPStatus: 504, ConnectCode: 14, Role: catalogue.RoleUpstreamTimedOut},
			{Name: "REJECTED", HTTPStatus: 502, ConnectCode: 14, Role: catalogue.RoleUpstreamRejected},
		},
	},
}}

func written(t *testing.T, c alerts.Config) string {
	t.Helper()
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := c.Write(&b, []*catalogue.Catalogue{shop}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRulesAreTheGoldenFiles: promtool reads the files elsewhere. Entries and reasons that are the caller's fault have
// no alert, and without counters of requests there are no ratios.
func TestRulesAreTheGoldenFiles(t *testing.T) {
	for name, config := range map[string]alerts.Config{
		"testdata/shop.yaml": {
			PageURL: "https://shop.example/errors?q={{", Requests: []string{"rpc_total", "http_total"}, Objective: "99.5",
		},
		"testdata/absolute.yaml": {Objective: "99.9"},
	} {
		got := written(t, config)
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCheckFindsWhatNoRuleCanBeMadeOf(t *testing.T) {
	for _, c := range []alerts.Config{
		{Objective: ""}, {Objective: "100"}, {Objective: "94"}, {Objective: "NaN"}, {Objective: "99.9%"}, {Objective: "0x63"}, {Objective: "0x1.8cp6"},
		{Objective: "99.9", Requests: []string{"rpc.server.duration"}},
		{Objective: "99.9", Requests: []string{""}},
		{Objective: "99.9", PageURL: "errors.html"},
		{Objective: "99.9", PageURL: "https://shop.example/errors#TOP"},
	} {
		if err := c.Check(); err == nil {
			t.Errorf("Check(%+v) finds nothing", c)
		}
	}
}
