// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// lent is a call that gets the address of a variable, as it is or in an interface.
type lent struct {
	call ssa.CallInstruction
	addr ssa.Value
}

func (l lent) isErrorsAs() bool { return calleeName(l.call.Common()) == "errors.As" }

// isAtEnd reports whether the call waits for the end of the function that declares the variable.
func (l lent) isAtEnd(root *ssa.Alloc) bool {
	_, ok := l.call.(*ssa.Defer)
	return ok && l.call.Parent() == root.Parent() || isDeferred(l.call, root)
}

// isErrorPointer reports whether a type is that of the address of an error, or of a code.
func isErrorPointer(t types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	return ok && (isCode(p.Elem()) || types.IsInterface(p.Elem()) && isError(p.Elem()))
}

// after adds to what a variable held what calls leave in it.
func (e *engine) after(calls []lent, held set) set {
	for grew := true; grew; {
		grew = false
		for _, l := range calls {
			grew = held.addAll(e.left(l, held)) || grew
		}
	}
	return held
}

// left returns the errors that a call leaves in a variable whose address it gets.
func (e *engine) left(l lent, held set) set {
	addr := l.addr
	if box, ok := addr.(*ssa.MakeInterface); ok {
		addr = box.X
	}
	p, ok := addr.Type().Underlying().(*types.Pointer)
	if !ok {
		return set{}
	}
	c := unbound(l.call.Common())
	if l.isErrorsAs() && len(c.Args) == 2 {
		return e.ofType(e.at(c.Args[0], l.call.Block()), p.Elem())
	}
	if _, isBuiltin := c.Value.(*ssa.Builtin); isBuiltin || !isErrorPointer(p) {
		return set{}
	}
	i := slices.Index(c.Args, l.addr)
	fn := c.StaticCallee()
	if fn == nil || i < 0 {
		return opened("a call that gets the address of a variable", l.call.Pos())
	}
	t := calleeOf(fn)
	var fact returnsFact
	switch {
	case len(t.fn.Blocks) > 0 && (t.fn.Pkg == e.pkg || t.fn.Pkg == nil):
		return e.filled(e.written(t.fn, i), t.fn, i, held, c.Args, l.call)
	case t.object == nil:
		return opened("a function that has no body here", l.call.Pos())
	case e.pass.ImportObjectFact(t.object, &fact):
		if i < len(fact.Written) {
			return e.filled(e.imported(fact.Written[i]), nil, i, held, c.Args, l.call)
		}
	case types.IsInterface(p.Elem()):
		return e.foreign(t.object, c.Args, l.call).without(nilKind)
	}
	return set{}
}

// filled puts what a variable held in the place of what a function reads from its address, and arguments in that of the
// function's other parameters.
func (e *engine) filled(s set, fn *ssa.Function, param int, held set, args []ssa.Value, site ssa.Instruction) set {
	out, others := set{}, set{}
	for _, i := range s {
		if i.Kind == paramKind && i.owner == fn && i.Param == param {
			out.addAll(held.through(i))
		} else {
			others.add(i)
		}
	}
	out.addAll(e.substitute(others, fn, args, site))
	return out
}

// writtenKey is the variable at the address that a function gets, as a node.
type writtenKey struct {
	fn    *ssa.Function
	param int
}

// written returns the errors that a function leaves in the variable at an address that it gets.
func (e *engine) written(fn *ssa.Function, param int) set {
	p := fn.Params[param]
	return e.node(writtenKey{fn, param}, func() set {
		out := set{}
		var all []stored
		for _, r := range *p.Referrers() {
			switch r := r.(type) {
			case *ssa.UnOp, *ssa.BinOp, *ssa.DebugRef:
			case ssa.CallInstruction:
				out.addAll(e.left(lent{r, p}, e.parameter(p)))
			case *ssa.Store:
				if r.Addr == p {
					all = append(all, stored{r.Val, r})
					continue
				}
				out.addAll(opened("a function that keeps the address of a variable", r.Pos()))
			default:
				out.addAll(opened("a function that keeps the address of a variable", fn.Pos()))
			}
		}
		out.addAll(e.stores(all))
		return out
	})
}
