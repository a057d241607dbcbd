// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// fileOf returns one file of a module.
func fileOf(t *testing.T, module, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatal(err)
	}
	content, err := fs.ReadFile(os.DirFS(strings.TrimSpace(string(out))), name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// sourceOf returns the Go code of a module, or of a package of the standard library, without its tests.
func sourceOf(t *testing.T, path string) string {
	t.Helper()
	list := []string{"list", "-f", "{{.Dir}}", path}
	if strings.Contains(path, ".") {
		list = []string{"list", "-m", "-f", "{{.Dir}}", path}
	}
	out, err := exec.CommandContext(t.Context(), "go", list...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	tree := os.DirFS(strings.TrimSpace(string(out)))
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		content, err := fs.ReadFile(tree, name)
		source.Write(content)
		return err
	})
	if err != nil || source.Len() == 0 {
		t.Fatalf("read the source of %s: %v", path, err)
	}
	return source.String()
}
