// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package exported lists what a package exports, from its source: for tests with a row for each
// function, which none that comes later may escape.
package exported

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Functions are the exported functions of the package in a folder, and the exported methods of its
// exported types as "Type.Method", sorted. Tests are no part of it.
func Functions(folder string) ([]string, error) {
	return named(folder, func(declaration ast.Decl) (names []string) {
		if f, ok := declaration.(*ast.FuncDecl); ok && f.Name.IsExported() {
			names = appendName(names, f)
		}
		return names
	})
}

// Structs are the exported struct types of the package in a folder that have no type parameters, sorted.
func Structs(folder string) ([]string, error) {
	return named(folder, func(declaration ast.Decl) (names []string) {
		group, ok := declaration.(*ast.GenDecl)
		if !ok {
			return nil
		}
		for _, spec := range group.Specs {
			t, ok := spec.(*ast.TypeSpec)
			if !ok || !t.Name.IsExported() || t.TypeParams != nil {
				continue
			}
			if _, isStruct := t.Type.(*ast.StructType); isStruct {
				names = append(names, t.Name.Name)
			}
		}
		return names
	})
}

// named returns the names that declarations of a package have, sorted.
func named(folder string, of func(ast.Decl) []string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, entry.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declaration := range file.Decls {
			names = append(names, of(declaration)...)
		}
	}
	slices.Sort(names)
	return names, nil
}

func appendName(names []string, f *ast.FuncDecl) []string {
	if f.Recv == nil {
		return append(names, f.Name.Name)
	}
	if receiver := typeName(f.Recv.List[0].Type); ast.IsExported(receiver) {
		names = append(names, receiver+"."+f.Name.Name)
	}
	return names
}

// typeName is a receiver's type, without its pointer and its type parameters.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	}
	return ""
}
