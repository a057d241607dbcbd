// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"strings"
	"testing"

	"github.com/errpact/errpact/mapping/catalogue"
)

// TestLintRefusesLanguagesThatNobodyAsksFor: they have the form of a tag, and package mapping never sends their message.
func TestLintRefusesLanguagesThatNobodyAsksFor(t *testing.T) {
	const want = `want the registered BCP 47 tag of a language, for no caller asks for another: write "de" for German, "pt-BR" for the Portuguese of Brazil`
	for tag, fits := range map[string]bool{
		"german": false, "deutsch": false, "xx": false, "de-GERMANY": false,
		"de": true, "de-DE": true, "gsw": true, "pt-BR": true, "zh-Hans": true, "sr-Latn-RS": true, "es-419": true, "DE": true,
	} {
		translated := `messages { key: "` + tag + `" value: "a" }`
		for name, entry := range map[string]string{
			"entry": fine + translated, "reason": fine + `reasons { name: "LATE" description: "D" ` + translated + ` }`,
		} {
			var said []string
			for _, p := range catalogue.Lint(withBuiltin(lintFile(t, words(entry), "")), nil) {
				said = append(said, p.Error())
			}
			all := strings.Join(said, "\n")
			if fits && all != "" || !fits && !strings.Contains(all, `messages "`+tag+`": `+want) {
				t.Errorf("%s, %q: %s", name, tag, all)
			}
		}
	}
}
