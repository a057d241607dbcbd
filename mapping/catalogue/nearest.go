// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

import "strings"

// nearest returns the name that a method most likely means by one that nothing has: an entry or ENTRY/REASON of the
// catalogues, with the same package before it, that differs by few letters. It is empty if none comes close.
func nearest(name string, catalogues []*Catalogue) string {
	dot := strings.LastIndexByte(name, '.') + 1
	best, least := "", max(1, min(4, (len(name)-dot)/4))+1
	for _, c := range catalogues {
		if c == nil || dot > 0 && valueName(c.Name, "") != name[:dot] {
			continue
		}
		for _, e := range c.Entries {
			candidates := []string{e.Name}
			for _, r := range e.Reasons {
				candidates = append(candidates, e.Name+"/"+r.Name)
			}
			for _, candidate := range candidates {
				if d := distance(name[dot:], candidate); d < least {
					best, least = name[:dot]+candidate, d
				}
			}
		}
	}
	return best
}

// distance counts the letters to insert, remove or change in a to get b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
