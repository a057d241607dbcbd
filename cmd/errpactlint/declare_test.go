// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

// TestFilesOfOnePathAreToldApartByTheirPackages: "api.proto" is the path of many.
func TestFilesOfOnePathAreToldApartByTheirPackages(t *testing.T) {
	dir := t.TempDir()
	found := filepath.Join(dir, "api.proto")
	if err := os.WriteFile(found, []byte("package here;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var all []vetted
	for _, u := range []lint.Undeclared{
		{Package: "other", Foreign: true, Service: "Other"},
		{Package: "gone", Service: "Gone"},
		{Package: "gone", Service: "Again"}, // of the same file, which is said to be missing once
		{Package: "other", Service: "Copied"},
		{Package: "here", Service: "Here"},
		{Package: "lost", Service: "Lost"},
	} {
		u.Dir, u.Path, u.Method, u.Errors = dir, "api.proto", "Get", []string{"X"}
		text, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, vetted{Message: string(text)})
	}
	files, missing, err := byFile(all, nil)
	if err != nil || len(files) != 1 || len(files[found]) != 1 || files[found][0].Service != "Here" {
		t.Errorf("byFile() = %v, %v, want Here in %s", files, err, found)
	}
	if missing == nil {
		t.Fatal("byFile() says that no file is missing")
	}
	lines := strings.Split(missing.Error(), "\n")
	for i, want := range []string{"Gone.Get, have no such file of package gone", "Copied.Get, have no such file of package other", "Lost.Get, have no such file of package lost"} {
		if len(lines) != 3 || !strings.Contains(lines[i], want) {
			t.Errorf("byFile() says that these are missing:\n%v\nwant %q in line %d of 3", missing, want, i+1)
		}
	}
}
