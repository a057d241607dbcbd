// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package lint checks that code keeps to what errpact's catalogues and declarations say.
package lint

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// Options holds the settings that the command's flags make.
type Options struct {
	// Strict reports a declared error that nothing returns even where a call that cannot be followed may return it.
	Strict bool
	// Baseline is a file of findings that are not reported.
	Baseline string
	// Declare reports what handlers return, and nothing else.
	Declare bool

	// alter changes descriptors, in tests.
	alter func([]byte) []byte
}

// New returns the analyzer. It reads the options when it runs.
func New(options *Options) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "errpact",
		Doc:  "check that handlers return the errors that their methods declare, and that errors of catalogues are used as intended",
		URL:  "https://github.com/errpact/errpact/blob/main/docs/findings.md",
		Run:  func(pass *analysis.Pass) (any, error) { return nil, run(pass, options) },
		FactTypes: []analysis.Fact{
			new(packageFact), new(returnsFact), new(valueFact), new(catalogueFact), new(predicateFact),
		},
	}
}

func run(pass *analysis.Pass, options *Options) error {
	own := knowledge{Path: pass.Pkg.Path()}
	raw := rawDescriptors(pass.Pkg, func(v *types.Var) []byte { return oldDescriptor(pass, v) })
	if options.alter != nil {
		for i := range raw {
			raw[i] = options.alter(raw[i])
		}
	}
	own.describe(raw)
	k := newKnown(pass, own)
	if !concerns(pass) {
		if !own.isEmpty() {
			pass.ExportPackageFact(&packageFact{pack(k.packages)})
		}
		return nil
	}
	e := newEngine(pass, buildSSA(pass), k)
	k.addRules(own.Path, e.rulesOf())
	pass.ExportPackageFact(&packageFact{pack(k.packages)})
	e.exportFacts()
	return e.report(options)
}

// concerns reports whether a package is of the module that is analysed, or knows package mapping: no other can make
// an entry.
func concerns(pass *analysis.Pass) bool {
	if pass.Pkg.Path() == mappingPath {
		return false
	}
	for _, p := range pass.Pkg.Imports() {
		if p.Path() == mappingPath || pass.ImportPackageFact(p, new(packageFact)) {
			return true
		}
	}
	return pass.Module != nil && pass.Module.Path != "" && pass.Module.Version == ""
}

// buildSSA builds the package, and no more of the others than their declarations.
func buildSSA(pass *analysis.Pass) *ssa.Package {
	prog := ssa.NewProgram(pass.Fset, 0)
	for _, p := range pass.Pkg.Imports() {
		prog.CreatePackage(p, nil, nil, true)
	}
	pkg := prog.CreatePackage(pass.Pkg, pass.Files, pass.TypesInfo, false)
	pkg.Build()
	return pkg
}

// oldDescriptor reads a raw descriptor that a release of protoc-gen-go before 1.36.6 wrote: a list of bytes, which the last
// ones of them convert to a string.
func oldDescriptor(pass *analysis.Pass, v *types.Var) []byte {
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.VAR {
				continue
			}
			for _, spec := range d.Specs {
				s := spec.(*ast.ValueSpec)
				if len(s.Names) != 1 || len(s.Values) != 1 || pass.TypesInfo.Defs[s.Names[0]] != v {
					continue
				}
				value := s.Values[0]
				if conversion, ok := value.(*ast.CallExpr); ok && len(conversion.Args) == 1 {
					value = conversion.Args[0]
				}
				if list, ok := value.(*ast.CompositeLit); ok {
					return bytesOf(pass, list)
				}
			}
		}
	}
	return nil
}

func bytesOf(pass *analysis.Pass, list *ast.CompositeLit) []byte {
	raw := make([]byte, 0, len(list.Elts))
	for _, element := range list.Elts {
		value := pass.TypesInfo.Types[element].Value
		if value == nil {
			return nil
		}
		b, ok := uint8Value(value)
		if !ok {
			return nil
		}
		raw = append(raw, b)
	}
	return raw
}
