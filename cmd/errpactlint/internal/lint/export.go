// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"

	"golang.org/x/tools/go/ssa"
)

func uint8Value(v constant.Value) (byte, bool) {
	n, ok := constant.Int64Val(v)
	return byte(n), ok && n >= 0 && n <= 255
}

// exportFacts tells other packages what this one's functions return and its variables hold.
func (e *engine) exportFacts() {
	for _, fn := range functionsOf(e.pkg) {
		object, ok := fn.Object().(*types.Func)
		if !ok || !object.Exported() || e.inTest(object) {
			continue
		}
		if p := e.predicateOf(fn); len(p.Filters) > 0 {
			e.pass.ExportObjectFact(object, &predicateFact{p})
		}
		if fact, ok := e.ofFunction(fn); ok {
			e.pass.ExportObjectFact(object, fact)
		}
	}
	e.exportInterfaces()
	for _, member := range e.pkg.Members {
		g, ok := member.(*ssa.Global)
		if !ok || g.Object() == nil || !g.Object().Exported() || e.inTest(g.Object()) {
			continue
		}
		e.exportGlobal(g, g.Object())
	}
}

// ofFunction returns what a function returns, and leaves in variables; false for one that has no results and gets no
// addresses for errors.
func (e *engine) ofFunction(fn *ssa.Function) (*returnsFact, bool) {
	indices := errorResults(fn.Signature)
	fact, ok := &returnsFact{Results: make([][]Item, fn.Signature.Results().Len())}, len(indices) > 0
	for _, i := range indices {
		fact.Results[i] = e.exported(e.returns(fn, i), fn)
	}
	for i, p := range fn.Params {
		if isErrorPointer(p.Type()) {
			ok, fact.Written = true, append(fact.Written, make([][]Item, i+1-len(fact.Written))...)
			fact.Written[i] = e.exported(e.written(fn, i), fn)
		}
	}
	return fact, ok
}

// exportInterfaces tells what calls through the package's interfaces return: other packages do not see its types that
// are not exported.
func (e *engine) exportInterfaces() {
	scope := e.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		o, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || !o.Exported() || o.IsAlias() || !types.IsInterface(o.Type()) || isGeneric(o.Type()) || e.inTest(o) {
			continue
		}
		for m := range o.Type().Underlying().(*types.Interface).ExplicitMethods() {
			if fact, ok := e.ofMethod(o.Type(), m); ok {
				e.pass.ExportObjectFact(m, fact)
			}
		}
	}
}

// ofMethod returns what the implementations in sight of an interface's method return; false without any.
func (e *engine) ofMethod(t types.Type, method *types.Func) (*returnsFact, bool) {
	indices, found := errorResults(method.Signature()), e.implementations(t, method)
	fact, by := &returnsFact{Results: make([][]Item, method.Signature().Results().Len()), Sole: e.sole(found)}, ""
	if fact.Sole == "" {
		by = methodText(t, method)
	}
	for _, i := range indices {
		out := set{}
		for _, f := range found {
			var own returnsFact
			if fn := e.pkg.Prog.FuncValue(f); fn != nil && fn.Pkg == e.pkg {
				out.addAll(newSet(e.exported(e.returns(fn, i), fn)...))
			} else if !e.pass.ImportObjectFact(f, &own) {
				out.addAll(newSet(Item{Kind: plainKind, ID: f.FullName()}, Item{Kind: nilKind}))
			} else if i < len(own.Results) {
				out.addAll(e.imported(own.Results[i]))
			}
		}
		fact.Results[i] = e.exported(out.by(by, token.NoPos, nil), nil)
	}
	return fact, len(indices) > 0 && len(found) > 0
}

func (e *engine) exportGlobal(g *ssa.Global, object types.Object) {
	switch t := object.Type(); {
	case canBeError(t):
		if s := e.global(g); len(s) > 0 {
			e.pass.ExportObjectFact(object, &valueFact{e.exported(s, nil)})
		}
	case isType(t, "Catalogue", mappingPath):
		for _, s := range e.globals[g] {
			if call, ok := s.value.(*ssa.Call); ok {
				if name := e.enumOf(call); name != "" {
					e.pass.ExportObjectFact(object, &catalogueFact{name})
				}
			}
		}
	}
}

// exported returns items as another package can use them.
func (e *engine) exported(s set, fn *ssa.Function) []Item {
	out := set{}
	for _, i := range s {
		if (i.Kind == paramKind || i.Kind == resultKind) && i.owner != fn {
			i = Item{Kind: openKind, ID: "a value that " + i.owner.Name() + " gets", pos: i.pos}
		}
		i.At = e.place(i)
		i.owner, i.pos, i.call = nil, token.NoPos, token.NoPos
		out.add(i)
	}
	return out.sorted()
}

// place returns where an error was made: "deep.go:24".
func (e *engine) place(i Item) string {
	if i.At != "" || !i.pos.IsValid() {
		return i.At
	}
	p := e.pass.Fset.Position(i.pos)
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}

// isGenerated reports whether a position is in a generated file.
func (e *engine) isGenerated(pos token.Pos) bool {
	for _, f := range e.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return ast.IsGenerated(f)
		}
	}
	return false
}
