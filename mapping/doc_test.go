// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// maxForTransports bounds the half of the package that handlers and clients need not read.
const maxForTransports = 26

// TestDocListsEveryNameInOneHalf: the package comment lists each exported type and function either for
// handlers and clients or for transports, and few for the latter.
func TestDocListsEveryNameInOneHalf(t *testing.T) {
	p := parsePackage(t)
	users, transports, ok := strings.Cut(p.Doc, "# For transports")
	if !ok {
		t.Fatal("the package comment has no part \"For transports\"")
	}
	for _, name := range exportedNames(p) {
		forUsers, forTransports := links(users)[name], links(transports)[name]
		if forUsers == forTransports {
			t.Errorf("%s is listed for handlers and clients: %t; for transports: %t; want one of them", name, forUsers, forTransports)
		}
	}
	if n := len(links(transports)); n > maxForTransports {
		t.Errorf("%d names are listed for transports, want at most %d", n, maxForTransports)
	}
}

func parsePackage(t *testing.T) *doc.Package {
	t.Helper()
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	p, err := doc.NewFromFiles(set, files, "github.com/errpact/errpact/mapping")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// exportedNames are those of types and of functions, also of those that return a type.
func exportedNames(p *doc.Package) []string {
	var names []string
	for _, f := range p.Funcs {
		names = append(names, f.Name)
	}
	for _, typ := range p.Types {
		names = append(names, typ.Name)
		for _, f := range typ.Funcs {
			names = append(names, f.Name)
		}
	}
	return names
}

var link = regexp.MustCompile(`\[([A-Z]\w*(?:\.\w+)?)\]`)

func links(text string) map[string]bool {
	found := make(map[string]bool)
	for _, match := range link.FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return found
}
