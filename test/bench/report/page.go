// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed *.md.tmpl
var sources embed.FS

var templates = template.Must(template.ParseFS(sources, "*.md.tmpl"))

// A page is what the command writes: BENCHMARKS.md, and docs/bench beside its figures.
type page struct {
	Machine   machine
	Count     int
	Benchtime string
	Groups    []group
	Starts    starts

	rows []*row
}

func newPage(o options, m machine, rows []*row, s starts) *page {
	return &page{Machine: m, Count: o.count, Benchtime: o.benchtime, Groups: groupsOf(rows), Starts: s, rows: rows}
}

// Head is the table of BENCHMARKS.md.
func (p *page) Head() string { return headTable(p.rows) }

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

// print writes the tables, with the short one and what is missed at the end, where it is seen.
func (p *page) print(w io.Writer) error {
	for _, g := range p.Groups {
		fmt.Fprintf(w, "\n%s\n%s\n", g.Title, g.Table())
	}
	fmt.Fprintf(w, "\nStart-up\n%s\n%s\n", p.Starts.Table(), p.Head())
	misses := p.Misses()
	for _, missed := range misses {
		fmt.Fprintln(w, "missed:", missed)
	}
	_, err := fmt.Fprintf(w, "%d bounds missed\n", len(misses))
	return err
}

// write makes every file below a folder.
func (p *page) write(out string) error {
	folder := filepath.Join(out, "docs", "bench")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	if err := drawFigures(p.Groups, folder); err != nil {
		return fmt.Errorf("draw the figures: %w", err)
	}
	for _, c := range chapters {
		c.Groups = nil
		for _, g := range p.Groups {
			if g.page == c.File {
				c.Groups = append(c.Groups, g)
			}
		}
		if err := render("chapter.md.tmpl", c, filepath.Join(folder, c.File)); err != nil {
			return err
		}
	}
	if err := render("startup.md.tmpl", p, filepath.Join(folder, "startup.md")); err != nil {
		return err
	}
	if err := render("method.md.tmpl", p, filepath.Join(folder, "README.md")); err != nil {
		return err
	}
	return render("page.md.tmpl", p, filepath.Join(out, "BENCHMARKS.md"))
}

func render(source string, data any, name string) error {
	var text bytes.Buffer
	if err := templates.ExecuteTemplate(&text, source, data); err != nil {
		return err
	}
	return writeFile(name, text.Bytes())
}

// writeFile writes a file that everybody may read, whatever it was before.
func writeFile(name string, content []byte) error {
	if err := os.WriteFile(name, content, 0o644); err != nil {
		return err
	}
	return os.Chmod(name, 0o644)
}
