// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command licenses holds the dependencies of every module to licenses under which they may be used: those that users
// link with errpact, and those that its tests and its example link. The linter and the generators, which tools/go.mod
// pins, are run and not linked. Of Go modules it reads the licenses' texts. Of npm packages, dev dependencies too, it
// reads the license that each package-lock.json states.
//
//	licenses [-list] CHECKOUT
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errpact/errpact/tools/modules"
)

// own are the modules of the project.
const own = "github.com/errpact/errpact"

func main() {
	list := flag.Bool("list", false, "print each dependency with its licenses")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: licenses [-list] CHECKOUT")
		os.Exit(2)
	}
	if err := check(flag.Arg(0), *list); err != nil {
		fmt.Fprintf(os.Stderr, "licenses: %v\n", err)
		os.Exit(1)
	}
}

func check(checkout string, list bool) error {
	all, err := modules.All(checkout)
	if err != nil {
		return err
	}
	found := map[string][]string{}
	var refused []error
	for _, m := range all {
		if m.Folder == "tools" {
			continue
		}
		dependencies, err := linked(filepath.Join(checkout, m.Folder))
		if err != nil {
			return err
		}
		for name, folder := range dependencies {
			if found[name] == nil {
				found[name], err = licensesIn(folder)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			for _, license := range found[name] {
				if !isAllowed(license, modules.IsPublished(m.Folder)) {
					refused = append(refused, fmt.Errorf("%s links %s, which is under %s", m.Path, name, license))
				}
			}
		}
	}
	refused = append(refused, checkLockfiles(checkout, found))
	if list {
		for name, licenses := range found {
			fmt.Printf("%s\t%s\n", strings.Join(licenses, ", "), name)
		}
	}
	fmt.Printf("licenses: %d dependencies\n", len(found))
	return errors.Join(refused...)
}

// allowed are licenses that ask for no more than their text in what is shipped. elsewhere may be linked by what nobody
// ships, in addition: MPL-2.0 asks for the source of its files, FTL for a mention, and CC-BY-4.0 is no license for programs.
var (
	allowed   = []string{"Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC"}
	elsewhere = []string{"MPL-2.0", "CC-BY-4.0", "FTL"}
)

// isAllowed reports whether what is under the license may be linked.
func isAllowed(license string, published bool) bool {
	return slices.Contains(allowed, license) || !published && slices.Contains(elsewhere, license)
}

// linked returns the folders of the modules of others that a module's packages and tests are made of.
func linked(folder string) (map[string]string, error) {
	command := exec.Command("go", "list", "-deps", "-test", "-f", "{{with .Module}}{{.Path}}\t{{.Dir}}{{end}}", "./...")
	command.Dir, command.Stderr = folder, os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%v in %s: %w", command, folder, err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, dir, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok && name != own && !strings.HasPrefix(name, own+"/") {
			found[name] = dir
		}
	}
	return found, nil
}
