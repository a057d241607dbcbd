// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A group of the navigation.
type group struct {
	Title   string
	Entries []entry
}

// An entry of the navigation.
type entry struct {
	Title string
	Page  *page
}

// documentation is the page whose lists are the order of the navigation.
const documentation = "docs/README.md"

// further are the groups that follow those of the documentation. A page that does not exist is left out.
var further = []struct {
	title   string
	entries [][2]string
}{
	{"Reference", [][2]string{
		{"Built-in errors", cataloguePage},
		{"Go packages", packagesPage},
		{"TypeScript packages", "es/index.html"},
		{"Benchmarks", "BENCHMARKS.html"},
		{"The example service", "examples/capsule/index.html"},
	}},
	{"Project", [][2]string{
		{"Changelog", "CHANGELOG.html"},
		{"Security", "SECURITY.html"},
		{"Contributing", "CONTRIBUTING.html"},
		{"Code of conduct", "CODE_OF_CONDUCT.html"},
		{"Architecture", "ARCHITECTURE.html"},
		{"Release", "RELEASE.html"},
	}},
}

// navigation returns all groups. Every page in docs/ has an entry, or is linked in the text of one.
func navigation(pages []*page) ([]group, error) {
	find := func(out string) *page {
		if i := slices.IndexFunc(pages, func(p *page) bool { return p.out == out }); i >= 0 {
			return pages[i]
		}
		return nil
	}
	docs := find(outOf(documentation))
	if docs == nil || len(docs.links) == 0 {
		return nil, fmt.Errorf("%s has no list of pages", documentation)
	}
	var groups []group
	for _, link := range docs.links {
		title := "Start here"
		if above, ok := strings.CutSuffix(link.under, ":"); ok {
			title = above
		}
		if len(groups) == 0 || groups[len(groups)-1].Title != title {
			groups = append(groups, group{Title: title})
		}
		p := find(outOf(path.Join(path.Dir(documentation), link.destination)))
		if p == nil {
			return nil, fmt.Errorf("%s lists %s, which is no page", documentation, link.destination)
		}
		last := &groups[len(groups)-1]
		last.Entries = append(last.Entries, entry{link.text, p})
	}
	for _, more := range further {
		g := group{Title: more.title}
		for _, e := range more.entries {
			if p := find(e[1]); p != nil {
				g.Entries = append(g.Entries, entry{e[0], p})
			}
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// inOrder returns the pages of the navigation, one after the other.
func inOrder(groups []group) []*page {
	var pages []*page
	for _, g := range groups {
		for _, e := range g.Entries {
			pages = append(pages, e.Page)
		}
	}
	return pages
}
