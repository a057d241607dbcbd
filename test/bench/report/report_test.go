// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	_ "github.com/errpact/errpact/interceptor/connectv2"
	_ "github.com/errpact/errpact/interceptor/grpcgo"
	_ "github.com/errpact/errpact/interceptor/rest"
)

// TestReport runs every benchmark once, so that none of them, nor what is made of them, rots.
func TestReport(t *testing.T) {
	t.Chdir("..")
	dependOn(t, ".")
	out := t.TempDir()
	var printed bytes.Buffer
	if err := report(options{count: 1, benchtime: "1x", bench: ".", out: out}, &printed); err != nil {
		t.Fatal(err)
	}
	head := readPage(t, filepath.Join(out, "BENCHMARKS.md"))
	for _, h := range headlines {
		if isMeasured(h.group) && strings.Count(head, "\n| "+h.What+" ") != 1 {
			t.Errorf("no line %q, or more than one:\n%s", h.What, head)
		}
	}
	readPage(t, filepath.Join(out, "docs", "bench", "README.md"))
	readPage(t, filepath.Join(out, "docs", "bench", "startup.md"))
	for _, g := range groups {
		if !isMeasured(g.name) {
			continue
		}
		written := readPage(t, filepath.Join(out, "docs", "bench", g.page))
		if !strings.Contains(written, "\n## "+g.Title+"\n") || !strings.Contains(printed.String(), g.Title) {
			t.Errorf("no table of %q", g.Title)
		}
		if g.Figure == nil {
			continue
		}
		if svg := readPage(t, filepath.Join(out, "docs", "bench", g.Figure.File)); !strings.Contains(svg, g.Figure.Title) {
			t.Errorf("no figure %q", g.Figure.Title)
		}
	}
}

// isMeasured says whether a group has rows. That of Node needs Node, which CI has: there the test fails without.
func isMeasured(group string) bool {
	return group != "Node" || hasNode() || os.Getenv("CI") == "true"
}

