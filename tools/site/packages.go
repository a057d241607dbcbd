// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"html/template"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errpact/errpact/tools/modules"
)

// A goPackage is a package, or a command, that users can fetch.
type goPackage struct {
	*doc.Package
	tree   *tree
	folder string
	// Module is the path of the module that it is in.
	Module  string
	Command bool
}

// A name that a package exports, with its documentation.
type name struct{ Name, URL string }

// families groups packages by the folder that they are in.
var families = []struct{ folder, Title string }{
	{"mapping", "Errors, catalogues and the policy"},
	{"interceptor", "Transports"},
	{"gen", "The built-in catalogue"},
	{"proto", "The built-in catalogue"},
	{"cmd", "Commands"},
}

// goPackages reads all packages that users can fetch.
func (t *tree) goPackages() ([]*goPackage, error) {
	all, err := modules.All(t.folder)
	if err != nil {
		return nil, err
	}
	var packages []*goPackage
	err = fs.WalkDir(t.files, ".", func(folder string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if modules.IsSkipped(entry.Name()) || entry.Name() == "internal" || !modules.IsPublished(folder) {
			return fs.SkipDir
		}
		p, err := t.goPackage(folder, moduleOf(all, folder))
		if p != nil && folder != "." {
			packages = append(packages, p)
		}
		return err
	})
	return packages, err
}

// moduleOf returns the path of the innermost module around a folder.
func moduleOf(all []modules.Module, folder string) string {
	for {
		if i := slices.IndexFunc(all, func(m modules.Module) bool { return m.Folder == folder }); i >= 0 {
			return all[i].Path
		}
		folder = path.Dir(folder)
	}
}

// goPackage returns nil if the folder has no package.
func (t *tree) goPackage(folder, module string) (*goPackage, error) {
	found, err := build.ImportDir(filepath.Join(t.folder, folder), 0)
	if none := new(build.NoGoError); errors.As(err, &none) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, file := range found.GoFiles {
		parsed, err := parser.ParseFile(fset, filepath.Join(found.Dir, file), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
	}
	p := &goPackage{tree: t, folder: folder, Module: module, Command: found.IsCommand()}
	p.Package, err = doc.NewFromFiles(fset, files, strings.TrimPrefix(t.repository, "https://")+"/"+folder)
	return p, err
}

// ID returns the anchor of the package on the page.
func (p *goPackage) ID() string { return strings.ReplaceAll(p.folder, "/", "-") }

// Title returns the name by which people speak of the package.
func (p *goPackage) Title() string {
	if p.Command {
		return path.Base(p.folder)
	}
	return p.Name
}

// Own reports whether the package has to be fetched by itself.
func (p *goPackage) Own() bool { return "https://"+p.Module != p.tree.repository }

// URL returns the address of the package's reference.
func (p *goPackage) URL() string { return "https://pkg.go.dev/" + p.ImportPath }

// Summary returns the first sentence of the package's comment.
func (p *goPackage) Summary() string { return p.Synopsis(p.Doc) }

// Comment renders the package's comment.
func (p *goPackage) Comment() template.HTML {
	printer := p.Printer()
	printer.HeadingLevel = 4
	printer.HeadingID = func(h *comment.Heading) string { return p.ID() + "-" + h.DefaultID() }
	printer.DocLinkURL = p.link
	return template.HTML(printer.HTML(p.Parser().Parse(p.Doc)))
}

// link leads to a package of ours on the page, and to all else in the reference.
func (p *goPackage) link(l *comment.DocLink) string {
	if i := slices.IndexFunc(p.tree.packages, func(o *goPackage) bool { return o.ImportPath == l.ImportPath }); i >= 0 && l.Name == "" {
		return "#" + p.tree.packages[i].ID()
	}
	if l.ImportPath == "" {
		return p.URL() + l.DefaultURL("")
	}
	return l.DefaultURL("https://pkg.go.dev")
}

// Names returns the exported names of the package, each type followed by the functions that return it.
func (p *goPackage) Names() []name {
	var names []name
	add := func(each string) { names = append(names, name{each, p.URL() + "#" + each}) }
	values := func(all []*doc.Value) {
		for _, v := range all {
			for _, each := range v.Names {
				if token.IsExported(each) {
					add(each)
				}
			}
		}
	}
	values(p.Consts)
	values(p.Vars)
	for _, t := range p.Types {
		add(t.Name)
		for _, f := range t.Funcs {
			add(f.Name)
		}
	}
	for _, f := range p.Funcs {
		add(f.Name)
	}
	return names
}

// A family is a group of packages on the page.
type family struct {
	Title    string
	Packages []*goPackage
}

// ID returns the anchor of the family.
func (f family) ID() string { return slug(f.Title) }

// packagesPage makes the overview of all packages.
func (t *tree) packagesPage() (*page, error) {
	p := &page{source: "doc.go", out: packagesPage, Title: "Go packages"}
	p.Sections = []*section{{ID: "go-packages", Title: p.Title, Level: 1}}
	var all []family
	for _, f := range families {
		if len(all) == 0 || all[len(all)-1].Title != f.Title {
			all = append(all, family{Title: f.Title})
			p.Sections = append(p.Sections, &section{ID: all[len(all)-1].ID(), Title: f.Title, Level: 2})
		}
		last := &all[len(all)-1]
		for _, each := range t.packages {
			if top, _, _ := strings.Cut(each.folder, "/"); top == f.folder {
				last.Packages = append(last.Packages, each)
				s := &section{ID: each.ID(), Title: each.Title(), Level: 3}
				s.text.Write(each.Text(each.Doc))
				p.Sections = append(p.Sections, s)
			}
		}
	}
	var body bytes.Buffer
	err := pageLayout.ExecuteTemplate(&body, "packages.html", all)
	p.Body = template.HTML(body.String())
	if listed := len(p.Sections) - 1 - len(all); listed != len(t.packages) {
		err = fmt.Errorf("%d of %d packages are in a family: name the folder of the others in families", listed, len(t.packages))
	}
	return p, err
}
