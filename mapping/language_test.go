// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// polyglot is a catalogue with translations: 6001 has some of all that is allowed, 6002 has English
// among them, 6003 has placeholders, and 6004 none.
func polyglot(t testing.TB) *mapping.Catalogue {
	t.Helper()
	const code = errpactv1.ConnectCode_CONNECT_CODE_NOT_FOUND
	many := newEntry(code, 404, "Not here")
	many.Messages = map[string]string{"de": "Nicht da", "fr": "Pas ici", "pt-BR": "Não está", "zh-Hans": "不在", "qqqq-xx": "of no language"}
	many.Reasons = []*errpactv1.Reason{
		{Name: "MOVED", Message: "Moved", Messages: map[string]string{"de": "Umgezogen"}},
		{Name: "LOST", Message: "Lost"},
		{Name: "SAME"},
	}
	english := newEntry(code, 404, "Nicht da")
	english.Messages = map[string]string{"en": "Not here", "fr": "Pas ici"}
	counted := newEntry(code, 404, "Only {left} left")
	counted.FallbackMessage, counted.Params = "Few left", []*errpactv1.Param{{Name: "left", Type: "int64"}}
	counted.Messages = map[string]string{"de": "Nur noch {left} da", "fr": "Presque rien"}
	c, err := mapping.NewCatalogue(newEnum(t, "Polyglot", "polyglot.acme.example", map[int32]*errpactv1.Entry{
		6001: many, 6002: english, 6003: counted, 6004: newEntry(code, 404, "Gone"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestMessageInACallersLanguage walks Accept-Language, as RFC 9110, section 12.5.4, has it.
func TestMessageInACallersLanguage(t *testing.T) {
	c := polyglot(t)
	many := c.Code(6001)
	for _, test := range []struct {
		code          mapping.Code
		accept        string
		message, lang string
	}{
		{many, "de", "Nicht da", "de"},
		{many, "de-AT", "Nicht da", "de"},
		{many, "DE-at;q=0.1", "Nicht da", "de"},
		{many, "fr;q=0.5, de;q=0.8", "Nicht da", "de"},
		{many, "fr, de", "Pas ici", "fr"},
		{many, " pt ", "Não está", "pt-BR"},
		{many, "zh-CN", "不在", "zh-Hans"},
		{many, "ja, de", "Nicht da", "de"},
		{many, "not a tag, de;q=x, fr;q=2, de;q=0.1", "Nicht da", "de"},
		{many, "en-US, en;q=0.9, de;q=0.8", "Not here", ""},
		{many, "ja", "Not here", ""},
		{many, "*", "Not here", ""},
		{many, "", "Not here", ""},
		{many, "de;q=0", "Not here", ""},
		{many, "qqqq-xx", "Not here", ""},
		{many.WithReason("MOVED"), "de", "Umgezogen", "de"},
		{many.WithReason("MOVED"), "fr", "Moved", ""},
		{many.WithReason("LOST"), "de", "Lost", ""},
		{many.WithReason("SAME"), "de", "Nicht da", "de"},
		{c.Code(6002), "en-GB", "Not here", "en"},
		{c.Code(6002), "de, fr;q=0.5", "Pas ici", "fr"},
		{c.Code(6003), "de", "Few left", ""},
		{c.Code(6003), "fr", "Presque rien", "fr"},
		{c.Code(6004), "de", "Gone", ""},
	} {
		e, _ := mapping.From(test.code)
		message, lang := e.MessageIn([]string{test.accept})
		if message != test.message || lang != test.lang {
			t.Errorf("%v/%s in %q = %q (%s), want %q (%s)", test.code, test.code.Reason(), test.accept, message, lang, test.message, test.lang)
		}
	}
	e, _ := mapping.From(many)
	if message, lang := e.MessageIn([]string{"ja", "de;q=0.2, fr;q=0.1"}); message != "Nicht da" || lang != "de" {
		t.Errorf("of two headers it is %q (%s)", message, lang)
	}
	for code, want := range map[mapping.Code]bool{many: true, many.WithReason("LOST"): false, c.Code(6004): false, {}: false} {
		if e, _ := mapping.From(code); varies(e) != want {
			t.Errorf("%v/%s: Translated() = %v", code, code.Reason(), !want)
		}
	}
}

// TestOwnMessagesAreNotTranslated: a translation is of the entry's message, and of no other.
func TestOwnMessagesAreNotTranslated(t *testing.T) {
	many := polyglot(t).Code(6001)
	german := []string{"de"}
	for name, e := range map[string]*mapping.Error{"New": many.New("Shelf 7 is empty"), "Errorf": many.Errorf("shelf %d is empty", 7)} {
		if message, lang := e.MessageIn(german); message != e.Message() || lang != "" || varies(e) {
			t.Errorf("%s: %q (%s)", name, message, lang)
		}
	}
	own := many.New("Shelf 7 is empty").WithDetail(&errdetails.LocalizedMessage{Locale: "de", Message: "Fach 7\nist leer"})
	if message, lang := own.MessageIn(german); message != "Fach 7 ist leer" || lang != "de" || !varies(own) {
		t.Errorf("a LocalizedMessage of one's own: %q (%s)", message, lang)
	}
	if message, lang := own.MessageIn([]string{"fr"}); message != "Shelf 7 is empty" || lang != "" {
		t.Errorf("in another language: %q (%s)", message, lang)
	}
	if message, lang := (*mapping.Error)(nil).MessageIn(german); message != "Unknown server side error occurred" || lang != "" {
		t.Errorf("of nil: %q (%s)", message, lang)
	}
}

// TestHostileAcceptLanguage is bounded, and harms nobody.
func TestHostileAcceptLanguage(t *testing.T) {
	e, _ := mapping.From(polyglot(t).Code(6001))
	for name, values := range map[string][]string{
		"64 KiB":              {strings.Repeat("a", 64<<10)},
		"64 KiB of hyphens":   {strings.Repeat("-", 64<<10)},
		"one long tag":        {"x-" + strings.Repeat("a-", 32<<10)},
		"10,000 tags":         {strings.Repeat("xx,", 10000) + "de"},
		"10,000 headers":      append(slicesOf("ja", 10000), "de"),
		"no UTF-8":            {"\xff\xfe;q=\x00"},
		"separators":          {strings.Repeat(",;=", 10000)},
		"extensions":          {"de-u-" + strings.Repeat("co-phonebk-", 1000)},
		"an endless weight":   {"de;q=0." + strings.Repeat("9", 60<<10)},
		"weights of no sense": {"de;q=NaN, de;q=-1, de;q=1e999, de;q=+Inf"},
	} {
		if message, lang := e.MessageIn(values); message != "Not here" || lang != "" {
			t.Errorf("%s: %q (%s)", name, message, lang)
		}
		few := testing.AllocsPerRun(1, func() { e.MessageIn(values) })
		if few > 200 {
			t.Errorf("%s: %v allocations", name, few)
		}
	}
	if message, _ := e.MessageIn([]string{"de, " + strings.Repeat("xx,", 10000)}); message != "Nicht da" {
		t.Errorf("what is within the bounds counts: %q", message)
	}
}

func slicesOf(value string, n int) []string {
	values := make([]string, n)
	for i := range values {
		values[i] = value
	}
	return values
}

// TestMessageInCostsNothingUnasked: no header, no allocation, translations or not.
func TestMessageInCostsNothingUnasked(t *testing.T) {
	c := polyglot(t)
	for _, number := range []int32{6001, 6004} {
		e, _ := mapping.From(c.Code(number))
		if n := testing.AllocsPerRun(100, func() { e.MessageIn(nil) }); n != 0 {
			t.Errorf("%d: %v allocations", number, n)
		}
	}
}

// TestG11TranslationsAreShared by all who ask at once, the first time included.
func TestG11TranslationsAreShared(t *testing.T) {
	e, _ := mapping.From(polyglot(t).Code(6001))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if message, _ := e.MessageIn([]string{"de"}); message != "Nicht da" {
				t.Errorf("MessageIn = %q", message)
			}
		})
	}
	wg.Wait()
}

// TestLocalizedMessageOnTheWire: the message stays, a detail is added for those who ask.
func TestLocalizedMessageOnTheWire(t *testing.T) {
	c := polyglot(t)
	p := newPolicy(t, mapping.WithCatalogues(nil, c))
	many := c.Code(6001)
	own := &errdetails.LocalizedMessage{Locale: "fr", Message: "à moi"}
	for _, test := range []struct {
		name, accept string
		err          error
		want         string
	}{
		{"asked for", "de", many, "de: Nicht da"},
		{"not asked for", "", many, ""},
		{"not there", "ja", many, ""},
		{"default", "en", many, ""},
		{"no translations", "de", c.Code(6004), ""},
		{"own message", "de", many.New("own"), ""},
		{"own detail", "de", many.WithDetail(own), "fr: à moi"},
		{"own detail, not asked for", "", many.WithDetail(own), "fr: à moi"},
		{"over the budget", "de", many.WithMetadata("long", strings.Repeat("x", 4000)), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := http.Header{}
			if test.accept != "" {
				header.Set("Accept-Language", test.accept)
			}
			call := &mapping.Call{Header: header}
			answer := p.Translate(call, test.err)
			message, details := answer.Message(), answer.Details()
			got, count := "", 0
			for _, d := range details {
				var m errdetails.LocalizedMessage
				if d.MessageIs(&m) {
					count++
					if err := d.UnmarshalTo(&m); err != nil {
						t.Fatal(err)
					}
					got = m.GetLocale() + ": " + m.GetMessage()
				}
			}
			if got != test.want || count > 1 {
				t.Errorf("%d LocalizedMessage, %q, want %q", count, got, test.want)
			}
			if e, _ := mapping.From(test.err); message != e.Message() {
				t.Errorf("message = %q, want %q", message, e.Message())
			}
		})
	}
	if n := len(many.New("own").Details()); n != 0 {
		t.Errorf("%d details of an error that was sent", n)
	}
}

// FuzzMessageIn: any header has an answer.
func FuzzMessageIn(f *testing.F) {
	e, _ := mapping.From(polyglot(f).Code(6001))
	for _, s := range []string{"de", "de-AT, fr;q=0.5", "*", "x-a", "de;q=", "-", "i-klingon", "zh-Hant-TW"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		if message, lang := e.MessageIn([]string{accept}); message == "" || lang == "" && message != "Not here" {
			t.Errorf("%q gives %q (%s)", accept, message, lang)
		}
	})
}

// varies reports whether an answer depends on the caller's language.
func varies(e *mapping.Error) bool {
	_, _, varies := e.EnvelopeIn(mapping.EnvelopeOptions{})
	return varies
}
