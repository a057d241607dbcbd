// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// uses has all that a package does with its functions.
type uses struct {
	calls map[*ssa.Function][]ssa.CallInstruction
	// taken are functions that become values, so that anybody may call them, and flags those that package flag gets.
	taken, flags map[*ssa.Function]bool
	// groups are the errgroups that start a function.
	groups map[*ssa.Function][]ssa.Value
	// invoked are the names of methods that are called through interfaces, or become values of them.
	invoked map[string]bool
	// recovers is set if a panic may become a result.
	recovers bool
}

func usesOf(pkg *ssa.Package) *uses {
	u := &uses{
		calls: map[*ssa.Function][]ssa.CallInstruction{}, taken: map[*ssa.Function]bool{}, flags: map[*ssa.Function]bool{},
		groups: map[*ssa.Function][]ssa.Value{}, invoked: map[string]bool{},
	}
	for _, fn := range functionsOf(pkg) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				u.add(instr)
			}
		}
	}
	return u
}

func (u *uses) add(instr ssa.Instruction) {
	var called *ssa.Value
	if by, ok := instr.(ssa.CallInstruction); ok {
		c := by.Common()
		called = &c.Value
		if b, ok := c.Value.(*ssa.Builtin); ok && b.Name() == "recover" {
			u.recovers = true
		}
		if c.IsInvoke() {
			u.invoked[c.Method.Name()] = true
		} else if fn := declared(c.StaticCallee()); fn != nil {
			u.calls[fn] = append(u.calls[fn], by)
		}
	}
	for _, operand := range instr.Operands(nil) {
		fn, ok := (*operand).(*ssa.Function)
		if !ok {
			continue
		}
		if f, ok := fn.Object().(*types.Func); ok && f.Signature().Recv() != nil && types.IsInterface(f.Signature().Recv().Type()) {
			u.invoked[f.Name()] = true
		}
		if operand == called {
			continue
		}
		u.taking(declared(fn), instr)
	}
}

// taking notes who gets a function that becomes a value.
func (u *uses) taking(fn *ssa.Function, instr ssa.Instruction) {
	by := []ssa.Instruction{instr}
	if closure, ok := instr.(*ssa.MakeClosure); ok {
		if isOnlyCalled(closure) {
			return
		}
		by = *closure.Referrers()
	}
	switch {
	case !slices.ContainsFunc(by, isNoFlagCall):
		u.flags[fn] = true
	case !slices.ContainsFunc(by, isNoGroupCall):
		for _, call := range by {
			u.groups[fn] = append(u.groups[fn], call.(ssa.CallInstruction).Common().Args[0])
		}
	default:
		u.taken[fn] = true
	}
}

// onlyCalled reports whether all calls of a function are in sight, and there is one.
func (u *uses) onlyCalled(fn *ssa.Function) bool {
	if len(u.calls[fn])+len(u.groups[fn]) == 0 || u.taken[fn] || u.flags[fn] || fn.Synthetic != "" {
		return false
	}
	f, ok := fn.Object().(*types.Func)
	switch {
	case !ok:
		return fn.Parent() != nil
	case f.Signature().Recv() != nil:
		return !f.Exported() && !u.invoked[f.Name()]
	}
	return !f.Exported() || f.Pkg().Name() == "main"
}

// isForOthers reports whether other packages may call a function by its name, or anybody through an interface.
func (u *uses) isForOthers(fn *ssa.Function) bool {
	f, ok := fn.Object().(*types.Func)
	return ok && (f.Exported() && f.Pkg().Name() != "main" || f.Signature().Recv() != nil && u.invoked[f.Name()])
}

// isOnlyCalled reports whether a function literal is called where it is made, and not kept.
func isOnlyCalled(closure *ssa.MakeClosure) bool {
	return !slices.ContainsFunc(*closure.Referrers(), func(by ssa.Instruction) bool {
		switch by := by.(type) {
		case *ssa.DebugRef:
			return false
		case ssa.CallInstruction:
			return by.Common().Value != closure || slices.Contains(by.Common().Args, ssa.Value(closure))
		}
		return true
	})
}

// isNoFlagCall reports whether an instruction does more than give something to package flag, or to pflag.
func isNoFlagCall(by ssa.Instruction) bool {
	call, ok := by.(ssa.CallInstruction)
	if !ok {
		return true
	}
	f := calleeObject(call.Common())
	return f == nil || f.Pkg() == nil || !slices.Contains([]string{"flag", "github.com/spf13/pflag"}, f.Pkg().Path())
}

// isNoGroupCall reports whether an instruction does more than start a function in an errgroup.
func isNoGroupCall(by ssa.Instruction) bool {
	call, ok := by.(ssa.CallInstruction)
	return !ok || !slices.Contains([]string{groupPrefix + "Go", groupPrefix + "TryGo"}, calleeName(call.Common()))
}

// isGroup reports whether a value is a new errgroup, with its context.
func isGroup(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	return ok && calleeName(call.Common()) == "golang.org/x/sync/errgroup.WithContext"
}

const groupPrefix = "(*golang.org/x/sync/errgroup.Group)."

// declared returns the function or method that a generated wrapper or an instance of a generic function stands for.
func declared(fn *ssa.Function) *ssa.Function {
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		return o
	}
	if fn.Synthetic == "" {
		return fn
	}
	if f, ok := fn.Object().(*types.Func); ok {
		if of := fn.Prog.FuncValue(f.Origin()); of != nil {
			return of
		}
	}
	return fn
}
