// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/errpact/errpact/mapping"
)

// TestDocsHTML: one file that fetches nothing, with an anchor for each entry and reason, and with all
// text of the catalogue escaped.
func TestDocsHTML(t *testing.T) {
	got := call(t, "", "docs", "-title", "Shop <errors>", descriptorSet(t, shop))
	if got.exit != exitOK {
		t.Fatalf("docs = %+v", got)
	}
	for _, part := range []string{
		"<title>Shop &lt;errors&gt;</title>", `id="SHOP_ERROR_OUT_OF_STOCK"`, `id="SHOP_ERROR_OUT_OF_STOCK.LAST_ONE"`,
		"Out of stock &lt;now&gt; &amp; here", "Ausverkauft", "deprecated",
		"<li>fault: server</li>", "<dt>Retry</dt><dd>Try again after 1 min if the call may be repeated</dd>",
		"<dt>Retry</dt><dd>Never try again automatically</dd>", "<dt>Owner</dt><dd>stock_team &lt;x&gt;</dd>", `href="https://acme.example/stock"`,
		`&#34;error_code&#34;: 1001`, `&#34;code&#34;: &#34;failed_precondition&#34;`,
	} {
		if !strings.Contains(got.out, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	for _, fetched := range regexp.MustCompile(`(src|href)="([^"#][^"]*)"|@import|url\(`).FindAllString(got.out, -1) {
		if fetched != `href="data:,"` && fetched != `href="https://acme.example/stock"` {
			t.Errorf("the page fetches %s", fetched)
		}
	}
}

// TestDocsMarkdown escapes what Markdown would take for its own.
func TestDocsMarkdown(t *testing.T) {
	got := call(t, "", "docs", "-format", "markdown", descriptorSet(t, shop))
	for _, want := range []string{
		"| 1001 | [OUT\\_OF\\_STOCK](#SHOP_ERROR_OUT_OF_STOCK) | failed_precondition | 409 | Out of stock &lt;now&gt; &amp; here |\n",
		"**Out of stock &lt;now&gt; &amp; here** · Connect code failed_precondition · HTTP 409 · fault: server · owner: stock\\_team &lt;x&gt;\n",
		"\nTry again after 1 min if the call may be repeated.\n", "\nNever try again automatically.\n",
	} {
		if got.exit != exitOK || !strings.Contains(got.out, want) {
			t.Errorf("docs = %+v, want a line %s", got, want)
		}
	}
	odd := strings.Replace(shop, `"shop.acme.example"`, "\"shop`<img src=x>\"", 1)
	if got := call(t, "", "docs", "-format", "markdown", descriptorSet(t, odd)); !strings.Contains(got.out, "\nDomain ``shop`<img src=x>``.\n") {
		t.Errorf("docs = %+v, want the domain in a code span", got)
	}
}

// TestDocsJSON is whole, and its examples are what servers send.
func TestDocsJSON(t *testing.T) {
	got := call(t, "", "docs", "-format", "json", "builtin")
	var page struct {
		Catalogues []struct {
			Name    string
			Entries []struct {
				Number              int32
				Envelope            json.RawMessage
				Connect             struct{ Code string }
				Code                string `json:"connect_code"`
				Fault, Retry, Owner string
				Advice              string `json:"retry_advice"`
				Reasons             []struct{ Retry string }
			}
		}
	}
	if err := json.Unmarshal([]byte(got.out), &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Catalogues) != 1 || len(page.Catalogues[0].Entries) != 15 {
		t.Fatalf("page = %+v, want 15 entries", page)
	}
	for _, e := range page.Catalogues[0].Entries {
		envelope, err := mapping.ParseEnvelope(e.Envelope)
		if err != nil || envelope.Code != e.Number {
			t.Errorf("envelope of %d = %+v, %v", e.Number, envelope, err)
		}
		if e.Connect.Code != e.Code {
			t.Errorf("Connect example of %d has code %q, want %q", e.Number, e.Connect.Code, e.Code)
		}
	}
	external := page.Catalogues[0].Entries[11]
	if external.Fault != "upstream" || external.Retry != "none" || external.Advice == "" || external.Reasons[0].Retry != "idempotent" {
		t.Errorf("entry 11 = %+v, want an upstream's fault, and a reason to try again", external)
	}
}

// TestDocsIsDeterministic: a page in version control must not change by itself.
func TestDocsIsDeterministic(t *testing.T) {
	image := descriptorSet(t, shop)
	for _, format := range formats {
		first := call(t, "", "docs", "-format", format, image)
		if second := call(t, "", "docs", "-format", format, image); first != second || first.exit != exitOK {
			t.Errorf("%s: two calls differ: %+v, %+v", format, first, second)
		}
	}
}

// TestDocsSaysThatNoMethodHasARoute: a document without paths looks like a mistake of errpact's.
func TestDocsSaysThatNoMethodHasARoute(t *testing.T) {
	const note = "errpact docs: no method has a google.api.http route, so the document has no paths\n"
	if got := call(t, "", "docs", "-format", "openapi", descriptorSet(t, shop)); got.exit != exitOK || got.err != note {
		t.Errorf("docs = exit %d, stderr %q, want %q", got.exit, got.err, note)
	}
	if got := call(t, "", "docs", "-format", "openapi"); got.exit != exitOK || got.err != "" {
		t.Errorf("docs of the built-in catalogue = exit %d, stderr %q, want none", got.exit, got.err)
	}
}
