// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// resultKey is a function's result as a node.
type resultKey struct {
	fn    *ssa.Function
	index int
}

// callKey is a result of a call as a node.
type callKey struct {
	site  ssa.CallInstruction
	index int
}

// returns computes the errors that a function of this package can return.
func (e *engine) returns(fn *ssa.Function, index int) set {
	return e.node(resultKey{fn, index}, func() set {
		out := set{}
		for _, r := range returnsOf(fn) {
			out.addAll(e.returned(r, index))
		}
		return out
	})
}

// returned computes the errors of one return statement.
func (e *engine) returned(r *ssa.Return, index int) set {
	if index >= len(r.Results) || e.isDead(r.Block()) {
		return set{}
	}
	return e.at(r.Results[index], r.Block()).made(r.Pos())
}

func returnsOf(fn *ssa.Function) []*ssa.Return {
	var all []*ssa.Return
	for _, b := range fn.Blocks {
		if b == fn.Recover {
			continue
		}
		if r, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			all = append(all, r)
		}
	}
	return all
}

// call computes the errors that a call can return.
func (e *engine) call(c *ssa.CallCommon, site *ssa.Call, index int) set {
	if c.Signature().Results().Len() <= index {
		return set{}
	}
	c = unbound(c)
	return e.node(callKey{site, index}, func() set { return e.kept(e.called(c, site, index), site.Parent()) })
}

func (e *engine) called(c *ssa.CallCommon, site *ssa.Call, index int) set {
	if c.IsInvoke() {
		return e.invoke(c, site, index)
	}
	if fn := e.alias(c.Value); fn != nil {
		c = &ssa.CallCommon{Value: fn, Args: c.Args}
	}
	if f := calleeObject(c); f != nil {
		if known, ok := e.special(f, c, site, index); ok {
			return known
		}
	}
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return set{}
	}
	return e.dynamic(c.Value, c.Args, site, index)
}

// alias returns the declared function that a variable of the package stands for; nil for another value.
func (e *engine) alias(v ssa.Value) *ssa.Function {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return nil
	}
	g, ok := load.X.(*ssa.Global)
	if !ok || g.Pkg != e.pkg || len(e.globals[g]) != 1 {
		return nil
	}
	fn, ok := e.globals[g][0].value.(*ssa.Function)
	if !ok || fn.Object() == nil {
		return nil
	}
	return fn
}

// dynamic computes the errors of a call of a function value, which may be one of several functions.
func (e *engine) dynamic(fn ssa.Value, args []ssa.Value, site *ssa.Call, index int) set {
	out := set{}
	for _, t := range e.callees(fn, site) {
		out.addAll(e.outcome(t, args, site, index))
	}
	return out
}

// outcome is what one function returns when it is called with arguments.
func (e *engine) outcome(t callee, args []ssa.Value, site ssa.Instruction, index int) set {
	switch {
	case t.item.Kind != 0:
		i := t.item
		i.Result = index
		if i.Kind == openKind {
			i.pos = site.Pos()
		}
		return newSet(i)
	case t.fn != nil && len(t.fn.Blocks) > 0 && (t.fn.Pkg == e.pkg || t.fn.Pkg == nil):
		return e.substitute(e.returns(t.fn, index).by(t.by, site.Pos(), t.fn), t.fn, args, site)
	case t.object == nil:
		return opened("a function that has no body here", site.Pos())
	}
	var fact returnsFact
	if e.pass.ImportObjectFact(t.object, &fact) {
		if index < len(fact.Results) {
			return e.substitute(e.imported(fact.Results[index]).by(t.by, site.Pos(), nil), nil, args, site)
		}
		return set{}
	}
	return e.foreign(t.object, args, site)
}

// substitute puts arguments in the place of parameters.
func (e *engine) substitute(s set, fn *ssa.Function, args []ssa.Value, site ssa.Instruction) set {
	out := set{}
	for _, i := range s {
		switch {
		case i.Kind != paramKind && i.Kind != resultKind || i.owner != fn:
			out.add(i)
		case i.Param >= len(args):
			out.add(Item{Kind: openKind, ID: "a parameter", pos: site.Pos()})
		case i.Kind == paramKind:
			arg := args[i.Param]
			var s set
			if holdsErrors(arg.Type()) {
				s = e.elements(arg, arg)
			} else {
				s = e.at(arg, site.Block())
			}
			out.addAll(s.made(site.Pos()).through(i))
		default:
			for _, t := range e.callees(args[i.Param], site) {
				// What the function passes on to it is not known here.
				out.addAll(e.outcome(t, nil, site, i.Result).through(i))
			}
		}
	}
	return out
}

// foreign is what a function returns that knows no catalogue: its own error, or what it was given.
func (e *engine) foreign(f *types.Func, args []ssa.Value, site ssa.Instruction) set {
	plain := newSet(Item{Kind: plainKind, ID: f.FullName(), pos: site.Pos()}, Item{Kind: nilKind})
	given, called := set{}, set{}
	for _, arg := range e.spread(args) {
		t := arg.Type()
		switch {
		case isErrorFunc(t):
			sig := t.Underlying().(*types.Signature)
			for _, c := range e.callees(arg, site) {
				called.addAll(e.outcome(c, nil, site, errorResults(sig)[0]))
			}
		case canBeError(t):
			given.addAll(e.at(arg, site.Block()).made(site.Pos()))
		case holdsOnlyErrors(t):
			if s := e.elements(arg, arg).made(site.Pos()); len(s) > 0 {
				given.addAll(s)
				given.add(Item{Kind: nilKind}) // of none
			}
		}
	}
	switch {
	case len(given) > 0: // it wraps what it was given
		plain = set{}
	case len(called) > 0 && f.Pkg() != nil && isOneOf(f.Pkg().Path(), repeaters):
		plain = newSet(Item{Kind: nilKind}, Item{Kind: callerKind})
	}
	plain.addAll(given)
	plain.addAll(called)
	return plain
}

// repeaters are packages whose functions return the error of the function that they get, or the context's.
var repeaters = []string{
	"github.com/cenkalti/backoff", "github.com/avast/retry-go", "github.com/sethvargo/go-retry", "golang.org/x/sync/singleflight",
	"k8s.io/client-go/util/retry",
}

// spread returns the arguments, with those of a variadic parameter, or of a slice's literal, one by one.
func (e *engine) spread(args []ssa.Value) []ssa.Value {
	var all []ssa.Value
	for _, a := range args {
		s, ok := a.(*ssa.Slice)
		if !ok {
			all = append(all, a)
			continue
		}
		if alloc, ok := s.X.(*ssa.Alloc); ok && (alloc.Comment == "varargs" || alloc.Comment == "slicelit") {
			for _, stored := range elementStores(alloc) {
				all = append(all, unboxed(stored.value))
			}
			continue
		}
		all = append(all, a)
	}
	return all
}

// unboxed is the error in an any.
func unboxed(v ssa.Value) ssa.Value {
	if c, ok := v.(*ssa.ChangeInterface); ok {
		return c.X
	}
	return v
}
