// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package protoedit

import (
	"fmt"
	"slices"
	"strings"
)

// Diff returns a unified diff without context, as patch and git apply --unidiff-zero read it, with a hunk for each run of
// lines that differ.
func Diff(name, before, after string) string {
	a, b := slices.Collect(strings.Lines(before)), slices.Collect(strings.Lines(after))
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", name, name)
	for i, j := 0, 0; i < len(a) || j < len(b); {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			i, j = i+1, j+1
			continue
		}
		di, dj := resume(a[i:], b[j:])
		fmt.Fprintf(&out, "@@ -%s +%s @@\n", lineRange(i, di), lineRange(j, dj))
		writeLines(&out, "-", a[i:i+di])
		writeLines(&out, "+", b[j:j+dj])
		i, j = i+di, j+dj
	}
	return out.String()
}

// lineRange returns a range of lines in a file. One without lines has the number of the line before it
// (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/diff.html).
func lineRange(start, count int) string {
	if count > 0 {
		start++
	}
	return fmt.Sprintf("%d,%d", start, count)
}

func writeLines(out *strings.Builder, sign string, lines []string) {
	for _, line := range lines {
		out.WriteString(sign + line)
		if !strings.HasSuffix(line, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// resume returns how many lines of both are left out until three agree again, or all.
func resume(a, b []string) (int, int) {
	const agree = 3
	for total := 1; total <= len(a)+len(b); total++ {
		for di := 0; di <= min(total, len(a)); di++ {
			dj := total - di
			if dj > len(b) {
				continue
			}
			n := min(agree, len(a)-di, len(b)-dj)
			if slices.Equal(a[di:di+n], b[dj:dj+n]) && (n == agree || di+n == len(a) && dj+n == len(b)) {
				return di, dj
			}
		}
	}
	return len(a), len(b)
}
