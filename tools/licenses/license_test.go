// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestLicensesOfTexts(t *testing.T) {
	const (
		bsd2 = "Redistribution and use in source and\nbinary forms, with or without modification, are permitted"
		bsd3 = bsd2 + "\n * Neither the name … may be used to endorse or promote products\n derived from this software"
		mpl  = "Mozilla Public License Version 2.0\n … the GNU General Public License, Version 2.0"
	)
	for _, each := range []struct {
		text string
		want []string
	}{
		{bsd2, []string{"BSD-2-Clause"}},
		{bsd3, []string{"BSD-3-Clause"}},
		{mpl, []string{"MPL-2.0"}},
		{"GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", []string{"GPL"}},
		{"The FreeType License, which is …, or\nThe GNU General Public License (GPL)", []string{"FTL"}},
		{"All rights reserved.", nil},
	} {
		if got := licensesOf(each.text); !slices.Equal(got, each.want) {
			t.Errorf("licensesOf(%q) = %q, want %q", each.text, got, each.want)
		}
	}
}

func TestUnknownLicensesAreErrors(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"", "Do what you like."} {
		if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := licensesIn(dir); err == nil {
			t.Errorf("%q is %q, want an error", text, got)
		}
	}
}

func TestWhatUsersLinkIsPermissive(t *testing.T) {
	for license, want := range map[string]struct{ published, elsewhere bool }{
		"MIT": {true, true}, "Apache-2.0": {true, true}, "MPL-2.0": {false, true}, "GPL": {false, false}, "AGPL": {false, false},
	} {
		if got := isAllowed(license, true); got != want.published {
			t.Errorf("%s in a published module: %t", license, got)
		}
		if got := isAllowed(license, false); got != want.elsewhere {
			t.Errorf("%s elsewhere: %t", license, got)
		}
	}
}
