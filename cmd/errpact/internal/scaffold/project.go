// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package scaffold makes the files of a first catalogue: what buf and the go command need to turn an enum into
// typed errors, and the enum.
package scaffold

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// Project is the catalogue to be made.
type Project struct {
	// ImportPath is the folder's in Go, such as "acme.example/shop".
	ImportPath string
	// Package is the enum's, such as "acme.shop.v1".
	Package string
	// Domain is the catalogue's, such as "shop.acme.example".
	Domain string
}

// New returns the project in a folder of that import path. An empty package and an empty domain are made of the
// path's last element.
func New(importPath, protoPackage, domain string) (Project, error) {
	if !importPaths.MatchString(importPath) {
		return Project{}, fmt.Errorf("want a module like acme.example/shop, have %q", importPath)
	}
	name := baseName(importPath)
	if protoPackage == "" {
		protoPackage = name + ".v1"
	}
	if !packages.MatchString(protoPackage) {
		return Project{}, fmt.Errorf("want a package like acme.shop.v1, which ends in a version, have %q", protoPackage)
	}
	if domain == "" {
		domain = strings.ReplaceAll(name, "_", "-") + ".example.com"
	}
	if !domains.MatchString(domain) {
		return Project{}, fmt.Errorf("want a domain like shop.acme.example, have %q", domain)
	}
	return Project{ImportPath: importPath, Package: protoPackage, Domain: domain}, nil
}

var (
	importPaths = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9][A-Za-z0-9._~-]*)*$`)
	// packages are as buf's STANDARD rules ask: in lower case, and with a version at the end.
	packages     = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)*\.v[1-9][0-9]*((alpha|beta)[1-9][0-9]*)?$`)
	domains      = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$`)
	majorVersion = regexp.MustCompile(`/v[0-9]+$`)
	separators   = regexp.MustCompile(`[^a-z0-9]+`)
)

// baseName makes "my_shop" of "acme.example/My-Shop/v2".
func baseName(importPath string) string {
	last := strings.ToLower(path.Base(majorVersion.ReplaceAllString(importPath, "")))
	name := strings.Trim(separators.ReplaceAllString(last, "_"), "_")
	if name == "" || name[0] < 'a' {
		return "app" // no name of a package begins with a digit
	}
	return name
}

// Enum returns the name of the enum, such as "ShopError".
func (p Project) Enum() string {
	var b strings.Builder
	for _, word := range p.words() {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String() + "Error"
}

// Prefix returns the beginning of the names of the enum's values, such as "SHOP_ERROR_".
func (p Project) Prefix() string { return strings.ToUpper(strings.Join(p.words(), "_")) + "_ERROR_" }

// GoPackage returns the name of the Go package of the generated enum, such as "shopv1". That of its errors ends
// in "err" as well.
func (p Project) GoPackage() string {
	_, version := p.split()
	return strings.Join(p.words(), "") + version
}

// GoImportPath returns the import path of that package.
func (p Project) GoImportPath() string { return path.Join(p.ImportPath, "gen", p.folder()) }

// split returns the last name of the package and its version: "order_item" and "v1" of "acme.order_item.v1".
func (p Project) split() (name, version string) {
	parts := strings.Split(p.Package, ".")
	return parts[len(parts)-2], parts[len(parts)-1]
}

func (p Project) words() []string {
	name, _ := p.split()
	return strings.Split(name, "_")
}

func (p Project) folder() string { return strings.ReplaceAll(p.Package, ".", "/") }
