// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package exported_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/internal/testkit/exported"
)

// Fragile is a struct whose zero value panics in one of its methods.
type Fragile struct{ next *Fragile }

// Next panics.
func (f *Fragile) Next(...string) *Fragile { return f.next.next }

// Name does not panic.
func (f *Fragile) Name(fmt.Stringer, int) string { return "" }

// recorder keeps what a test is told.
type recorder struct {
	testing.TB
	told []string
}

func (*recorder) Helper()                        {}
func (r *recorder) Error(args ...any)            { r.told = append(r.told, fmt.Sprint(args...)) }
func (r *recorder) Errorf(f string, args ...any) { r.told = append(r.told, fmt.Sprintf(f, args...)) }

func TestCheckZeroFindsPanicsAndWhatIsNotTested(t *testing.T) {
	folder := t.TempDir()
	text := "package p\ntype Fragile struct{}\ntype (\n\tOther struct{ n int }\n\tG[T any] struct{}\n\tI interface{}\n\tn struct{}\n)\n"
	if err := os.WriteFile(filepath.Join(folder, "a.go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &recorder{TB: t}
	exported.CheckZero(r, folder, new(Fragile))
	want := []string{
		"*exported_test.Fragile.Next panics: runtime error: invalid memory address or nil pointer dereference",
		"zero values of [Fragile] are tested, want [Fragile Other]",
	}
	if diff := cmp.Diff(want, r.told); diff != "" {
		t.Errorf("CheckZero (-want +told):\n%s", diff)
	}
}
