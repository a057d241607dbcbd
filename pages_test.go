// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpact_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// contributorPages name tests, files and folders, for those who work on the tree.
var contributorPages = []string{"ARCHITECTURE.md", "CONTRIBUTING.md", "test/README.md"}

var (
	namedTest = regexp.MustCompile("`(Test[A-Z]\\w*)`")
	anyTest   = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	pageLink  = regexp.MustCompile(`\]\(([^)#:]+)\)`)
)

// TestPagesNameWhatExists holds the pages to the tree: each test that one names is there, and each file
// that one links to.
func TestPagesNameWhatExists(t *testing.T) {
	tests := allTests(t)
	found := 0
	for _, page := range contributorPages {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range namedTest.FindAllStringSubmatch(string(content), -1) {
			if found++; !tests[match[1]] {
				t.Errorf("%s names %s, which is no test", page, match[1])
			}
		}
		folder := page[:strings.LastIndex(page, "/")+1]
		for _, match := range pageLink.FindAllStringSubmatch(string(content), -1) {
			if _, err := os.Stat(folder + match[1]); err != nil {
				t.Errorf("%s links to %s: %v", page, match[1], err)
			}
		}
	}
	if found == 0 {
		t.Error("no page names a test")
	}
}

func allTests(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != "." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !strings.HasSuffix(file, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(file)
		for _, match := range anyTest.FindAllStringSubmatch(string(content), -1) {
			tests[match[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
