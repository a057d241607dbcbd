// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command release makes of the checkout what users will fetch under a version, and proves it: it
// copies the tree, writes the root module's version into the other published modules in place of
// their replace directives, serves all of them from a module proxy in files, and installs every
// command from there with `go install …@version`. It also builds the nested modules of the last release
// with the root of this checkout. Where Node is, it builds and packs the npm packages under the version, and installs
// them. The checkout itself is not changed. Three folders stay: FOLDER/tree is to be tagged, FOLDER/proxy serves its
// modules, and FOLDER/npm has the tarballs. The lines that a shell needs for that are printed, and then what
// is left to do by hand.
//
// With -api it makes nothing, and compares the Go API of all public packages with the last release.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/semver"
)

func main() {
	version := flag.String("version", "v0.0.0-test", "the version to make")
	out := flag.String("out", "", "the `FOLDER` to make it in; it is emptied first")
	api := flag.Bool("api", false, "compare the API of all public packages with the last release, and make nothing")
	flag.Parse()
	var err error
	switch {
	case *api && flag.NArg() == 1:
		err = compareAPI(flag.Arg(0), os.Stdout)
	case !*api && semver.IsValid(*version) && *out != "" && flag.NArg() == 1:
		err = release(flag.Arg(0), *out, *version)
	default:
		fmt.Fprintln(os.Stderr, "usage: release -version v1.2.3 -out FOLDER CHECKOUT, or release -api CHECKOUT")
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "release: %v\n", err)
		os.Exit(1)
	}
}

func release(checkout, out, version string) (err error) {
	tree := filepath.Join(out, "tree")
	if err := copyTree(checkout, out, tree); err != nil {
		return err
	}
	modules, err := published(tree)
	if err != nil {
		return err
	}
	packages, err := publishedNPM(tree)
	if err != nil {
		return err
	}
	missing, err := npmIsMissing()
	if err != nil {
		return err
	}
	for _, p := range packages {
		if err := p.pin(version); err != nil {
			return err
		}
	}
	scratch := filepath.Join(out, "scratch")
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	root := modules[0].path
	if err := buildOlder(checkout, scratch, tree, root); err != nil {
		return err
	}
	p := newProxy(filepath.Join(out, "proxy"), root, version)
	modcache, err := os.MkdirTemp(scratch, "modcache")
	if err != nil {
		return err
	}
	env := append(p.environment(), "GOMODCACHE="+modcache)
	for _, m := range modules {
		if err := m.pin(root, version, env); err != nil {
			return err
		}
		if err := p.add(m); err != nil {
			return err
		}
	}
	for _, m := range modules {
		if err := m.install(scratch, version, env); err != nil {
			return err
		}
	}
	npm := filepath.Join(out, "npm")
	if missing == "" {
		if err := packNPM(scratch, tree, npm, version, packages); err != nil {
			return err
		}
	}
	fmt.Print(missing + p.usage())
	steps, err := left(checkout, tree, version, modules, packages)
	fmt.Print(steps)
	return err
}
