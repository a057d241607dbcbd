// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// variable returns the variable at an address, and what stands for the address in a state: the variable itself, or the
// first of the addresses of one of its fields.
func variable(addr ssa.Value) (root *ssa.Alloc, key ssa.Value) {
	field, ok := addr.(*ssa.FieldAddr)
	if !ok {
		if root = rootOf(addr); root == nil {
			return nil, nil
		}
		return root, root
	}
	root, ok = field.X.(*ssa.Alloc)
	if !ok {
		return nil, nil
	}
	for _, r := range *root.Referrers() {
		switch r := r.(type) {
		case *ssa.FieldAddr:
			if !isOnlyRead(r) {
				return nil, nil
			}
			if key == nil && r.Field == field.Field {
				key = r
			}
		case *ssa.Store:
			if r.Addr != root {
				return nil, nil
			}
		case *ssa.UnOp, *ssa.DebugRef:
		default: // it may change out of sight
			return nil, nil
		}
	}
	return root, key
}

func isOnlyRead(addr *ssa.FieldAddr) bool {
	for _, r := range *addr.Referrers() {
		switch r.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		default:
			return false
		}
	}
	return true
}

func isFieldOf(v ssa.Value, root *ssa.Alloc) bool {
	field, ok := v.(*ssa.FieldAddr)
	return ok && field.X == root
}

// disturbs reports whether another function may set a variable during an instruction.
func (e *engine) disturbs(instr ssa.Instruction, root *ssa.Alloc) bool {
	_, isCall := instr.(ssa.CallInstruction)
	if _, waits := instr.(*ssa.Defer); waits || !isCall && !isNoisy(instr) {
		return false
	}
	return slices.ContainsFunc(e.settersOf(root), func(by ssa.Instruction) bool {
		_, waits := by.(*ssa.Defer)
		switch fn := instr.Parent(); {
		case by == instr:
			return true
		case !isNoisy(instr):
			return false
		case by.Parent() == fn && waits:
			return isRunDefers(instr)
		case isGo(by):
			return true
		case isIn(fn, by.Parent()): // which stands still
			return false
		case isRunDefers(instr), fn != root.Parent():
			return true
		}
		return !isDeferred(by, root)
	})
}

func isGo(instr ssa.Instruction) bool {
	_, ok := instr.(*ssa.Go)
	return ok
}

// isIn reports whether a function is another one, or a function literal in it.
func isIn(fn, outer *ssa.Function) bool {
	for fn != nil && fn != outer {
		fn = fn.Parent()
	}
	return fn != nil
}

// settersOf returns the calls that get the address of a variable, and the stores of function literals in it.
func (e *engine) settersOf(root *ssa.Alloc) []ssa.Instruction {
	if found, ok := e.setters[root]; ok {
		return found
	}
	var found []ssa.Instruction
	all, calls := cellStores(root)
	for _, s := range all {
		if s.by.Parent() != root.Parent() {
			found = append(found, s.by)
		}
	}
	for _, l := range calls {
		found = append(found, l.call)
	}
	e.setters[root] = found
	return found
}
