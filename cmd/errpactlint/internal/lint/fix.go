// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// useIs replaces a comparison by a call of errors.Is. There is no fix for one with a comment, which would be lost, nor
// where the name of package errors stands for something else.
func (e *engine) useIs(file *ast.File, n *ast.BinaryExpr, not, args string) []analysis.SuggestedFix {
	for _, c := range file.Comments {
		if n.Pos() < c.End() && c.Pos() < n.End() {
			return nil
		}
	}
	name, edits := e.nameOfIs(file, n.Pos())
	if name == "" {
		return nil
	}
	edits = append(edits, analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: []byte(not + name + args)})
	return []analysis.SuggestedFix{{Message: "Use errors.Is", TextEdits: edits}}
}

// nameOfIs returns the name that errors.Is has at a place, with the import that it needs; "" if it can have none.
func (e *engine) nameOfIs(file *ast.File, at token.Pos) (string, []analysis.TextEdit) {
	scope := e.pass.TypesInfo.Scopes[file].Innermost(at)
	for _, i := range file.Imports {
		pkg := e.pass.TypesInfo.PkgNameOf(i)
		if pkg == nil || pkg.Imported().Path() != "errors" {
			continue
		}
		if _, o := scope.LookupParent(pkg.Name(), at); o == pkg {
			return pkg.Name() + ".Is", nil
		}
		if _, o := scope.LookupParent("Is", at); pkg.Name() == "." && o == pkg.Imported().Scope().Lookup("Is") {
			return "Is", nil
		}
	}
	if _, taken := scope.LookupParent("errors", at); taken != nil {
		return "", nil
	}
	return "errors.Is", []analysis.TextEdit{importErrors(file)}
}

// importErrors adds the import of package errors before all others.
func importErrors(file *ast.File) analysis.TextEdit {
	first := file.Decls[0]
	pos, text := startOf(first), "import \"errors\"\n\n"
	if d, ok := first.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
		text = "import \"errors\"\n"
		if len(d.Specs) > 0 && d.Lparen.IsValid() {
			pos, text = startOf(d.Specs[0]), "\"errors\"\n\t"
		}
	}
	return analysis.TextEdit{Pos: pos, End: pos, NewText: []byte(text)}
}

// startOf returns the start of a declaration or an import, with the comment above it.
func startOf(n ast.Node) token.Pos {
	var doc *ast.CommentGroup
	switch n := n.(type) {
	case *ast.FuncDecl:
		doc = n.Doc
	case *ast.GenDecl:
		doc = n.Doc
	case *ast.ImportSpec:
		doc = n.Doc
	}
	if doc != nil {
		return doc.Pos()
	}
	return n.Pos()
}
