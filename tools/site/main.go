// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command site makes a static site of the checkout's pages, its built-in catalogue and its Go packages. The site opens
// from files and asks nothing of anybody. A link that leads nowhere fails the build.
//
//	site -out FOLDER CHECKOUT
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"testing/fstest"
)

func main() {
	out := flag.String("out", "", "the `FOLDER` to write; it is emptied first")
	flag.Parse()
	if *out == "" || flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: site -out FOLDER CHECKOUT")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *out); err != nil {
		fmt.Fprintf(os.Stderr, "site: %v\n", err)
		os.Exit(1)
	}
}

// run builds the site in memory, checks it, and then writes it whole.
func run(checkout, out string) error {
	files, err := assemble(checkout)
	if err != nil {
		return err
	}
	links, broken := check(files)
	if len(broken) > 0 {
		return errors.Join(broken...)
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.CopyFS(out, files); err != nil {
		return err
	}
	fmt.Printf("site: %d files with %d links, all of which lead somewhere: %s/index.html\n", len(files), links, out)
	return nil
}

// add puts a file into the site.
func add(files fstest.MapFS, name string, content []byte) {
	files[name] = &fstest.MapFile{Data: content, Mode: 0o644}
}
