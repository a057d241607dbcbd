// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package scaffold_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errpact/errpact/cmd/errpact/internal/scaffold"
)

func TestModuleReadsGoMod(t *testing.T) {
	for name, test := range map[string]struct{ content, below, want string }{
		"plain":              {"module acme.example/shop\n\ngo 1.26.0\n", "", "acme.example/shop"},
		"below":              {"module acme.example/shop\n", "api/errors", "acme.example/shop/api/errors"},
		"quoted":             {"module \"acme.example/shop\"\n", "", "acme.example/shop"},
		"raw":                {"module `acme.example/shop`\n", "", "acme.example/shop"},
		"with a comment":     {"// module no\nmodule acme.example/shop // its path\n", "", "acme.example/shop"},
		"after other lines":  {"go 1.26.0\nrequire a.example/b v1.0.0\nmodule acme.example/shop\n", "", "acme.example/shop"},
		"Windows' line ends": {"module acme.example/shop\r\ngo 1.26.0\r\n", "", "acme.example/shop"},
		"no end of line":     {"module acme.example/shop", "", "acme.example/shop"},
		"empty":              {"", "", ""},
		"no module":          {"go 1.26.0\n", "", ""},
		"a word too many":    {"module a b\n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			folder := filepath.Join(root, test.below)
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			got, at, err := scaffold.Module(folder)
			switch {
			case test.want == "" && (err == nil || !strings.Contains(err.Error(), "want a line like")):
				t.Errorf("Module() = %q, %v; want an error", got, err)
			case test.want != "" && (err != nil || got != test.want || at != root):
				t.Errorf("Module() = %q in %s, %v; want %q in %s", got, at, err, test.want, root)
			}
		})
	}
}

func TestModuleOfNone(t *testing.T) {
	if got, root, err := scaffold.Module(filepath.Join(t.TempDir(), "nowhere")); got != "" || root != "" || err != nil {
		t.Errorf("Module() = %q in %q, %v; want none", got, root, err)
	}
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "go.mod"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got, _, err := scaffold.Module(folder); err == nil {
		t.Errorf("Module() = %q of a folder called go.mod, want an error", got)
	}
}