// readPage reads a file, which everybody may read.
func readPage(t *testing.T, name string) string {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o644 {
		t.Errorf("%s has mode %v, want 0644", name, info.Mode().Perm())
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestHeadTableIsShort: the page is read whole.
func TestHeadTableIsShort(t *testing.T) {
	if n := len(headlines); n < 12 || n > 16 {
		t.Errorf("BENCHMARKS.md has %d lines, want 12 to 16", n)
	}
}

// TestShortfall: a page says that a row is slower than by hand, or than its bound, and of no other.
func TestShortfall(t *testing.T) {
	for name, test := range map[string]struct {
		row  row
		want string
	}{
		"slower":   {row{Group: "REST", Case: "error=static id=made", By: "errpact-mounted", ratios: []float64{1.2}}, "`error=static id=made` (errpact-mounted) 1.20"},
		"a peer":   {row{Group: "REST", Case: "error=static id=made", By: "kratos", ratios: []float64{1.2}}, ""},
		"as fast":  {row{Group: "EndToEnd", Case: "protocol=grpc", By: "errpact", ratios: []float64{1.004}}, ""},
		"in bound": {row{Group: "Answer", Case: "protocol=grpc", By: "errpact", ratios: []float64{0.89}}, ""},
		"missed":   {row{Group: "Answer", Case: "protocol=grpc", By: "errpact", ratios: []float64{0.95}}, "`protocol=grpc` **0.950** (bound ≤ 0.90, missed in time)"},
	} {
		if got := shortfall(&test.row); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// dependOn looks at a folder's files: go keeps a test's result until what it looked at changes, and
// does not see what the programs read that it starts. The library's packages are imported for that.
func dependOn(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(name string, _ fs.DirEntry, err error) error {
		if err == nil {
			_, err = os.Stat(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryBoundHasARow: a bound whose rows were renamed would hold for ever. Nor does a line of the page mix bounds.
func TestEveryBoundHasARow(t *testing.T) {
	t.Chdir("..")
	dependOn(t, ".")
	raw := filepath.Join(t.TempDir(), "raw.txt")
	if err := runTurns(options{count: 1, benchtime: "1x", bench: "."}, t.TempDir(), raw); err != nil {
		t.Fatal(err)
	}
	set, err := readTurns(raw)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[*bound]bool)
	for _, r := range set.all {
		found[boundOf(r)] = true
	}
	for i, b := range bounds {
		if isMeasured(b.group) && !found[&bounds[i]] {
			t.Errorf("no row is bound by %s %s: %s", b.group, b.where, &b)
		}
	}
	of := make(map[*row]string)
	for _, h := range headlines {
		rows := h.rowsOf(set.all)
		if isMeasured(h.group) && len(rows) == 0 {
			t.Errorf("%q has no row", h.What)
		}
		for _, r := range rows {
			if boundOf(r) != boundOf(rows[0]) || of[r] != "" {
				t.Errorf("%q has row %s %s, of another bound or of another line, %q", h.What, r.Group, r.Case, of[r])
			}
			of[r] = h.What
		}
	}
}

const raw = `goos: linux
BenchmarkAnswer/stack=connect/protocol=connect/error=static/by=hand-2      10  1000 ns/op  100 B/op  10 allocs/op
BenchmarkAnswer/stack=connect/protocol=connect/error=static/by=errpact-2   10  900 ns/op   0.90 hand-ratio  50 B/op   5 allocs/op
BenchmarkAnswer/stack=connect/protocol=connect/error=static/by=hand-2      10  2000 ns/op  100 B/op  10 allocs/op
BenchmarkAnswer/stack=connect/protocol=connect/error=static/by=errpact-2   10  1000 ns/op  0.50 hand-ratio  50 B/op   5 allocs/op
BenchmarkAnswer/stack=connect/protocol=connect/error=static/by=hand-2      10  3000 ns/op  100 B/op  10 allocs/op
BenchmarkAnswer/stack=connect/protocol=connect/error=static/by=errpact-2   10  1770 ns/op  0.59 hand-ratio  50 B/op   5 allocs/op
`

// TestRatioIsTheBenchmarks: it is the median of what each turn measured, and not that of the times.
func TestRatioIsTheBenchmarks(t *testing.T) {
	name := filepath.Join(t.TempDir(), "raw.txt")
	if err := os.WriteFile(name, []byte(raw), 0o600); err != nil {
		t.Fatal(err)
	}
	rows, err := readRows(name)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"case", "by", "ns", "±", "B", "allocs", "ratio", "±", "bound", "held",
		"stack=connect protocol=connect error=static", "hand", "2,000", "?", "100", "10", "1.00", "", "", "",
		"", "errpact", "1,000", "?", "50", "5", "0.59", "?", "≤ 0.60", "yes",
	}
	var got []string
	for _, line := range strings.Split(strings.TrimSpace(tableOf(rows)), "\n") {
		if rule := regexp.MustCompile(`^[|:-]+$`); rule.MatchString(line) {
			continue
		}
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			got = append(got, strings.TrimSpace(cell))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the table (-want, +got):\n%s", diff)
	}
}

// TestRowsThatCannotBeJudged are errors: what is not measured would hold for ever.
func TestRowsThatCannotBeJudged(t *testing.T) {
	const errpact = "BenchmarkAnswer/stack=connect/protocol=connect/error=static/by=errpact-2   10  900 ns/op   0.90 hand-ratio  50 B/op   5 allocs/op\n"
	for name, raw := range map[string]string{
		"nothing by hand":      errpact,
		"no ratio":             strings.ReplaceAll(raw, "hand-ratio", "other-ratio"),
		"no time":              strings.ReplaceAll(raw, "ns/op", "other/op"),
		"not a benchmark line": raw + "BenchmarkAnswer/by=hand-2 10 fast ns/op\n",
		"nothing":              "PASS\n",
	} {
		file := filepath.Join(t.TempDir(), "raw.txt")
		if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		if rows, err := readRows(file); err == nil {
			t.Errorf("%s: %d rows", name, len(rows))
		}
	}
}
