// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// value returns what a value may be, wherever it is used.
func (e *engine) value(v ssa.Value) set {
	switch v := v.(type) {
	case *ssa.Const:
		if isCode(v.Type()) {
			return newSet(Item{Kind: entryKind, ID: entryID(builtinCatalogue, 0, "")})
		}
		return newSet(Item{Kind: nilKind})
	case *ssa.Parameter:
		return e.parameter(v)
	case *ssa.Global:
		if isErrorPointer(v.Type()) {
			return e.global(v)
		}
		return set{}
	case *ssa.Function, *ssa.MakeClosure, *ssa.Builtin:
		return set{}
	}
	return e.node(v, func() set { return e.compute(v) })
}

// at returns what a value may be in a block, after the conditions that lead there.
func (e *engine) at(v ssa.Value, b *ssa.BasicBlock) set {
	return e.narrow(e.conditionsOf(b.Parent()).in[b], e.value(v), v)
}

func (e *engine) compute(v ssa.Value) set {
	switch v := v.(type) {
	case *ssa.Phi:
		out := set{}
		for i, edge := range v.Edges {
			pred := v.Block().Preds[i]
			c := e.conditionsOf(v.Parent())
			out.addAll(e.narrow(c.edge(pred, v.Block()), e.value(edge), edge))
		}
		return out
	case *ssa.ChangeInterface:
		return e.at(v.X, v.Block())
	case *ssa.ChangeType:
		return e.at(v.X, v.Block())
	case *ssa.MakeInterface:
		return e.boxed(v)
	case *ssa.TypeAssert:
		return e.asserted(v)
	case *ssa.Extract:
		return e.extract(v)
	case *ssa.Call:
		return e.call(v.Common(), v, 0)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return e.load(v)
		}
		return e.received(v.X, v)
	case *ssa.Field:
		return e.field(fieldOf(v.X.Type(), v.Field), v)
	case *ssa.Lookup:
		return e.elements(v.X, v)
	case *ssa.Index:
		return e.elements(v.X, v)
	case *ssa.FieldAddr:
		if isErrorPointer(v.Type()) {
			return e.field(fieldOf(v.X.Type(), v.Field), v)
		}
	case *ssa.FreeVar:
		if isErrorPointer(v.Type()) {
			return e.cell(v, false)
		}
	case *ssa.Alloc: // a struct whose address is the error
		if isErrorPointer(v.Type()) {
			return e.cell(v, false)
		}
		return e.inside(v)
	}
	return opened("a value of a kind that the linter does not know", v.Pos())
}

func opened(by string, pos token.Pos) set {
	return newSet(Item{Kind: openKind, ID: by, pos: pos})
}

func (e *engine) parameter(v *ssa.Parameter) set {
	fn := v.Parent()
	for i, p := range fn.Params {
		if p == v {
			return newSet(Item{Kind: paramKind, Param: i, owner: fn})
		}
	}
	return set{}
}

// boxed is a concrete value that becomes an error.
func (e *engine) boxed(v *ssa.MakeInterface) set {
	t := v.X.Type()
	switch {
	case isErrpactError(t):
		return e.at(v.X, v.Block()).made(v.Pos()).each(func(i Item) (Item, bool) {
			if i.Kind == nilKind {
				i.Kind, i.pos = typedNilKind, v.Pos()
			}
			return i, true
		})
	case isCode(t), isType(t, "Error", connectPaths...), isType(t, "PermanentError", backoffPaths...), isTypeParam(t) && isError(t):
		return e.at(v.X, v.Block()).made(v.Pos())
	case !isError(t):
		return set{}
	}
	name := typeID(t)
	if hasMethod(t, "GRPCStatus") { // callers get that, whatever is inside, unless it is an entry
		out := e.inside(v.X).each(func(i Item) (Item, bool) { return i, i.Kind == entryKind })
		out.add(Item{Kind: statusKind, ID: name, Via: []string{"t" + name}, pos: v.Pos()})
		return out
	}
	out := newSet(Item{Kind: typeKind, ID: name, pos: v.Pos()})
	if hasMethod(t, "Unwrap") {
		if inner := e.inside(v.X).via("t" + name); len(inner) > 0 {
			out.addAll(inner)
		}
	}
	return out
}

// inside returns the errors in the fields of a struct that is made here, by a literal.
func (e *engine) inside(v ssa.Value) set {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		v = load.X
	}
	alloc, ok := v.(*ssa.Alloc)
	if !ok || alloc.Referrers() == nil {
		return set{}
	}
	out := set{}
	for _, r := range *alloc.Referrers() {
		addr, ok := r.(*ssa.FieldAddr)
		if !ok || !holdsError(addr.Type().Underlying().(*types.Pointer).Elem()) {
			continue
		}
		for _, r := range *addr.Referrers() {
			if store, ok := r.(*ssa.Store); ok && store.Addr == addr {
				out.addAll(e.at(store.Val, store.Block()).made(store.Pos()))
			}
		}
	}
	return out
}

// asserted is what of an error has a type.
func (e *engine) asserted(v *ssa.TypeAssert) set {
	return e.ofType(e.at(v.X, v.Block()), v.AssertedType)
}

func (e *engine) ofType(s set, t types.Type) set {
	switch {
	case types.IsInterface(t):
		return s.without(nilKind)
	case isErrpactError(t), isCode(t):
		return s.only([]string{anyEntry})
	}
	return s.only([]string{"t" + typeID(t)})
}

func (e *engine) extract(v *ssa.Extract) set {
	switch tuple := v.Tuple.(type) {
	case *ssa.Call:
		return e.call(tuple.Common(), tuple, v.Index)
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return e.asserted(tuple)
		}
	case *ssa.Lookup:
		if v.Index == 0 {
			return e.elements(tuple.X, tuple)
		}
	case *ssa.Next:
		if r, ok := tuple.Iter.(*ssa.Range); ok {
			return e.elements(r.X, tuple)
		}
	case *ssa.UnOp:
		return e.received(tuple.X, v)
	case *ssa.Select:
		return e.selected(tuple, v.Index, v)
	}
	return opened("a value of a kind that the linter does not know", v.Pos())
}

// typeID names a type without its pointer.
func typeID(t types.Type) string {
	return strings.TrimPrefix(types.TypeString(types.Unalias(t), nil), "*")
}
