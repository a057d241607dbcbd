// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/errpact/errpact/tools/modules"
)

// installed begins the key of a dependency in a package-lock.json.
const installed = "node_modules/"

// npmPackage is an entry of a package-lock.json.
// https://docs.npmjs.com/cli/configuring-npm/package-lock-json
type npmPackage struct {
	License string `json:"license"`
	// Dev is set on what only builds and tests need.
	Dev bool `json:"dev"`
	// Link is set on the project's own packages, which have an entry under their folder, too.
	Link bool `json:"link"`
}

// checkLockfiles checks the packages of every package-lock.json of the checkout.
func checkLockfiles(checkout string, found map[string][]string) error {
	locks, err := lockfiles(checkout)
	if err != nil {
		return err
	}
	var refused []error
	for _, lock := range locks {
		refused = append(refused, checkNPM(filepath.Join(checkout, lock), modules.IsPublished(lock), found))
	}
	return errors.Join(refused...)
}

// lockfiles returns every package-lock.json of a checkout, with slashes.
func lockfiles(checkout string) ([]string, error) {
	var found []string
	err := fs.WalkDir(os.DirFS(checkout), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && modules.IsSkipped(entry.Name()):
			return fs.SkipDir
		case entry.Name() == "package-lock.json":
			found = append(found, name)
		}
		return nil
	})
	return found, err
}

// checkNPM adds the packages of a package-lock.json to found, with the license that each states, and returns an error
// for each that may not be used. What is no dev dependency is held to the licenses of what users link: bundlers put it
// into pages.
func checkNPM(lockfile string, published bool, found map[string][]string) error {
	content, err := os.ReadFile(lockfile)
	if err != nil {
		return err
	}
	var lock struct {
		Packages map[string]npmPackage `json:"packages"`
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		return fmt.Errorf("read %s: %w", lockfile, err)
	}
	if len(lock.Packages) == 0 {
		return fmt.Errorf("read %s: it has no packages, so npm wrote it before version 7", lockfile)
	}
	var refused []error
	for name, p := range lock.Packages {
		if p.Link {
			continue
		}
		if !isAllowedExpression(p.License, published && !p.Dev) {
			refused = append(refused, fmt.Errorf("%s has %q under the license %q", lockfile, name, p.License))
		}
		if at := strings.LastIndex(name, installed); at >= 0 {
			found["npm:"+name[at+len(installed):]] = []string{p.License}
		}
	}
	return errors.Join(refused...)
}

// isAllowedExpression reports whether the terms of an SPDX expression let it be used: one side of OR, and both of AND.
// What is more deeply nested is refused, for a person to read. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
func isAllowedExpression(expression string, published bool) bool {
	if inner, ok := strings.CutPrefix(expression, "("); ok {
		expression = strings.TrimSuffix(inner, ")")
	}
	if strings.ContainsAny(expression, "()") {
		return false
	}
	for choice := range strings.SplitSeq(expression, " OR ") {
		all := true
		for license := range strings.SplitSeq(choice, " AND ") {
			all = all && isAllowed(license, published)
		}
		if all {
			return true
		}
	}
	return false
}
