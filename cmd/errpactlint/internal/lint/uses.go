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
	// invoked are the names of methods that are called through interfaces.
	invoked map[string]bool
	// recovers is set if a panic may become a result.
	recovers bool
}

func usesOf(pkg *ssa.Package) *uses {
	u := &uses{
		calls: map[*ssa.Function][]ssa.CallInstruction{}, taken: map[*ssa.Function]bool{}, flags: map[*ssa.Function]bool{},
		invoked: map[string]bool{},
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
		if !ok || operand == called {
			continue
		}
		closure, ok := instr.(*ssa.MakeClosure)
		switch {
		case ok && isOnlyCalled(closure):
		case ok && isFlag(closure), !ok && isFlagCall(instr):
			u.flags[declared(fn)] = true
		default:
			u.taken[declared(fn)] = true
		}
	}
}

// onlyCalled reports whether all calls of a function are in sight, and there is one.
func (u *uses) onlyCalled(fn *ssa.Function) bool {
	if len(u.calls[fn]) == 0 || u.taken[fn] || u.flags[fn] || fn.Synthetic != "" {
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

// isFlag reports whether a function literal only reads a flag of the command line.
func isFlag(closure *ssa.MakeClosure) bool {
	return !slices.ContainsFunc(*closure.Referrers(), isNoFlagCall)
}

func isNoFlagCall(by ssa.Instruction) bool { return !isFlagCall(by) }

// isFlagCall reports whether an instruction gives something to package flag, or to pflag.
func isFlagCall(by ssa.Instruction) bool {
	call, ok := by.(ssa.CallInstruction)
	if !ok {
		return false
	}
	f := calleeObject(call.Common())
	return f != nil && f.Pkg() != nil && slices.Contains([]string{"flag", "github.com/spf13/pflag"}, f.Pkg().Path())
}

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
