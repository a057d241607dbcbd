// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/xml"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
)

// resolve returns where a link of a page leads in the site. A page, a folder with a page, and a Go package have one
// there; any other file of the tree is shown by the repository.
func (t *tree) resolve(source, out, destination string) (string, error) {
	to, err := url.Parse(destination)
	if err != nil {
		return "", err
	}
	if inTree, ok := strings.CutPrefix(destination, t.repository+"/blob/main/"); ok { // of a README that npm shows, too
		return t.resolve("README.md", out, inTree)
	}
	if to.IsAbs() || to.Path == "" {
		return destination, nil
	}
	if path.IsAbs(to.Path) {
		return "", fmt.Errorf("%s links to %s, want a path within the tree", source, destination)
	}
	name := path.Join(path.Dir(source), to.Path)
	info, err := fs.Stat(t.files, name)
	if err != nil {
		return "", fmt.Errorf("%s links to %s, which does not exist", source, destination)
	}
	fragment := ""
	if to.Fragment != "" {
		fragment = "#" + to.Fragment
	}
	if page, ok := t.outs[name]; ok {
		return relative(out, page) + fragment, nil
	}
	if page, ok := t.outs[path.Join(name, "README.md")]; ok {
		return relative(out, page) + fragment, nil
	}
	if i := slices.IndexFunc(t.packages, func(p *goPackage) bool { return p.folder == name }); i >= 0 {
		return relative(out, packagesPage) + "#" + t.packages[i].ID(), nil
	}
	kind := "blob"
	if info.IsDir() {
		kind = "tree"
	}
	return t.repository + "/" + kind + "/main/" + name + fragment, nil
}

// picture adds an image of a page to the site. It returns its size, so that nothing moves when it is loaded.
func (t *tree) picture(source, destination string) (width, height string, err error) {
	name := path.Join(path.Dir(source), destination)
	content, err := fs.ReadFile(t.files, name)
	if err != nil {
		return "", "", fmt.Errorf("%s shows %s: %w", source, destination, err)
	}
	var svg struct {
		ViewBox string `xml:"viewBox,attr"`
	}
	if err := xml.Unmarshal(content, &svg); err != nil {
		return "", "", fmt.Errorf("%s shows %s, want an SVG: %w", source, destination, err)
	}
	box := strings.Fields(svg.ViewBox)
	if len(box) != 4 {
		return "", "", fmt.Errorf("%s has the viewBox %q, want four numbers", name, svg.ViewBox)
	}
	if !slices.Contains(t.pictures, name) {
		t.pictures = append(t.pictures, name)
	}
	return box[2], box[3], nil
}
