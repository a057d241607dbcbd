// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package modules finds the Go modules of a checkout, and knows which of them users fetch.
package modules

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// A Module is a Go module of the checkout.
type Module struct {
	// Path is its import path.
	Path string
	// Folder is relative to the checkout, with slashes.
	Folder string
}

// unpublished are the top folders whose modules nobody fetches.
var unpublished = []string{"tools", "test", "examples"}

// IsPublished reports whether users fetch what is in a folder of the checkout.
func IsPublished(folder string) bool {
	top, _, _ := strings.Cut(folder, "/")
	return !slices.Contains(unpublished, top)
}

// IsSkipped reports whether a folder of this name holds nothing of the project's own.
func IsSkipped(name string) bool {
	switch name {
	case "node_modules", "testdata", "third_party":
		return true
	}
	return strings.HasPrefix(name, ".") && name != "."
}

// All returns the modules of a checkout in the order of their paths, so the root is the first.
func All(checkout string) ([]Module, error) {
	files := os.DirFS(checkout)
	var found []Module
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && IsSkipped(entry.Name()):
			return fs.SkipDir
		case entry.Name() != "go.mod":
			return nil
		}
		content, err := os.ReadFile(filepath.Join(checkout, name))
		found = append(found, Module{modfile.ModulePath(content), path.Dir(name)})
		return err
	})
	slices.SortFunc(found, func(a, b Module) int { return strings.Compare(a.Path, b.Path) })
	return found, err
}
