// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command release makes of the checkout what users will fetch under a version, and proves it: it
// copies the tree, writes the root module's version into the other published modules in place of
// their replace directives, serves all of them from a module proxy in files, and installs every
// command from there with `go install …@version`. It also builds the nested modules of the last release
// with the root of this checkout. The checkout itself is not changed: what is to be tagged is in
// FOLDER/tree.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/semver"
)

func main() {
	version := flag.String("version", "v0.0.0-test", "the version to make")
	out := flag.String("out", "", "the `FOLDER` to make it in; it is emptied first")
	flag.Parse()
	if !semver.IsValid(*version) || *out == "" || flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: release -version v1.2.3 -out FOLDER CHECKOUT")
		os.Exit(2)
	}
	if err := release(flag.Arg(0), *out, *version); err != nil {
		fmt.Fprintf(os.Stderr, "release: %v\n", err)
		os.Exit(1)
	}
}

func release(checkout, out, version string) error {
	tree := filepath.Join(out, "tree")
	if err := copyTree(checkout, out, tree); err != nil {
		return err
	}
	modules, err := published(tree)
	if err != nil {
		return err
	}
	if err := buildOlder(checkout, out, tree, modules[0].path); err != nil {
		return err
	}
	p := proxy{folder: filepath.Join(out, "proxy"), version: version}
	env, err := p.environment(out)
	if err != nil {
		return err
	}
	for _, m := range modules {
		if err := m.pin(modules[0].path, version, env); err != nil {
			return err
		}
		if err := p.add(m); err != nil {
			return err
		}
	}
	for _, m := range modules {
		if err := m.install(out, version, env); err != nil {
			return err
		}
	}
	return nil
}
