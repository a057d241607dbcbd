// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

const checkout = "../.."

// built is the checkout's site.
var built string

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "site")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	built = filepath.Join(folder, "site")
	if err := run(checkout, built); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// pages returns the names of all pages of the site.
func pages(t *testing.T) []string {
	t.Helper()
	var files []string
	must(t, fs.WalkDir(os.DirFS(built), ".", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".html" {
			files = append(files, name)
		}
		return err
	}))
	if len(files) < 30 {
		t.Errorf("the site has %d pages", len(files))
	}
	return files
}

// TestCataloguePageSaysHowGoWritesAnError holds the Go names of the page to the generated ones, and to their place.
func TestCataloguePageSaysHowGoWritesAnError(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(built, cataloguePage))
	must(t, err)
	generated, err := os.ReadFile(checkout + "/gen/errpact/v1/errpactv1err/error_code.errpact.go")
	must(t, err)
	above, _, _ := strings.Cut(string(content), "<table")
	names := regexp.MustCompile(`<code>errpactv1err\.(\w+)</code>`).FindAllStringSubmatch(above, -1)
	if len(names) != 2 {
		t.Errorf("the page names %q above its table, want an entry and a reason", names)
	}
	for _, name := range names {
		if !strings.Contains(string(generated), "\t"+name[1]+" ") {
			t.Errorf("the page names %s, and errpactv1err has no such variable", name[1])
		}
	}
}

// TestBrokenLinksFailTheBuild holds each kind of a link that leads nowhere.
func TestBrokenLinksFailTheBuild(t *testing.T) {
	for name, each := range map[string]struct{ page, want string }{
		"a file":         {`<a href="other.html">`, "the site has no other.html"},
		"a picture":      {`<img src="a.svg">`, "the site has no a.svg"},
		"an anchor":      {`<h2 id="a"></h2><a href="#b">`, "no such anchor"},
		"a folder":       {`<a href="docs/">`, "the site has no docs"},
		"another scheme": {`<a href="http://errpact.example">`, "want https"},
		"an id twice":    {`<p id="a"><p id="a">`, "two elements"},
	} {
		t.Run(name, func(t *testing.T) {
			_, broken := check(fstest.MapFS{"index.html": {Data: []byte(each.page)}})
			if len(broken) != 1 || !strings.Contains(broken[0].Error(), each.want) {
				t.Errorf("have %v, want one with %q", broken, each.want)
			}
		})
	}
	_, broken := check(fstest.MapFS{"index.html": {}, "lonely.html": {}})
	if len(broken) != 1 || broken[0].Error() != "no page links to lonely.html" {
		t.Errorf("a page without links to it: %v", broken)
	}
}

// TestLinksOfPagesLeadIntoTheSite resolves a link of each kind.
func TestLinksOfPagesLeadIntoTheSite(t *testing.T) {
	tree, err := openTree(checkout)
	must(t, err)
	for destination, want := range map[string]string{
		"rest.md#around-grpc-gateway": "../docs/rest.html#around-grpc-gateway",
		"../README.md":                "../index.html",
		"../examples/capsule":         "../examples/capsule/index.html",
		"../interceptor/grpcgo":       "../packages.html#interceptor-grpcgo",
		"../internal/foreign":         "https://github.com/errpact/errpact/tree/main/internal/foreign",
		"../mapping/translate.go":     "https://github.com/errpact/errpact/blob/main/mapping/translate.go",
		"https://github.com/errpact/errpact/blob/main/es/README.md": "../es/index.html",
		"https://connectrpc.com":                                    "https://connectrpc.com",
		"#here":                                                     "#here",
	} {
		if got, err := tree.resolve("docs/server.md", "docs/server.html", destination); got != want || err != nil {
			t.Errorf("resolve(%q) = %q, %v, want %q", destination, got, err, want)
		}
	}
	for _, destination := range []string{"../nothing.go", "/etc/hosts"} {
		if got, err := tree.resolve("docs/server.md", "docs/server.html", destination); err == nil {
			t.Errorf("resolve(%q) = %q, want an error", destination, got)
		}
	}
}

// TestNavigationFollowsTheDocumentation holds the first page of each group, and their order.
func TestNavigationFollowsTheDocumentation(t *testing.T) {
	tree, err := openTree(checkout)
	must(t, err)
	rendered, err := tree.render()
	must(t, err)
	groups, err := navigation(rendered)
	must(t, err)
	var got []string
	for _, g := range groups {
		got = append(got, g.Title+": "+g.Entries[0].Title)
	}
	want := []string{
		"Start here: Start", "Around errors: Auth", "Moving, and looking things up: Adopt",
		"Reference: Built-in errors", "Project: Changelog",
	}
	if !slices.Equal(got, want) {
		t.Errorf("have %q, want %q", got, want)
	}
}
