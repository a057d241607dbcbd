// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// table is Markdown that can be read in a terminal too: its columns are aligned.
type table struct{ lines [][]string }

func (t *table) add(cells ...string) { t.lines = append(t.lines, cells) }

// String has the first line as the head, and all columns but the first two aligned to the right.
func (t *table) String() string {
	widths := make([]int, len(t.lines[0]))
	for _, line := range t.lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for n, line := range t.lines {
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < 2 {
				fmt.Fprintf(&b, "| %s%s ", cell, pad)
			} else {
				fmt.Fprintf(&b, "| %s%s ", pad, cell)
			}
		}
		b.WriteString("|\n")
		if n == 0 {
			for i, width := range widths {
				if i < 2 {
					b.WriteString("|" + strings.Repeat("-", width+2))
				} else {
					b.WriteString("|" + strings.Repeat("-", width+1) + ":")
				}
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

func tableOf(rows []*row) string {
	t := new(table)
	t.add("case", "by", "ns", "±", "B", "allocs", "ratio", "±", "bound", "held")
	last := ""
	for _, r := range rows {
		name := r.Case
		if name == last {
			name = ""
		}
		last = r.Case
		bound, held := verdict(r)
		t.add(name, r.By, thousands(r.Time.Median*1e9), spread(r.Time.Spread), r.Bytes.String(),
			r.Allocs.String(), ratioOf(r, 2), spreadOfRatio(r), bound, held)
	}
	return t.String()
}

func verdict(r *row) (asked, held string) {
	b := boundOf(r)
	if b == nil {
		return "", ""
	}
	if b.growth != "" && r.larger == 0 {
		return b.String(), "" // there is nothing that it has grown from
	}
	if missed := b.misses(r); len(missed) > 0 {
		return b.String(), "**NO: " + strings.Join(missed, ", ") + "**"
	}
	return b.String(), "yes"
}

func ratioOf(r *row, decimals int) string {
	if r.hand == r {
		return "1.00"
	}
	if r.ratios == nil {
		return ""
	}
	return strconv.FormatFloat(quantile(r.ratios, 0.5), 'f', decimals, 64)
}

func spreadOfRatio(r *row) string {
	if r.hand == r || r.ratios == nil {
		return ""
	}
	return spread(r.Ratio.Spread)
}

// spread is benchstat's; it cannot tell from fewer than six turns.
func spread(s string) string {
	if s == "" || strings.Contains(s, "∞") {
		return "?"
	}
	return s
}

// thousands is a number as people write it.
func thousands(value float64) string {
	if value < 0 {
		return "-" + thousands(-value)
	}
	digits := fmt.Sprintf("%.0f", value)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
