// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package foreign_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// wantInSource checks that a literal in a package's source starts with each text. It is for texts that a
// test cannot provoke.
func wantInSource(t *testing.T, packagePath string, starts ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", packagePath).Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimSpace(string(out))
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no source in %q: %v", dir, err)
	}
	var source bytes.Buffer
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(content)
	}
	for _, start := range starts {
		if !bytes.Contains(source.Bytes(), []byte(`"`+start)) {
			t.Errorf("no literal of %s starts with %q", packagePath, start)
		}
	}
}
