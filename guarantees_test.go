// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpact_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the list of tests, docs/guarantees-tests.md")

const (
	page     = "docs/guarantees.md"
	listPage = "docs/guarantees-tests.md"
)

// listHead is how the page with the list begins.
const listHead = `# The tests of the guarantees

<!-- written by: go test . -run TestGuarantees -update -->

These tests hold the [guarantees](guarantees.md). A test's name begins with the numbers of the guarantees that it holds.

`

// count is how many guarantees there are.
const count = 16

var (
	testFunc  = regexp.MustCompile(`(?m)^func (Test(?:G\d+)+\w*)\(`)
	guarantee = regexp.MustCompile(`G(\d+)`)
	row       = regexp.MustCompile(`(?m)^\| G(\d+) \| (.{20,}) \| (.{20,}) \|$`)
)

// TestGuaranteesHaveTests compares the page with the tree: each guarantee has a promise, a limit, and a test.
func TestGuaranteesHaveTests(t *testing.T) {
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	rows := row.FindAllStringSubmatch(string(content), -1)
	if len(rows) != count {
		t.Fatalf("%s has %d rows with a promise and its limit, want %d", page, len(rows), count)
	}
	tests := testsByGuarantee(t)
	for i, r := range rows {
		if r[1] != fmt.Sprint(i+1) {
			t.Errorf("row %d of the table is %q, want G%d", i+1, r[0], i+1)
		}
		if len(tests[i+1]) == 0 {
			t.Errorf("no test is named after G%d", i+1)
		}
	}
}

// TestGuaranteesListTheirTests compares the list of tests with the tree.
func TestGuaranteesListTheirTests(t *testing.T) {
	want := listHead + list(testsByGuarantee(t))
	if *update {
		if err := os.WriteFile(listPage, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	content, err := os.ReadFile(listPage)
	if err != nil {
		t.Fatal(err)
	}
	if string(content) != want {
		t.Errorf("%s is not the tree's list: go test . -run TestGuarantees -update", listPage)
	}
}

// testsByGuarantee finds the tests that are named after guarantees, as "folder: name".
func testsByGuarantee(t *testing.T) map[int][]string {
	t.Helper()
	tests := map[int][]string{}
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(file, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, match := range testFunc.FindAllStringSubmatch(string(content), -1) {
			for _, number := range numbers(match[1]) {
				tests[number] = append(tests[number], path.Dir(file)+" "+match[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// numbers are the guarantees in a test's name, which stand at its beginning: TestG1G9….
func numbers(name string) []int {
	var found []int
	for rest := strings.TrimPrefix(name, "Test"); ; {
		at := guarantee.FindStringSubmatchIndex(rest)
		if at == nil || at[0] != 0 {
			return found
		}
		var number int
		_, _ = fmt.Sscan(rest[at[2]:at[3]], &number)
		found, rest = append(found, number), rest[at[1]:]
	}
}

// list returns a section for each guarantee, with its tests by folder.
func list(tests map[int][]string) string {
	var out strings.Builder
	for number := 1; number <= count; number++ {
		fmt.Fprintf(&out, "## G%d\n\n", number)
		slices.Sort(tests[number])
		folder := ""
		for _, test := range slices.Compact(tests[number]) {
			where, name, _ := strings.Cut(test, " ")
			if where != folder {
				if folder != "" {
					out.WriteString("\n")
				}
				folder = where
				fmt.Fprintf(&out, "- [%s](../%s): `%s`", where, where, name)
				continue
			}
			fmt.Fprintf(&out, ", `%s`", name)
		}
		out.WriteString("\n\n")
	}
	return strings.TrimSuffix(out.String(), "\n")
}
