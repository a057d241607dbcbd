// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// guard is a condition, and the side of it on which a block is.
type guard struct {
	condition ssa.Value
	holds     bool
}

// guardsOf returns the conditions of all branches that lead to a block and nowhere else.
func guardsOf(b *ssa.BasicBlock) []guard {
	var all []guard
	for ; b.Idom() != nil; b = b.Idom() {
		branch, ok := b.Idom().Instrs[len(b.Idom().Instrs)-1].(*ssa.If)
		if ok && len(b.Preds) == 1 && b.Preds[0] == b.Idom() {
			all = append(all, guard{branch.Cond, b.Idom().Succs[0] == b})
		}
	}
	return all
}

// isForClient reports whether a call is made where an interceptor of Connect's has found that it is at a client's end.
func isForClient(call *ssa.Call) bool {
	return slices.ContainsFunc(guardsOf(call.Block()), func(g guard) bool {
		var f *types.Var
		switch v := g.condition.(type) {
		case *ssa.Field:
			f = fieldOf(v.X.Type(), v.Field)
		case *ssa.UnOp:
			if addr, ok := v.X.(*ssa.FieldAddr); ok {
				f = fieldOf(addr.X.Type(), addr.Field)
			}
		}
		return g.holds && f != nil && f.Name() == "IsClient" && slices.Contains(connectPaths, f.Pkg().Path())
	})
}

// endCodes are the codes of the caller's own end: canceled and deadline_exceeded.
var endCodes = []int64{1, 4}

// isCallersEnd reports whether a status stands for the end of a context: it is made of the context's error, or after
// a test for it.
func (e *engine) isCallersEnd(call *ssa.Call) bool {
	code, ok := call.Call.Args[0].(*ssa.Const)
	if !ok || code.Value == nil || !slices.Contains(endCodes, code.Int64()) {
		return false
	}
	return slices.ContainsFunc(e.spread(call.Call.Args[1:]), func(arg ssa.Value) bool { return e.ofContext(arg, 0) }) ||
		slices.ContainsFunc(guardsOf(call.Block()), e.isEndGuard) || afterDone(call)
}

// isEndGuard reports whether a condition says that a context has ended, or that an error is that of a context.
func (e *engine) isEndGuard(g guard) bool {
	switch v := g.condition.(type) {
	case *ssa.BinOp:
		equal := (v.Op == token.EQL) == g.holds
		if isNilConst(v.X) || isNilConst(v.Y) {
			equal = !equal
		}
		return equal && (isDoneCase(v.X, v.Y) || e.ofContext(v.X, 0) || e.ofContext(v.Y, 0))
	case *ssa.Call:
		return g.holds && calleeName(v.Common()) == "errors.Is" && slices.ContainsFunc(v.Call.Args, func(arg ssa.Value) bool { return e.ofContext(arg, 0) })
	}
	return false
}

// isDoneCase reports whether a case of a select statement waits for the end of a context.
func isDoneCase(chosen, number ssa.Value) bool {
	index, ok := chosen.(*ssa.Extract)
	if !ok || index.Index != 0 {
		return false
	}
	s, ok := index.Tuple.(*ssa.Select)
	c, isConst := number.(*ssa.Const)
	return ok && isConst && c.Int64() >= 0 && c.Int64() < int64(len(s.States)) && isDone(s.States[c.Int64()].Chan)
}

// afterDone reports whether the end of a context was waited for, alone, just before a call.
func afterDone(call *ssa.Call) bool {
	for _, instr := range call.Block().Instrs {
		if instr == call {
			break
		}
		if wait, ok := instr.(*ssa.UnOp); ok && wait.Op == token.ARROW && isDone(wait.X) {
			return true
		}
	}
	return false
}

func isDone(channel ssa.Value) bool {
	call, ok := channel.(*ssa.Call)
	return ok && isContextCall(call.Common(), "Done")
}

// isContextCall reports whether a call is of a method of a context that may be the request's: one in a field or in a
// package's variable is the server's.
func isContextCall(c *ssa.CallCommon, method string) bool {
	if !c.IsInvoke() || c.Method.Name() != method || !isType(c.Value.Type(), "Context", "context") {
		return false
	}
	switch v := c.Value.(type) {
	case *ssa.Parameter, *ssa.FreeVar, *ssa.Call, *ssa.Extract, *ssa.Phi:
		return true
	case *ssa.UnOp:
		return rootOf(v.X) != nil
	}
	return false
}

// ofContext reports whether a value is the error of a context, or one of package context's, or made of its text.
func (e *engine) ofContext(v ssa.Value, depth int) bool {
	if depth > maxText {
		return false
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return e.ofContext(v.X, depth+1)
	case *ssa.ChangeInterface:
		return e.ofContext(v.X, depth+1)
	case *ssa.BinOp:
		return e.ofContext(v.X, depth+1) || e.ofContext(v.Y, depth+1)
	case *ssa.UnOp:
		g, ok := v.X.(*ssa.Global)
		return ok && g.Pkg != nil && g.Pkg.Pkg.Path() == "context" && (g.Name() == "Canceled" || g.Name() == "DeadlineExceeded")
	case *ssa.Call:
		c := v.Common()
		if c.IsInvoke() {
			return isContextCall(c, "Err") || c.Method.Name() == "Error" && e.ofContext(c.Value, depth+1)
		}
		return calleeName(c) == "context.Cause" || slices.ContainsFunc(e.spread(c.Args), func(arg ssa.Value) bool { return e.ofContext(arg, depth+2) })
	}
	return false
}
