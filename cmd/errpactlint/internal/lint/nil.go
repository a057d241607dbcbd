// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// typedNil reports a nil *mapping.Error that becomes an error, which is not nil then.
func (e *engine) typedNil(r *reporter, box *ssa.MakeInterface) {
	if !isErrpactError(box.X.Type()) || !isError(box.Type()) || !e.mayBeNil(box.X, box.Block(), 0) {
		return
	}
	pos := box.Pos()
	if call, ok := box.X.(*ssa.Call); ok && !pos.IsValid() {
		pos = call.Pos()
	}
	if !pos.IsValid() {
		pos = usePos(box)
	}
	r.add(finding{id: "nilerror", pos: pos, text: "a nil *mapping.Error becomes an error that is not nil: " +
		"return error from the function that may have none, or test for nil first"})
}

// mayBeNil reports whether a *mapping.Error may be nil. Where a function returns more than an error, the other result
// may say so, and nothing is reported.
func (e *engine) mayBeNil(v ssa.Value, at *ssa.BasicBlock, depth int) bool {
	if _, ok := e.at(v, at)[Item{Kind: nilKind}.key()]; !ok || depth > maxText {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Call:
		return calleeObject(v.Common()) == nil || calleeObject(v.Common()).Pkg().Path() != mappingPath
	case *ssa.Phi:
		for i, edge := range v.Edges {
			if e.mayBeNil(edge, v.Block().Preds[i], depth+1) {
				return true
			}
		}
	case *ssa.UnOp:
		return rootOf(v.X) != nil && !isTested(v)
	}
	return false
}

// usePos is the place of the first instruction that uses a value.
func usePos(v ssa.Value) token.Pos {
	for _, r := range *v.Referrers() {
		if r.Pos().IsValid() {
			return r.Pos()
		}
	}
	return v.Parent().Pos()
}

// nilCause reports Wrap of an error that nobody has tested for nil.
func (e *engine) nilCause(r *reporter, f *types.Func, call *ssa.Call, args []ssa.Value) {
	name := f.FullName()
	if name != "("+mappingPath+".Code).Wrap" && name != "(*"+mappingPath+".Error).Wrap" || !isReturned(call, 0) {
		return
	}
	if e.isUntestedNil(args[1], call.Block()) {
		r.add(finding{id: "nilerror", pos: call.Pos(), text: "Wrap makes an error even if its cause is nil: test the cause first"})
	}
}

// isUntestedNil reports whether what a call returned may be nil, and nobody has tested it.
func (e *engine) isUntestedNil(v ssa.Value, at *ssa.BasicBlock) bool {
	switch v := v.(type) {
	case *ssa.Call, *ssa.Extract:
	case *ssa.Phi:
		if isTested(v) {
			return false
		}
		for i, edge := range v.Edges {
			if _, isPhi := edge.(*ssa.Phi); !isPhi && e.isUntestedNil(edge, v.Block().Preds[i]) {
				return true
			}
		}
		return false
	case *ssa.UnOp:
		if rootOf(v.X) == nil {
			return false
		}
	default:
		return false
	}
	_, mayBeNil := e.at(v, at)[Item{Kind: nilKind}.key()]
	return mayBeNil && !isTested(v)
}

// isReturned reports whether a value, or what is made of it, is returned.
func isReturned(v ssa.Value, depth int) bool {
	if depth > maxText || v.Referrers() == nil {
		return false
	}
	return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Return:
			return true
		case *ssa.MakeInterface:
			return isReturned(r, depth+1)
		case *ssa.Phi:
			return isReturned(r, depth+1)
		case *ssa.Call:
			return isErrpactError(r.Type()) && isReturned(r, depth+1)
		case *ssa.Store: // in a named result, perhaps by a deferred function
			root := rootOf(r.Addr)
			return root != nil && slices.ContainsFunc(cellReads(root), func(read *ssa.UnOp) bool {
				return read.Parent() == root.Parent() && isReturned(read, depth+1)
			})
		}
		return false
	})
}

// isTested reports whether any condition speaks of a value, or of another read of its variable in the same function.
func isTested(v ssa.Value) bool {
	if read, ok := v.(*ssa.UnOp); ok {
		if root := rootOf(read.X); root != nil {
			return slices.ContainsFunc(cellReads(root), func(other *ssa.UnOp) bool {
				return other.Parent() == read.Parent() && isCompared(other)
			})
		}
	}
	return isCompared(v)
}

func isCompared(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.BinOp, *ssa.TypeAssert:
			return true
		case *ssa.Call:
			return slices.ContainsFunc(slices.Collect(r.Call.Signature().Results().Variables()), func(v *types.Var) bool {
				return types.Identical(v.Type().Underlying(), types.Typ[types.Bool])
			})
		}
		return false
	})
}
