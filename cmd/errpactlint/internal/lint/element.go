// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// elements joins what is put into a map, a slice or an array that is made in sight.
func (e *engine) elements(container ssa.Value, at ssa.Value) set {
	if p, ok := container.(*ssa.Parameter); ok && holdsErrors(p.Type()) {
		return e.parameter(p)
	}
	if base := e.container(container, 0); base != nil && !isShared(container) {
		return e.node(elementsKey{base}, func() set { return e.stores(elementStores(base)) })
	}
	return e.node(elementsKey{container}, func() set { return e.appended(container, at) })
}

// holdsErrors reports whether a type is that of a slice that may hold errors.
func holdsErrors(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && types.IsInterface(s.Elem())
}

// holdsOnlyErrors reports whether a type is that of a slice of errors.
func holdsOnlyErrors(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && holdsErrors(t) && isError(s.Elem())
}

// isShared reports whether a slice is in a variable that function literals may share, so that they set its elements.
func isShared(v ssa.Value) bool {
	read, ok := v.(*ssa.UnOp)
	if !ok || rootOf(read.X) == nil {
		return false
	}
	_, isSlice := v.Type().Underlying().(*types.Slice)
	return isSlice
}

// appended joins what a slice has that is made by append, or that several function literals fill.
func (e *engine) appended(slice, at ssa.Value) set {
	out, next := set{}, []ssa.Value(nil)
	switch v := slice.(type) {
	case *ssa.Const:
		return out
	case *ssa.MakeSlice:
	case *ssa.Slice:
		next = []ssa.Value{v.X}
	case *ssa.Phi:
		next = v.Edges
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			next = v.Call.Args
		}
	case *ssa.UnOp:
		if root := rootOf(v.X); root != nil {
			all, _ := cellStores(root)
			for _, s := range all {
				next = append(next, s.value)
			}
			for _, read := range cellReads(root) {
				out.addAll(e.stores(elementStores(read)))
			}
		}
	}
	if _, isMade := slice.(*ssa.MakeSlice); len(next) == 0 && !isMade {
		return opened("an element of "+types.TypeString(slice.Type(), types.RelativeTo(e.pass.Pkg)), at.Pos())
	}
	out.addAll(e.stores(elementStores(slice)))
	for _, v := range next {
		out.addAll(e.elements(v, at))
	}
	return out
}

// cellReads returns all reads of a variable.
func cellReads(root ssa.Value) []*ssa.UnOp {
	var all []*ssa.UnOp
	for _, r := range *root.Referrers() {
		switch r := r.(type) {
		case *ssa.UnOp:
			all = append(all, r)
		case *ssa.MakeClosure:
			fn := r.Fn.(*ssa.Function)
			for i, b := range r.Bindings {
				if b == root && i < len(fn.FreeVars) {
					all = append(all, cellReads(fn.FreeVars[i])...)
				}
			}
		}
	}
	return all
}

type elementsKey struct{ base ssa.Value }

func (e *engine) container(v ssa.Value, depth int) ssa.Value {
	if depth > 10 {
		return nil
	}
	switch v := v.(type) {
	case *ssa.MakeMap, *ssa.Alloc:
		return v
	case *ssa.Slice:
		return e.container(v.X, depth+1)
	case *ssa.UnOp:
		if g, ok := v.X.(*ssa.Global); ok {
			if all := e.globals[g]; len(all) == 1 {
				return e.container(all[0].value, depth+1)
			}
			return nil
		}
		if root := rootOf(v.X); root != nil {
			if _, isArray := root.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array); isArray {
				return root
			}
			if all, calls := cellStores(root); len(all) == 1 && len(calls) == 0 {
				return e.container(all[0].value, depth+1)
			}
		}
	}
	return nil
}

// elementStores returns what is put into a map or an array.
func elementStores(base ssa.Value) []stored {
	var all []stored
	for _, r := range *base.Referrers() {
		switch r := r.(type) {
		case *ssa.MapUpdate:
			all = append(all, stored{r.Value, r})
		case *ssa.IndexAddr:
			for _, r2 := range *r.Referrers() {
				if s, ok := r2.(*ssa.Store); ok && s.Addr == r {
					all = append(all, stored{s.Val, s})
				}
			}
		}
	}
	return all
}
