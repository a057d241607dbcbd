// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import "golang.org/x/tools/go/ssa"

// passed puts what a function literal is called with in the place of its parameters, if all its calls are in sight.
func (e *engine) passed(s set, fn *ssa.Function) set {
	isParam := false
	for _, i := range s {
		isParam = isParam || i.Kind == paramKind && i.owner == fn
	}
	if !isParam || fn.Parent() == nil {
		return s
	}
	sites, ok := literalCalls(fn)
	if !ok || len(sites) == 0 {
		return s
	}
	out := set{}
	for _, site := range sites {
		out.addAll(e.substitute(s, fn, site.Common().Args, site))
	}
	return out
}

// literalCalls returns the calls of a function literal. It returns false where the function goes out of sight.
func literalCalls(fn *ssa.Function) ([]ssa.CallInstruction, bool) {
	values := []ssa.Value{fn}
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(*ssa.MakeClosure); ok && c.Fn == fn {
				values = append(values, c)
			}
		}
	}
	var sites []ssa.CallInstruction
	for len(values) > 0 {
		v := values[0]
		values = values[1:]
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.MakeClosure:
			case *ssa.Store:
				root, ok := r.Addr.(*ssa.Alloc)
				if !ok {
					return nil, false
				}
				for _, read := range cellReads(root) {
					values = append(values, read)
				}
			case ssa.CallInstruction:
				if r.Common().Value != v {
					return nil, false
				}
				sites = append(sites, r)
			default:
				return nil, false
			}
		}
	}
	return sites, true
}
