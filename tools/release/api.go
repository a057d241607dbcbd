// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/mod/semver"
	"golang.org/x/tools/go/packages"
)

// unstable are the packages, below the root module's path, whose Go API may change in any minor version.
// docs/versions.md says so to users.
var unstable = []string{"interceptor/transport", "mapping/catalogue"}

// compareAPI writes each incompatible change of a public package since the last release. It returns an error if that
// release promised that the package stays compatible.
func compareAPI(checkout string, w io.Writer) (err error) {
	last, err := lastRelease(checkout)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "api")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	before, after := filepath.Join(scratch, "before"), filepath.Join(scratch, "after")
	if err := errors.Join(extract(checkout, last, before), copyTree(checkout, after, after)); err != nil {
		return err
	}
	root, older, err := publicAPI(before)
	if err != nil {
		return err
	}
	_, newer, err := publicAPI(after)
	if err != nil {
		return err
	}
	total, broken := 0, 0
	for _, path := range slices.Sorted(maps.Keys(older)) {
		changes := incompatible(older[path], newer[path])
		total += len(changes)
		if isPromised(last, strings.TrimPrefix(path, root+"/")) {
			broken += len(changes)
		}
		for _, change := range changes {
			if _, err := fmt.Fprintf(w, "%s: %s\n", path, change); err != nil {
				return err
			}
		}
	}
	if broken > 0 {
		return fmt.Errorf("compare the API with %.12s: found %d incompatible changes in stable packages, want 0", last, broken)
	}
	_, err = fmt.Fprintf(w, "make api: %d packages, %d incompatible changes since %.12s\n", len(older), total, last)
	return err
}

// isPromised reports whether a release promises that a package, named below the root's path, stays compatible.
func isPromised(release, name string) bool {
	return semver.IsValid(release) && semver.Major(release) != "v0" && !slices.Contains(unstable, name)
}

// incompatible lists the changes that may stop a user's code from compiling. A nil newer package was removed.
func incompatible(older, newer *types.Package) []string {
	if newer == nil {
		return []string{"package removed"}
	}
	var changes []string
	for _, change := range apidiff.Changes(older, newer).Changes {
		if !change.Compatible {
			changes = append(changes, change.Message)
		}
	}
	return changes
}

// publicAPI returns the path of the root module of a tree, and the packages that users import, by path.
func publicAPI(tree string) (root string, api map[string]*types.Package, err error) {
	modules, err := published(tree)
	if err != nil {
		return "", nil, err
	}
	if len(modules) == 0 {
		return "", nil, fmt.Errorf("%s has no modules", tree)
	}
	root, api = modules[0].path, map[string]*types.Package{}
	for _, m := range modules {
		if m.path != root {
			if err := m.replace(root, tree, modules); err != nil {
				return "", nil, err
			}
		}
		if err := m.load(api); err != nil {
			return "", nil, fmt.Errorf("load %s: %w", m.path, err)
		}
	}
	return root, api, nil
}

// load adds the packages of the module that users import.
func (m *module) load(api map[string]*types.Package) error {
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes,
		Dir:  m.folder,
		Env:  append(os.Environ(), loose...),
	}, "./...")
	if err != nil {
		return err
	}
	for _, p := range loaded {
		for _, wrong := range p.Errors {
			err = errors.Join(err, wrong)
		}
		if p.Name != "main" && !slices.Contains(strings.Split(p.PkgPath, "/"), "internal") {
			api[p.PkgPath] = p.Types
		}
	}
	return err
}
