// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing/fstest"
)

//go:embed layout
var layout embed.FS

var pageLayout = template.Must(template.ParseFS(layout, "layout/*.html"))

// view is what the layout shows.
type view struct {
	*page
	// Root leads from the page's folder to the site's.
	Root       string
	Repository string
	Groups     []group
	Prev, Next *page
	// Start is nil on every page but the first.
	Start *start
}

// To returns the relative link to a page.
func (v view) To(p *page) string { return v.Root + p.out }

// From returns the file that the page is made of.
func (v view) From() string { return v.source }

// Shows reports whether a page is the view's own.
func (v view) Shows(p *page) bool { return v.page == p }

// assemble returns the files of the site.
func assemble(checkout string) (fstest.MapFS, error) {
	tree, err := openTree(checkout)
	if err != nil {
		return nil, err
	}
	pages, err := tree.render()
	if err != nil {
		return nil, err
	}
	groups, err := navigation(pages)
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	order := inOrder(groups)
	for _, p := range pages {
		v := view{page: p, Root: strings.Repeat("../", strings.Count(p.out, "/")), Repository: tree.repository, Groups: groups}
		v.Prev, v.Next = around(order, p)
		if p.source == "README.md" {
			if v.Start, err = newStart(p); err != nil {
				return nil, err
			}
		}
		var html bytes.Buffer
		if err := pageLayout.ExecuteTemplate(&html, "page.html", v); err != nil {
			return nil, fmt.Errorf("%s: %w", p.source, err)
		}
		add(files, p.out, html.Bytes())
	}
	// What is read first is found first, among sections that fit as well.
	slices.SortStableFunc(pages, func(a, b *page) int {
		return cmp.Compare(uint(slices.Index(order, a)), uint(slices.Index(order, b)))
	})
	index, err := searchIndex(pages)
	if err != nil {
		return nil, err
	}
	add(files, "assets/search.js", index)
	return files, addAssets(files, tree)
}

// addAssets adds the layout's own files, and the pictures that pages show.
func addAssets(files fstest.MapFS, tree *tree) error {
	for _, name := range []string{"style.css", "site.js", "icon.svg"} {
		content, err := layout.ReadFile("layout/" + name)
		if err != nil {
			return err
		}
		add(files, "assets/"+name, content)
	}
	for _, name := range tree.pictures {
		content, err := fs.ReadFile(tree.files, name)
		if err != nil {
			return err
		}
		add(files, name, content)
	}
	return nil
}

// around returns the neighbours of a page in the order of the navigation.
func around(order []*page, p *page) (prev, next *page) {
	for i, each := range order {
		if each != p {
			continue
		}
		if i > 0 {
			prev = order[i-1]
		}
		if i+1 < len(order) {
			next = order[i+1]
		}
	}
	return prev, next
}

// relative returns the link from a page of the site to another file of it.
func relative(from, to string) string {
	return strings.Repeat("../", strings.Count(from, "/")) + path.Clean(to)
}
