// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import "golang.org/x/tools/go/ssa"

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
