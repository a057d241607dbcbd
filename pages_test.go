// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpact_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// namingPages are the pages that name tests.
var namingPages = []string{"ARCHITECTURE.md", "CONTRIBUTING.md", "docs/compare.md", "test/README.md"}

var (
	namedTest = regexp.MustCompile("`(Test[A-Z]\\w*)`")
	anyTest   = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// TestPagesNameWhatExists finds every test that a page names.
func TestPagesNameWhatExists(t *testing.T) {
	tests := allTests(t)
	found := 0
	for _, page := range namingPages {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range namedTest.FindAllStringSubmatch(string(content), -1) {
			if found++; !tests[match[1]] {
				t.Errorf("%s names %s, which is no test", page, match[1])
			}
		}
	}
	if found == 0 {
		t.Error("no page names a test")
	}
}

var (
	pageLink  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading   = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fenced    = regexp.MustCompile("(?s)```.*?```")
	inline    = regexp.MustCompile("`[^`\n]*`")
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// TestLinksOfPagesResolve follows every link of every page within the tree: to a file or folder, and to a heading of a
// page.
func TestLinksOfPagesResolve(t *testing.T) {
	headings := map[string][]string{}
	walk(t, func(file string, content []byte) {
		for _, match := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(string(content), ""), -1) {
			headings[file] = append(headings[file], slug(match[1]))
		}
	})
	links := 0
	walk(t, func(page string, content []byte) {
		if !strings.HasSuffix(page, ".md") {
			return
		}
		prose := inline.ReplaceAllString(fenced.ReplaceAllString(string(content), ""), "")
		for _, match := range pageLink.FindAllStringSubmatch(prose, -1) {
			to, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(to, "://") {
				continue
			}
			links++
			target := page
			if to != "" {
				target = path.Join(path.Dir(page), to)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", page, match[1], err)
			} else if anchor != "" && !slices.Contains(headings[target], anchor) {
				t.Errorf("%s links to %s, and %s has no such heading", page, match[1], target)
			}
		}
	})
	if links < 100 {
		t.Errorf("found %d links in the pages", links)
	}
}

// slug returns the anchor that GitHub gives to a heading.
func slug(heading string) string {
	return strings.ReplaceAll(notInSlug.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

// TestREADMEIsShort holds README to what one reads in a sitting, and each line to the width of a screen.
func TestREADMEIsShort(t *testing.T) {
	const maxLines, maxWidth = 120, 120
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	if len(lines) > maxLines {
		t.Errorf("README has %d lines, want at most %d", len(lines), maxLines)
	}
	for i, line := range lines {
		if width := utf8.RuneCountInString(line); width > maxWidth {
			t.Errorf("line %d of README has %d characters, want at most %d", i+1, width, maxWidth)
		}
	}
}

// takenOut are pages whose code a test takes out of the page and compiles, with the folder of the test.
var takenOut = map[string]string{
	"README.md":         "examples/capsule/internal/readme",
	"docs/catalogue.md": "test/setup",
	"docs/contract.md":  "test/setup",
	"docs/rest.md":      "test/setup",
	"docs/start.md":     "test/setup",
}

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// TestCodeOfPagesIsCompiled holds every block of Go in a page for users to the tree: it stands in a Go file, apart from
// the indentation, or a test takes it out of the page.
func TestCodeOfPagesIsCompiled(t *testing.T) {
	var code strings.Builder
	walk(t, func(file string, content []byte) {
		if strings.HasSuffix(file, ".go") {
			code.WriteString(unindented(string(content)))
		}
	})
	blocks := 0
	walk(t, func(page string, content []byte) {
		if !strings.HasSuffix(page, ".md") {
			return
		}
		for _, block := range goBlock.FindAllStringSubmatch(string(content), -1) {
			blocks++
			if !strings.Contains(code.String(), strings.TrimSpace(unindented(block[1]))) && !isTakenOut(t, page) {
				t.Errorf("%s has code that no Go file has:\n%s", page, block[1])
			}
		}
	})
	if blocks < 40 {
		t.Errorf("found %d blocks of Go in the pages", blocks)
	}
}

// isTakenOut reports whether the test that takes a page's code out of it names the page.
func isTakenOut(t *testing.T, page string) bool {
	t.Helper()
	folder, ok := takenOut[page]
	if !ok {
		return false
	}
	named := false
	walk(t, func(file string, content []byte) {
		if strings.HasPrefix(file, folder+"/") && strings.HasSuffix(file, "_test.go") {
			named = named || strings.Contains(string(content), page+`"`)
		}
	})
	return named
}

// unindented returns a text without the space around its lines.
func unindented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}

func allTests(t *testing.T) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	walk(t, func(file string, content []byte) {
		if !strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, match := range anyTest.FindAllStringSubmatch(string(content), -1) {
			tests[match[1]] = true
		}
	})
	return tests
}

// walk calls visit for each Go file and each page of the tree.
func walk(t *testing.T, visit func(file string, content []byte)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, ".md"):
			return nil
		}
		content, err := os.ReadFile(file)
		if err == nil {
			visit(file, content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
