// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package observed_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errpact/errpact/internal/testkit/observed"
)

// records stands for the tests of a package, in which servers record errors.
type records struct {
	t     *testing.T
	lines string
	code  int
}

func (r records) Run() int {
	if err := os.WriteFile(os.Getenv("CAPSULE_ERRORS"), []byte(r.lines), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return r.code
}

func TestRunFailsForErrorsThatMethodsDoNotReturn(t *testing.T) {
	t.Setenv("CAPSULE_ERRORS", "") // what Run sets is taken back
	list := filepath.Join(t.TempDir(), "returns.txt")
	if err := os.WriteFile(list, []byte("/acme.Shop/Buy ERROR_CODE_NOT_EXIST\n/acme.Shop/Sell ERROR_CODE_INVALID_VALUE/NO_MEDIA\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, lines string
		code, want  int
	}{
		{"nothing", "", 0, 0},
		{"a failed test", "", 3, 3},
		{"listed", "/acme.Shop/Buy ERROR_CODE_NOT_EXIST\n", 0, 0},
		{"listed as a reason", "/acme.Shop/Sell ERROR_CODE_INVALID_VALUE/NO_MEDIA\n", 0, 0},
		{"a reason of a listed entry", "/acme.Shop/Buy ERROR_CODE_NOT_EXIST/GONE\n", 0, 0},
		{"the entry of a listed reason", "/acme.Shop/Sell ERROR_CODE_INVALID_VALUE\n", 0, 1},
		{"another method's", "/acme.Shop/Sell ERROR_CODE_NOT_EXIST\n", 0, 1},
		{"a method without a line", "/acme.Shop/Return ERROR_CODE_NOT_EXIST\n", 0, 1},
		{"undeclared, though listed", "/acme.Shop/Buy ERROR_CODE_NOT_EXIST undeclared\n", 0, 1},
		{"a service without a line", "/acme.Health/Check ERROR_CODE_NOT_EXIST\n", 0, 0},
		{"of a Connect code that stands around handlers", "/acme.Shop/Buy ERROR_CODE_AUTH_FORBIDDEN\n", 0, 0},
		{"of a role", "/acme.Shop/Buy ERROR_CODE_EXTERNAL_SERVICE/TIMED_OUT\n/acme.Shop/Buy ERROR_CODE_UNKNOWN\n", 0, 0},
		{"of no catalogue", "/acme.Shop/Buy SHOP_ERROR_CLOSED\n", 0, 1},
	} {
		if got := observed.Run(records{t, test.lines, test.code}, list); got != test.want {
			t.Errorf("%s: Run = %d, want %d", test.name, got, test.want)
		}
	}
	if got := observed.Run(records{t: t}, filepath.Join(t.TempDir(), "none.txt")); got != 1 {
		t.Errorf("without a list: Run = %d, want 1", got)
	}
}
