// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package protoedit_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errpact/errpact/cmd/errpactlint/internal/protoedit"
)

func TestDiffsApply(t *testing.T) {
	tools := [][]string{{"git", "apply", "--unidiff-zero", "-p0", "-"}}
	if _, err := exec.LookPath("patch"); err == nil {
		tools = append(tools, []string{"patch", "-p0", "--binary"})
	}
	for name, test := range map[string]struct{ before, after string }{
		"every form":                    {before, after},
		"its reverse":                   {after, before},
		"lines of Windows":              {strings.ReplaceAll(before, "\n", "\r\n"), strings.ReplaceAll(after, "\n", "\r\n")},
		"an insertion":                  {"a\nb\nc\n", "a\nX\nb\nc\n"},
		"an insertion at the top":       {"a\nb\nc\n", "X\na\nb\nc\n"},
		"an insertion at the end":       {"a\nb\nc\n", "a\nb\nc\nX\n"},
		"an insertion of the same line": {"a\na\na\na\nb\n", "a\na\na\na\na\nb\n"},
		"a removal":                     {"a\nb\nc\n", "a\nc\n"},
		"a removal at the top":          {"a\nb\nc\n", "b\nc\n"},
		"two hunks":                     {"a\nb\nc\nd\ne\nf\n", "a\nX\nb\nc\nd\nY\ne\nf\nZ\n"},
		"a last line without an end":    {"a\nb", "a\nX\nb"},
		"an end that is added":          {"a\nb", "a\nb\n"},
		"a last line that changes":      {"a\nb", "a\nc\nd"},
	} {
		for _, tool := range tools {
			dir := t.TempDir()
			file := filepath.Join(dir, "a.proto")
			if err := os.WriteFile(file, []byte(test.before), 0o600); err != nil {
				t.Fatal(err)
			}
			diff := protoedit.Diff("a.proto", test.before, test.after)
			command := exec.Command(tool[0], tool[1:]...)
			command.Dir, command.Stdin = dir, strings.NewReader(diff)
			out, err := command.CombinedOutput()
			if err != nil {
				t.Errorf("%s: %s: %v\n%s%s", name, tool[0], err, out, diff)
				continue
			}
			if got, err := os.ReadFile(file); err != nil || string(got) != test.after {
				t.Errorf("%s: %s makes %q of\n%s, %v", name, tool[0], got, diff, err)
			}
		}
	}
}
