// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// Module finds the go.mod that a folder belongs to, in it or above it, as the go command does. It returns the
// folder's import path, and the folder that has the file; both are empty if there is no such file.
func Module(folder string) (importPath, root string, err error) {
	folder, err = filepath.Abs(folder)
	if err != nil {
		return "", "", err
	}
	for root = folder; ; root = filepath.Dir(root) {
		content, err := os.ReadFile(filepath.Join(root, "go.mod"))
		switch {
		case err == nil:
			module := modulePath(string(content))
			if module == "" {
				return "", "", fmt.Errorf("read %s: want a line like \"module acme.example/shop\", have none", filepath.Join(root, "go.mod"))
			}
			below, err := filepath.Rel(root, folder)
			return path.Join(module, filepath.ToSlash(below)), root, err
		case !errors.Is(err, fs.ErrNotExist):
			return "", "", err
		case root == filepath.Dir(root):
			return "", "", nil
		}
	}
}

// modulePath returns what the module line of a go.mod names; empty if it has none.
// https://go.dev/ref/mod#go-mod-file-module
func modulePath(content string) string {
	for line := range strings.Lines(content) {
		line, _, _ = strings.Cut(line, "//")
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[0] != "module" {
			continue
		}
		if unquoted, err := strconv.Unquote(fields[1]); err == nil {
			return unquoted
		}
		return fields[1]
	}
	return ""
}

// DefaultModule is the module of a folder that nobody named.
func DefaultModule(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	return "example.com/" + baseName(filepath.ToSlash(folder)), err
}
