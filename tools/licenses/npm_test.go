// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestPackagesOfNPMAreHeldToTheSameLicenses plants one package beside a permissive one.
func TestPackagesOfNPMAreHeldToTheSameLicenses(t *testing.T) {
	const lock = `{"packages": {
		"": {"license": "Apache-2.0"},
		"node_modules/own": {"resolved": "packages/own", "link": true},
		"node_modules/good": {"version": "1.0.0", "license": "MIT"},
		"node_modules/good/node_modules/@planted/one": {%s}
	}}`
	for planted, want := range map[string]struct{ published, elsewhere bool }{
		`"license": "MIT"`:                               {true, true},
		`"license": "BlueOak-1.0.0"`:                     {true, true},
		`"license": "(Apache-2.0 AND BSD-3-Clause)"`:     {true, true},
		`"license": "GPL-3.0-only OR MIT"`:               {true, true},
		`"license": "MPL-2.0"`:                           {false, true},
		`"license": "MPL-2.0", "dev": true`:              {true, true},
		`"license": "GPL-3.0-only"`:                      {false, false},
		`"license": "GPL-3.0-only", "dev": true`:         {false, false},
		`"license": "MIT AND GPL-3.0-only"`:              {false, false},
		`"license": "(MIT OR MIT) AND (GPL-2.0 OR MIT)"`: {false, false},
		`"license": "SEE LICENSE IN LICENSE"`:            {false, false},
		`"license": ""`:                                  {false, false},
		`"version": "1.0.0"`:                             {false, false},
		`"version": "1.0.0", "dev": true`:                {false, false},
	} {
		file := filepath.Join(t.TempDir(), "package-lock.json")
		if err := os.WriteFile(file, fmt.Appendf(nil, lock, planted), 0o600); err != nil {
			t.Fatal(err)
		}
		found := map[string][]string{}
		if err := checkNPM(file, true, found); (err == nil) != want.published {
			t.Errorf("{%s} where users get it: %v", planted, err)
		}
		if err := checkNPM(file, false, found); (err == nil) != want.elsewhere {
			t.Errorf("{%s} elsewhere: %v", planted, err)
		}
		if len(found) != 2 {
			t.Errorf("{%s}: found %v, want two dependencies", planted, found)
		}
	}
}

// TestEveryLockfileIsRead also plants one in a folder of what is installed.
func TestEveryLockfileIsRead(t *testing.T) {
	checkout := t.TempDir()
	for _, folder := range []string{"es", "test/node", "es/node_modules/x", ".build/es"} {
		if err := os.MkdirAll(filepath.Join(checkout, folder), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(checkout, folder, "package-lock.json"), []byte(`{"lockfileVersion": 1}`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := lockfiles(checkout)
	if err != nil || len(found) != 2 {
		t.Errorf("found %q, %v, want those of es and test/node", found, err)
	}
	if err := checkNPM(filepath.Join(checkout, found[0]), true, map[string][]string{}); err == nil {
		t.Error("a lockfile without packages holds no license, want an error")
	}
}
