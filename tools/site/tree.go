// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/errpact/errpact/tools/modules"
)

// A page of the site.
type page struct {
	// source is the file that it is made of, in the checkout, and out the file in the site.
	source, out string
	// Title is the text of the first heading.
	Title    string
	Body     template.HTML
	Sections []*section
	// links are those of its lists, for the navigation, and blocks its blocks of code.
	links  []listed
	blocks []block
}

// A section is a heading of a page and the text below it.
type section struct {
	ID, Title string
	Level     int
	text      strings.Builder
}

// Contents returns the headings that the page lists beside its text.
func (p *page) Contents() []*section {
	return slices.DeleteFunc(slices.Clone(p.Sections), func(s *section) bool { return s.Level != 2 })
}

// tree is the checkout, and what is known of it before pages are rendered.
type tree struct {
	folder string
	files  fs.FS
	// repository is the address of the checkout's home.
	repository string
	// pages are the sources, in the order of their names, with their files in the site.
	sources []string
	outs    map[string]string
	// packages are public Go packages, and pictures the images of pages.
	packages []*goPackage
	pictures []string
}

// The pages that are made of no page.
const (
	cataloguePage = "errors.html"
	packagesPage  = "packages.html"
)

func openTree(folder string) (*tree, error) {
	t := &tree{folder: folder, files: os.DirFS(folder), outs: map[string]string{}}
	gomod, err := fs.ReadFile(t.files, "go.mod")
	if err != nil {
		return nil, err
	}
	t.repository = "https://" + modfile.ModulePath(gomod)
	err = fs.WalkDir(t.files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && modules.IsSkipped(entry.Name()):
			return fs.SkipDir
		case !entry.IsDir() && path.Ext(name) == ".md":
			t.sources = append(t.sources, name)
			t.outs[name] = outOf(name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.packages, err = t.goPackages()
	return t, err
}

// goNames says, above the tables of the catalogue's page, how to write an error of them in Go.
const goNames = "In Go, `NOT_EXIST` is `errpactv1err.NotExist`. The reason `TEMPORARILY_UNAVAILABLE` of `DATABASE` is " +
	"`errpactv1err.DatabaseTemporarilyUnavailable`."

// outOf returns the file of a page in the site. A folder's README is the folder's index.
func outOf(source string) string {
	if dir, name := path.Split(source); name == "README.md" {
		return dir + "index.html"
	}
	return strings.TrimSuffix(source, ".md") + ".html"
}

// render makes all pages.
func (t *tree) render() ([]*page, error) {
	var pages []*page
	for _, source := range t.sources {
		text, err := fs.ReadFile(t.files, source)
		if err != nil {
			return nil, err
		}
		p, err := t.markdown(source, t.outs[source], text)
		if err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	catalogue := exec.Command("go", "run", "./cmd/errpact", "docs", "-format", "markdown", "-title", "Errors of the built-in catalogue")
	catalogue.Dir, catalogue.Stderr = t.folder, os.Stderr
	text, err := catalogue.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w", catalogue, err)
	}
	text = bytes.Replace(text, []byte("\n## "), []byte("\n"+goNames+"\n\n## "), 1)
	p, err := t.markdown("proto/errpact/v1/error_code.proto", cataloguePage, text)
	if err != nil {
		return nil, err
	}
	overview, err := t.packagesPage()
	return append(pages, p, overview), err
}
