// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

// TestDocsPrometheus has an alert for each entry and reason that is not the caller's fault, with a link to its
// place on the page. Elsewhere, promtool reads the rules.
func TestDocsPrometheus(t *testing.T) {
	got := call(t, "", "docs", "-format", "prometheus", "-page-url", "https://acme.example/errors", descriptorSet(t, shop))
	page := call(t, "", "docs", descriptorSet(t, shop))
	if got.exit != exitOK || page.exit != exitOK {
		t.Fatalf("docs = %+v", got)
	}
	for _, anchor := range []string{"SHOP_ERROR_OUT_OF_STOCK", "ERROR_CODE_DATABASE", "ERROR_CODE_DATABASE.TEMPORARILY_UNAVAILABLE", "ERROR_CODE_EXTERNAL_SERVICE.TIMED_OUT"} {
		link := `runbook_url: "https://acme.example/errors#` + anchor + `"`
		if !strings.Contains(got.out, `alert: "`+anchor+`"`) || !strings.Contains(got.out, link) {
			t.Errorf("there is no alert on %s, or it has no link to the page", anchor)
		}
		if !strings.Contains(page.out, `id="`+anchor+`"`) {
			t.Errorf("the page has no %s", anchor)
		}
	}
	if !strings.Contains(got.out, `owner: "stock_team <x>"`) {
		t.Error("the alert on SHOP_ERROR_OUT_OF_STOCK has no owner")
	}
	for _, caller := range []string{"SHOP_ERROR_NO_CARD", "ERROR_CODE_NOT_EXIST"} {
		if strings.Contains(got.out, caller) {
			t.Errorf("there is an alert on %s, which is the caller's fault", caller)
		}
	}
}

// TestDocsPrometheusWithoutCounters has alerts that need none.
func TestDocsPrometheusWithoutCounters(t *testing.T) {
	got := call(t, "", "docs", "-format", "prometheus", "-rpc-requests", "", "-http-requests", "")
	if got.exit != exitOK || strings.Contains(got.out, "ratio") || !strings.Contains(got.out, "ErrpactPanic") {
		t.Errorf("docs = %+v", got)
	}
}

func TestDocsRefusesFlagsOfOtherFormats(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-into", "api.yaml"}, "want -format openapi with -into"},
		{[]string{"-page-url", "https://acme.example"}, "want -format prometheus with -page-url"},
		{[]string{"-format", "prometheus", "-into", "api.yaml"}, "want -format openapi with -into"},
		{[]string{"-format", "prometheus", "-only-declared"}, "without -only-declared"},
		{[]string{"-format", "service-config"}, "want FILE with -format service-config: it is made of methods"},
		{[]string{"-format", "prometheus", "-objective", "100"}, "want an objective above 94"},
		{[]string{"-format", "prometheus", "-rpc-requests", "rpc.server"}, "want a name of a Prometheus metric"},
	} {
		got := call(t, "", append([]string{"docs"}, test.args...)...)
		if got.exit != exitUsage || !strings.Contains(got.err, test.want) {
			t.Errorf("docs %v = %+v, want %q", test.args, got, test.want)
		}
	}
}
