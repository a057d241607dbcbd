// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing/fstest"

	"golang.org/x/net/html"
)

// address is a link, or the source of a picture or a script.
type address struct{ page, to string }

// check follows every link of the site. It returns their number and those that are broken: a file or an anchor that
// does not exist, two elements with one id, and a page that no link leads to.
func check(files fstest.MapFS) (links int, broken []error) {
	ids := map[string][]string{}
	var addresses []address
	for name, file := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		document, err := html.Parse(bytes.NewReader(file.Data))
		if err != nil {
			broken = append(broken, fmt.Errorf("%s: %w", name, err))
			continue
		}
		ids[name] = []string{}
		for node := range document.Descendants() {
			for _, a := range node.Attr {
				switch a.Key {
				case "id":
					if slices.Contains(ids[name], a.Val) {
						broken = append(broken, fmt.Errorf("%s has two elements with the id %q", name, a.Val))
					}
					ids[name] = append(ids[name], a.Val)
				case "href", "src":
					addresses = append(addresses, address{name, a.Val})
				}
			}
		}
	}
	reached := map[string]bool{"index.html": true}
	for _, a := range addresses {
		to, err := a.check(files, ids)
		if err != nil {
			broken = append(broken, err)
		}
		if to != a.page {
			reached[to] = true
		}
	}
	for name := range ids {
		if !reached[name] {
			broken = append(broken, fmt.Errorf("no page links to %s", name))
		}
	}
	return len(addresses), broken
}

// check returns the file that the address leads to, or "" if that is outside the site.
func (a address) check(files fstest.MapFS, ids map[string][]string) (string, error) {
	to, err := url.Parse(a.to)
	if err != nil {
		return "", fmt.Errorf("%s links to %q: %w", a.page, a.to, err)
	}
	if to.IsAbs() {
		ours := to.Hostname() == "127.0.0.1" // the example, as `make run` starts it
		if to.Scheme != "https" && to.Scheme != "mailto" && !ours {
			return "", fmt.Errorf("%s links to %q, want https", a.page, a.to)
		}
		return "", nil
	}
	name := a.page
	if to.Path != "" {
		name = path.Join(path.Dir(a.page), to.Path)
	}
	if files[name] == nil {
		return "", fmt.Errorf("%s links to %q, and the site has no %s", a.page, a.to, name)
	}
	if to.Fragment != "" && !slices.Contains(ids[name], to.Fragment) {
		return "", fmt.Errorf("%s links to %q, and %s has no such anchor", a.page, a.to, name)
	}
	if strings.HasSuffix(a.to, "/") {
		return "", fmt.Errorf("%s links to the folder %q, which a browser does not open from files", a.page, a.to)
	}
	return name, nil
}
