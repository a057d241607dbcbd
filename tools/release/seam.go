// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// seamFile names, on its last line, the commit whose modules are built where no tag exists yet.
const seamFile = ".ci/seam"

// buildOlder builds the nested modules of the last release against the root module of tree. Users
// upgrade modules one by one: `go get -u` of the root alone must not break the others.
func buildOlder(checkout, scratch, tree, root string) error {
	commit, err := lastRelease(checkout)
	if err != nil {
		return err
	}
	older := filepath.Join(scratch, "older")
	if err := extract(checkout, commit, older); err != nil {
		return err
	}
	modules, err := published(older)
	if err != nil {
		return err
	}
	if len(modules) < 2 {
		return fmt.Errorf("%.12s has %d published modules, want the root and nested ones", commit, len(modules))
	}
	var broken []error
	for _, m := range modules {
		if m.path == root {
			continue
		}
		if err := m.buildAgainst(root, tree, modules); err != nil {
			broken = append(broken, fmt.Errorf("build %s, as it was at %.12s, with the root of this checkout: %w", m.path, commit, err))
			continue
		}
		fmt.Printf("go build %s of %.12s\n", m.path, commit)
	}
	return errors.Join(broken...)
}

// lastRelease returns the newest tag of the root module before this commit, or, without a tag, the
// commit that seamFile names.
func lastRelease(checkout string) (string, error) {
	tags, err := output(checkout, nil, "git", "-c", "versionsort.suffix=-", "tag", "--merged", "HEAD", "--no-contains", "HEAD", "--sort=-version:refname", "--list", "v[0-9]*")
	if err != nil {
		return "", err
	}
	if tag, _, ok := strings.Cut(tags, "\n"); ok {
		return tag, nil
	}
	content, err := os.ReadFile(filepath.Join(checkout, seamFile))
	if err != nil {
		return "", err
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	commit := lines[len(lines)-1]
	if _, err := output(checkout, nil, "git", "merge-base", "--is-ancestor", commit, "HEAD"); err != nil {
		return "", fmt.Errorf("%s names %q, which is not a commit in the history of HEAD: if this clone is shallow, run `git fetch --unshallow`: %w", seamFile, commit, err)
	}
	return commit, nil
}

// extract writes the tree of a commit into a folder.
func extract(checkout, commit, folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	archive := folder + ".tar"
	if _, err := output(checkout, nil, "git", "archive", "--format=tar", "--output="+archive, commit); err != nil {
		return err
	}
	_, err := output(folder, nil, "tar", "-xf", archive)
	return err
}

// buildAgainst builds the module with the root in tree, and with the other modules as they were. The go
// command may raise the module's other requirements to those of the root, as it does for users.
func (m *module) buildAgainst(root, tree string, modules []*module) error {
	if err := m.replace(root, tree, modules); err != nil {
		return err
	}
	_, err := output(m.folder, loose, "go", "build", "-o", os.DevNull, "./...")
	return err
}

// loose lets the go command complete a go.mod whose replace directives were edited.
var loose = []string{"GOWORK=off", "GOFLAGS=-mod=mod -buildvcs=false"}

// replace makes the module use the root in tree, and the other modules in their folders.
func (m *module) replace(root, tree string, modules []*module) error {
	edit := []string{"mod", "edit", "-replace=" + root + "=" + tree}
	for _, other := range modules {
		if other.path != root && other.path != m.path {
			edit = append(edit, "-replace="+other.path+"="+other.folder)
		}
	}
	_, err := output(m.folder, nil, "go", edit...)
	return err
}
