// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"strings"
	"testing"

	"github.com/errpact/errpact/mapping/catalogue"
)

// TestLintSaysWhichEntryAMethodMeans: a name that nothing has is mostly a misspelt one.
func TestLintSaysWhichEntryAMethodMeans(t *testing.T) {
	for name, want := range map[string]string{
		"ERROR_CODE_NOT_EXISTS":                       `have "ERROR_CODE_NOT_EXISTS": write "ERROR_CODE_NOT_EXIST"`,
		"ERROR_CODE_NOR_EXIST":                        `write "ERROR_CODE_NOT_EXIST"`,
		"errpact.v1.ERROR_CODE_DATABSE":               `write "errpact.v1.ERROR_CODE_DATABASE"`,
		"ERROR_CODE_DATABASE/TEMPORARY_UNAVAILABLE":   `write "ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE"`,
		"ERROR_CODE_DATABASE_TEMPORARILY_UNAVAILABLE": `write "ERROR_CODE_DATABASE/TEMPORARILY_UNAVAILABLE"`,
		"elsewhere.v1.ERROR_CODE_NOT_EXISTS":          "write the name of an enum value that has option errpact.v1.entry",
		"SOMETHING_ELSE":                              "write the name of an enum value that has option errpact.v1.entry",
		"":                                            "write the name of an enum value that has option errpact.v1.entry",
	} {
		service := method(`errors: "` + name + `"`)
		var said []string
		for _, p := range catalogue.Lint(withBuiltin(lintFile(t, words(fine), service)), nil) {
			said = append(said, p.Error())
		}
		if all := strings.Join(said, "\n"); !strings.Contains(all, want) {
			t.Errorf("%q: %s, want %q", name, all, want)
		}
	}
}
