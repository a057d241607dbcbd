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
		indices := errorResults(object.Signature())
		if len(indices) == 0 {
			continue
		}
		fact := &returnsFact{Results: make([][]Item, object.Signature().Results().Len())}
		for _, i := range indices {
			fact.Results[i] = e.exported(e.returns(fn, i), fn)
		}
		e.pass.ExportObjectFact(object, fact)
	}
	for _, member := range e.pkg.Members {
		g, ok := member.(*ssa.Global)
		if !ok || g.Object() == nil || !g.Object().Exported() || e.inTest(g.Object()) {
			continue
		}
		e.exportGlobal(g, g.Object())
	}
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
		if i.At == "" && i.pos.IsValid() {
			p := e.pass.Fset.Position(i.pos)
			i.At = fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
		}
		i.owner, i.pos = nil, token.NoPos
		out.add(i)
	}
	return out.sorted()
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
