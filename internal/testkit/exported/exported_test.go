// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package exported_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/internal/testkit/exported"
)

const source = `package p
func F() {}
func g() {}
func (T) Value() {}
func (*T) Pointer() {}
func (G[A]) One() {}
func (*H[A, B]) Two() {}
func (*T) hidden() {}
func (t) Method() {}
`

func TestFunctions(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"a.go": source, "a_test.go": "package p\nfunc TestF() {}", "b.txt": "no Go"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := exported.Functions(folder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"F", "G.One", "H.Two", "T.Pointer", "T.Value"}, got); diff != "" {
		t.Errorf("Functions (-want +got):\n%s", diff)
	}
	if _, err := exported.Functions(filepath.Join(folder, "absent")); err == nil {
		t.Errorf("a folder that is not there has functions")
	}
}
