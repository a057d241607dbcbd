// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// load is what a variable, a field or an element holds.
func (e *engine) load(v *ssa.UnOp) set {
	switch addr := v.X.(type) {
	case *ssa.Global:
		return e.global(addr)
	case *ssa.FieldAddr:
		return e.field(fieldOf(addr.X.Type(), addr.Field), addr)
	case *ssa.IndexAddr:
		return e.elements(addr.X, addr)
	case *ssa.Alloc, *ssa.FreeVar:
		return e.latest(v, addr)
	case *ssa.Parameter:
		if isErrorPointer(addr.Type()) {
			return e.parameter(addr)
		}
	}
	return opened("a pointer", v.Pos())
}

// stores joins what is stored.
func (e *engine) stores(all []stored) set {
	out := set{}
	for _, s := range all {
		out.addAll(e.passed(e.at(s.value, s.by.Block()), s.by.Parent()).made(s.by.Pos()))
	}
	return out
}

// isDeferred reports whether an instruction is in a function literal that waits for the function's end.
func isDeferred(by ssa.Instruction, root *ssa.Alloc) bool {
	fn := by.Parent()
	for fn != root.Parent() && fn.Parent() != root.Parent() {
		fn = fn.Parent()
	}
	if fn == root.Parent() {
		return false
	}
	return !slices.ContainsFunc(*fn.Referrers(), func(r ssa.Instruction) bool {
		literal, ok := r.(*ssa.MakeClosure)
		return !ok || slices.ContainsFunc(*literal.Referrers(), func(use ssa.Instruction) bool {
			_, ok := use.(*ssa.Defer)
			return !ok
		})
	})
}

// cell is a variable of a function, which its function literals may share. Early is what it holds before those that
// the function defers have run.
func (e *engine) cell(addr ssa.Value, early bool) set {
	root := rootOf(addr)
	if root == nil {
		return opened("a pointer", addr.Pos())
	}
	return e.node(cellKey{root, early}, func() set {
		all, calls := cellStores(root)
		if early {
			all = slices.DeleteFunc(all, func(s stored) bool { return isDeferred(s.by, root) })
			calls = slices.DeleteFunc(calls, func(l lent) bool { return l.isAtEnd(root) })
		}
		out := e.stores(all)
		if len(all) == 0 && !slices.ContainsFunc(calls, lent.isErrorsAs) || startsAsNil(root, all) {
			out.add(Item{Kind: nilKind})
		}
		return e.after(calls, out)
	})
}

type cellKey struct {
	root  *ssa.Alloc
	early bool
}

// startsAsNil reports whether a variable for a *mapping.Error is declared without a value.
func startsAsNil(root *ssa.Alloc, all []stored) bool {
	return isErrpactError(root.Type().Underlying().(*types.Pointer).Elem()) &&
		!slices.ContainsFunc(all, func(s stored) bool { return s.by.Block() == root.Block() })
}

// rootOf returns the variable that a function literal's free variable stands for.
func rootOf(addr ssa.Value) *ssa.Alloc {
	for range 100 {
		switch a := addr.(type) {
		case *ssa.Alloc:
			return a
		case *ssa.FreeVar:
			if addr = bound(a); addr == nil {
				return nil
			}
		default:
			return nil
		}
	}
	return nil
}

// bound returns what a function literal has for a free variable.
func bound(v *ssa.FreeVar) ssa.Value {
	fn := v.Parent()
	if fn.Parent() == nil {
		return nil
	}
	for i, free := range fn.FreeVars {
		if free != v {
			continue
		}
		for _, b := range fn.Parent().Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(*ssa.MakeClosure); ok && c.Fn == fn {
					return c.Bindings[i]
				}
			}
		}
	}
	return nil
}

// cellStores returns what is stored in a variable, and the calls that were given its address.
func cellStores(root ssa.Value) (all []stored, calls []lent) {
	refs := root.Referrers()
	if refs == nil {
		return nil, nil
	}
	for _, r := range *refs {
		switch r := r.(type) {
		case *ssa.Store:
			if r.Addr == root {
				all = append(all, stored{r.Val, r})
			}
		case *ssa.MakeInterface: // errors.As(err, &target)
			for _, use := range *r.Referrers() {
				if c, ok := use.(ssa.CallInstruction); ok {
					calls = append(calls, lent{c, r})
				}
			}
		case ssa.CallInstruction:
			calls = append(calls, lent{r, root})
		case *ssa.MakeClosure:
			fn := r.Fn.(*ssa.Function)
			for i, b := range r.Bindings {
				if b == root && i < len(fn.FreeVars) {
					inner, innerCalls := cellStores(fn.FreeVars[i])
					all, calls = append(all, inner...), append(calls, innerCalls...)
				}
			}
		}
	}
	return all, calls
}

// field joins all that this package stores in a field of its own types, and what others may.
func (e *engine) field(f *types.Var, at ssa.Value) set {
	if f == nil {
		return opened("a field", at.Pos())
	}
	all := e.fields[f]
	if f.Pkg() != e.pass.Pkg || f.Exported() && len(all) == 0 && !canBeError(f.Type()) {
		return opened("field "+f.Name(), at.Pos())
	}
	// What it holds may be from another call of the function that reads it.
	out := e.kept(e.node(f, func() set { return e.after(e.lent[f], e.stores(all)) }), nil)
	if id := e.fieldID(f); f.Exported() && (len(all) == 0 || id != "" && f.Pkg().Name() != "main") {
		out.add(Item{Kind: givenKind, ID: id})
	}
	return out
}

// global is a variable of a package.
func (e *engine) global(g *ssa.Global) set {
	v, ok := g.Object().(*types.Var)
	switch {
	case !ok:
		return set{}
	case v.Pkg() == e.pass.Pkg:
		return e.node(g, func() set { return e.ownGlobal(g, v) })
	}
	var fact valueFact
	if e.pass.ImportObjectFact(v, &fact) {
		return e.imported(fact.Items)
	}
	return newSet(sentinel(v.Pkg().Path() + "." + v.Name()))
}

// ownGlobal is a sentinel if it is made of nothing else.
func (e *engine) ownGlobal(g *ssa.Global, v *types.Var) set {
	s := e.kept(e.after(e.lent[g], e.stores(e.globals[g])), nil)
	own := Item{Kind: sentinelKind, ID: v.Pkg().Path() + "." + v.Name(), Own: true}
	return s.each(func(i Item) (Item, bool) {
		if i.Kind == plainKind && isOwnPlain(i) && i.Call == "" {
			return own, true
		}
		i.pos, i.call, i.At = 0, 0, ""
		return i, true
	})
}
