// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

func TestProtosAreLookedForUpToTheRepositoryOrElseTheModule(t *testing.T) {
	dir := t.TempDir()
	inner := filepath.Join(dir, "outer", "inner")
	for name, text := range map[string]string{
		"outer/go.mod": "", "outer/inner/go.mod": "", "outer/proto/a.proto": "syntax = \"proto3\"; package a;\r\n", "outer/inner/idl/b.proto": "package b ;",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func(protos *lint.Protos, name, pkg, want string) {
		t.Helper()
		if want != "" {
			want = filepath.Join(dir, want)
		}
		if got := protos.File(name, pkg); got != want {
			t.Errorf("File(%q, %q) = %q, want %q", name, pkg, got, want)
		}
	}
	check(lint.NewProtos(inner), "a.proto", "a", "")
	check(lint.NewProtos(inner), "b.proto", "b", "outer/inner/idl/b.proto")
	check(lint.NewProtos(inner), "b.proto", "c", "")
	both := lint.NewProtos(inner) // a miss is remembered, and not of another package
	check(both, "b.proto", "c", "")
	check(both, "b.proto", "b", "outer/inner/idl/b.proto")
	check(both, "b.proto", "c", "")
	check(lint.NewProtos(inner, filepath.Join(dir, "outer", "proto")), "a.proto", "a", "outer/proto/a.proto")
	if err := os.Mkdir(filepath.Join(dir, "outer", ".git"), 0o750); err != nil {
		t.Fatal(err)
	}
	check(lint.NewProtos(inner), "a.proto", "a", "outer/proto/a.proto")
	check(lint.NewProtos(inner), "b.proto", "b", "outer/inner/idl/b.proto")
}
