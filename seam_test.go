// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package errpact_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "github.com/errpact/errpact"

// TestNestedModulesUsePublicPackages walks the modules that users install on their own. Users upgrade one
// module at a time, and an internal package may change with every version of the root, so an older module
// that imports one stops compiling. Tests are exempt, since nobody builds those of a dependency. Files are
// parsed rather than listed by the go command, which leaves out what is built for other systems.
func TestNestedModulesUsePublicPackages(t *testing.T) {
	for _, top := range []string{"interceptor", "cmd"} {
		modules := nestedModules(t, top)
		if len(modules) == 0 {
			t.Errorf("%s has no nested module", top)
		}
		for _, folder := range modules {
			files := 0
			walkFolder(t, folder, func(file string) {
				if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
					return
				}
				files++
				for _, path := range imports(t, file) {
					if isForeignInternal(path, modulePath+"/"+filepath.ToSlash(folder)) {
						t.Errorf("%s imports %s: want only public packages in a module that users install on its own", file, path)
					}
				}
			})
			if files == 0 {
				t.Errorf("%s has no Go files", folder)
			}
		}
	}
}

// TestIsForeignInternal tells a module's own internal folder from all others of this repository.
func TestIsForeignInternal(t *testing.T) {
	const module = modulePath + "/interceptor/grpcgo"
	for path, want := range map[string]bool{
		modulePath + "/internal/requestid":           true,
		modulePath + "/interceptor/internal/x":       true,
		modulePath + "/interceptor/internal":         true,
		modulePath + "/interceptor/grpcgo2/internal": true,
		module + "/internal/x":                       false,
		module + "/internal":                         false,
		modulePath + "/mapping":                      false,
		modulePath + "/mapping/internals":            false,
		"google.golang.org/grpc/internal/x":          false,
	} {
		if got := isForeignInternal(path, module); got != want {
			t.Errorf("isForeignInternal(%q) = %t, want %t", path, got, want)
		}
	}
}

var internalFolder = regexp.MustCompile(`/internal(/|$)`)

func isForeignInternal(path, module string) bool {
	own := path == module || strings.HasPrefix(path, module+"/")
	return !own && strings.HasPrefix(path, modulePath+"/") && internalFolder.MatchString(path)
}

// nestedModules returns the folders below top that have a go.mod.
func nestedModules(t *testing.T, top string) []string {
	t.Helper()
	var folders []string
	err := filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && isSkipped(entry) {
			return fs.SkipDir
		}
		if err == nil && entry.Name() == "go.mod" {
			folders = append(folders, filepath.Dir(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// walkFolder visits the files of a module, and not those of a module inside of it.
func walkFolder(t *testing.T, module string, visit func(file string)) {
	t.Helper()
	err := filepath.WalkDir(module, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			if err == nil {
				visit(name)
			}
			return err
		}
		if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil && name != module || isSkipped(entry) {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isSkipped reports whether the go command does not look into a folder.
func isSkipped(entry fs.DirEntry) bool {
	name := entry.Name()
	return entry.IsDir() && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules")
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}
