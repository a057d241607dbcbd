// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// reach follows errors to those who get them. An error that is only logged, compared or dropped reaches nobody, and
// neither does one that only the program's own start-up or a client's end gets. What goes out of sight reaches somebody.
type reach struct {
	*engine
	uses *uses
	// got are values and results that reach somebody, lost those that reach nobody, and seen those of one search.
	got, lost, seen map[any]bool
	ends            map[*ssa.Function]bool
}

func newReach(e *engine) *reach {
	return &reach{engine: e, uses: usesOf(e.pkg), got: map[any]bool{}, lost: map[any]bool{}, ends: map[*ssa.Function]bool{}}
}

// caller reports whether a caller of the package's services can get a value.
func (r *reach) caller(v ssa.Value) bool {
	r.seen = map[any]bool{}
	if r.value(v) {
		return true
	}
	for v := range r.seen {
		r.lost[v] = true
	}
	return false
}

// once follows a value or a result, unless it has been followed.
func (r *reach) once(v any, follow func() bool) bool {
	if r.got[v] || r.lost[v] || r.seen[v] {
		return r.got[v]
	}
	r.seen[v] = true
	if follow() {
		r.got[v] = true
	}
	return r.got[v]
}

// value follows a value, or a variable that holds it, to all of its uses. A text is no error any more, but a code still
// says what the error was.
func (r *reach) value(v ssa.Value) bool {
	_, isBasic := v.Type().Underlying().(*types.Basic)
	if isBasic && !isCodeNumber(v.Type()) {
		return false
	}
	return r.once(v, func() bool {
		return isBasic && isMapped(v) || slices.ContainsFunc(*v.Referrers(), func(by ssa.Instruction) bool { return r.use(v, by) })
	})
}

func (r *reach) use(v ssa.Value, by ssa.Instruction) bool {
	switch by := by.(type) {
	case *ssa.DebugRef, *ssa.BinOp:
		return false
	case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.TypeAssert, *ssa.Extract, *ssa.Slice,
		*ssa.IndexAddr, *ssa.UnOp:
		return r.value(by.(ssa.Value))
	case *ssa.ChangeType:
		if isCodeNumber(v.Type()) && !isCodeNumber(by.Type()) {
			return r.number(by)
		}
		return r.value(by)
	case *ssa.Convert:
		return !isCodeNumber(v.Type()) || r.number(by)
	case *ssa.Store:
		return by.Val == v && r.stored(by.Addr)
	case *ssa.MakeClosure:
		fn := by.Fn.(*ssa.Function)
		for i, b := range by.Bindings {
			if b == v && r.value(fn.FreeVars[i]) {
				return true
			}
		}
		return false
	case *ssa.Return:
		for i, result := range by.Results {
			if result == v && r.result(by.Parent(), i) {
				return true
			}
		}
		return false
	case *ssa.Panic:
		return r.uses.recovers
	case ssa.CallInstruction:
		return r.passed(v, by)
	}
	return true
}

// number follows the number of a code into a text or a log, for which it becomes an interface. Any other use of it may
// decide on an answer.
func (r *reach) number(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(by ssa.Instruction) bool {
		switch by := by.(type) {
		case *ssa.DebugRef:
			return false
		case *ssa.MakeInterface:
			return r.value(by)
		}
		return true
	})
}

// stored follows what is stored in a variable, or in the array that a call's last arguments become.
func (r *reach) stored(addr ssa.Value) bool {
	if element, ok := addr.(*ssa.IndexAddr); ok {
		addr = element.X
	}
	root := rootOf(addr)
	return root == nil || r.value(root)
}

// result follows a result of a function to all that call it. Nobody gets those of calls that go and defer make.
func (r *reach) result(fn *ssa.Function, index int) bool {
	return r.once(resultKey{fn, index}, func() bool {
		if !r.uses.onlyCalled(fn) && !r.isEnd(fn) || slices.ContainsFunc(r.uses.groups[fn], r.waited) {
			return true
		}
		return slices.ContainsFunc(r.uses.calls[fn], func(by ssa.CallInstruction) bool {
			call, ok := by.(*ssa.Call)
			return ok && r.resultOf(call, index)
		})
	})
}

// waited follows the first error of an errgroup to those who wait for it.
func (r *reach) waited(group ssa.Value) bool {
	made, ok := group.(*ssa.Extract)
	if _, isLocal := group.(*ssa.Alloc); !isLocal && !(ok && isGroup(made.Tuple)) { // others may have it, too
		return true
	}
	return slices.ContainsFunc(*group.Referrers(), func(by ssa.Instruction) bool {
		call, ok := by.(ssa.CallInstruction)
		switch {
		case !ok:
			_, isDebug := by.(*ssa.DebugRef)
			return !isDebug
		case calleeName(call.Common()) == groupPrefix+"Wait":
			result, ok := by.(*ssa.Call)
			return ok && r.value(result)
		}
		return isNoGroupCall(by) && calleeName(call.Common()) != groupPrefix+"SetLimit"
	})
}

// resultOf follows one result of a call.
func (r *reach) resultOf(call *ssa.Call, index int) bool {
	if call.Call.Signature().Results().Len() == 1 {
		return r.value(call)
	}
	return slices.ContainsFunc(*call.Referrers(), func(by ssa.Instruction) bool {
		extract, ok := by.(*ssa.Extract)
		return !ok || extract.Index == index && r.value(extract)
	})
}

// passed follows a value into a call.
func (r *reach) passed(v ssa.Value, by ssa.CallInstruction) bool {
	c := unbound(by.Common())
	if i, ok := targets[calleeName(c)]; ok {
		return c.Args[i] != v && r.stored(c.Args[i])
	}
	switch r.handling(v, c) {
	case keepsNothing:
		call, ok := by.(*ssa.Call)
		return ok && r.remade(call)
	case returnsIt:
		call, ok := by.(*ssa.Call)
		return ok && r.value(call)
	}
	fn := declared(c.StaticCallee())
	if fn == nil || fn.Pkg != r.pkg || len(fn.Blocks) == 0 || len(fn.Params) != len(c.Args) {
		return true
	}
	for i, arg := range c.Args {
		if arg == v && r.value(fn.Params[i]) {
			return true
		}
	}
	return false
}

// remade follows a status's message to the statuses that are made of it.
func (r *reach) remade(message *ssa.Call) bool {
	return slices.ContainsFunc(*message.Referrers(), func(by ssa.Instruction) bool {
		call, ok := by.(*ssa.Call)
		return ok && slices.Contains([]string{statusPath + ".ErrorProto", statusPath + ".FromProto"}, calleeName(call.Common())) && r.value(call)
	})
}
