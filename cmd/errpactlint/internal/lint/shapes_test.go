// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint_test

import (
	"go/ast"
	"go/token"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint"
)

const minShapes = 15

// shapes are the shapes of code that one finding has in testdata.
type shapes struct {
	// found are the lines with a finding, and fine the declarations whose names start with "fine", which have none.
	found, fine map[string]bool
}

// countShapes holds the packages of each finding against minShapes. A package, and what is below it, is of the finding
// whose name it has.
func countShapes(t *testing.T, results []*analysistest.Result) {
	t.Helper()
	counts := map[string]shapes{}
	for _, id := range lint.IDs {
		counts[id] = shapes{map[string]bool{}, map[string]bool{}}
	}
	for _, r := range results {
		_, path, _ := strings.Cut(r.Action.Package.PkgPath, "/testdata/")
		id, _, _ := strings.Cut(path, "/")
		count, ok := counts[id]
		if !ok {
			continue
		}
		fset := r.Action.Package.Fset
		for _, file := range r.Action.Package.Syntax {
			for _, decl := range file.Decls {
				for _, name := range declared(decl) {
					at := fset.Position(name.Pos())
					if d := within(decl, id, r.Action.Diagnostics); strings.HasPrefix(name.Name, "fine") && d != nil {
						t.Errorf("%s: %s is not to be found, have %q", at, name.Name, d.Message)
					} else if strings.HasPrefix(name.Name, "fine") {
						count.fine[path+"."+name.Name] = true
					}
				}
			}
		}
		for _, d := range r.Action.Diagnostics {
			if d.Category == id {
				at := fset.Position(d.Pos)
				at.Column, at.Offset = 0, 0
				count.found[at.String()] = true
			}
		}
	}
	for _, id := range lint.IDs {
		t.Logf("%s: %d found, %d not", id, len(counts[id].found), len(counts[id].fine))
		if len(counts[id].found) < minShapes || len(counts[id].fine) < minShapes {
			t.Errorf("%s has %d shapes that are found and %d that are not, want %d of both",
				id, len(counts[id].found), len(counts[id].fine), minShapes)
		}
	}
}

// declared returns the names of a declaration: a method's is that of its type.
func declared(decl ast.Decl) []*ast.Ident {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []*ast.Ident{d.Name}
		}
		var names []*ast.Ident
		ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && len(names) == 0 {
				names = append(names, id)
			}
			return true
		})
		return names
	case *ast.GenDecl:
		var names []*ast.Ident
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.ValueSpec:
				names = append(names, s.Names...)
			case *ast.TypeSpec:
				names = append(names, s.Name)
			}
		}
		return names
	}
	return nil
}

// within returns a finding of an id in a declaration.
func within(decl ast.Decl, id string, all []analysis.Diagnostic) *analysis.Diagnostic {
	for _, d := range all {
		if d.Category == id && contains(decl, d.Pos) {
			return &d
		}
	}
	return nil
}

func contains(n ast.Node, pos token.Pos) bool { return n.Pos() <= pos && pos < n.End() }
