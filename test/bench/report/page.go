// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"
	"text/template"
)

//go:embed page.md.tmpl
var source string

var pageTemplate = template.Must(template.New("page").Parse(source))

// A page is BENCHMARKS.md.
type page struct {
	Machine   machine
	Count     int
	Benchtime string
	Groups    []group
	Starts    starts
}

func newPage(o options, m machine, rows []*row, s starts) *page {
	return &page{Machine: m, Count: o.count, Benchtime: o.benchtime, Groups: groupsOf(rows), Starts: s}
}

// Misses are the bounds that are not held, in words.
func (p *page) Misses() []string {
	var all []string
	for _, g := range p.Groups {
		for _, r := range g.Rows {
			if b := boundOf(r); b != nil && len(b.misses(r)) > 0 {
				all = append(all, fmt.Sprintf("%s: %s, %s: %s (ratio %s, bound %s)",
					g.Title, r.Case, r.By, strings.Join(b.misses(r), " and "), cmp.Or(ratioOf(r, 3), "none"), b))
			}
		}
	}
	if missed := p.Starts.misses(); len(missed) > 0 {
		all = append(all, "Start-up: "+strings.Join(missed, " and "))
	}
	return all
}

// print writes the tables, and what is missed at the end, where it is seen.
func (p *page) print(w io.Writer) error {
	for _, g := range p.Groups {
		fmt.Fprintf(w, "\n%s\n%s\n", g.Title, g.Table())
	}
	fmt.Fprintf(w, "\nStart-up\n%s\n", p.Starts.Table())
	misses := p.Misses()
	for _, missed := range misses {
		fmt.Fprintln(w, "missed:", missed)
	}
	_, err := fmt.Fprintf(w, "%d bounds missed\n", len(misses))
	return err
}

// write makes the file.
func (p *page) write(name string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pageTemplate.Execute(file, p); err != nil {
		return err
	}
	return file.Close()
}
