// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// callIndex has the calls and uses of functions in a package.
type callIndex struct {
	// static has the calls of functions of the module by their full names, and invoked those through interfaces by
	// the names of the methods.
	static, invoked map[string][]site
	// values are functions of which something else than a call is made.
	values map[*types.Func]bool
}

// site is a call with its receiver and arguments.
type site struct {
	args []ssa.Value
	by   ssa.CallInstruction
}

// indexCall notes a call, and functions that are used as values.
func (e *engine) indexCall(instr ssa.Instruction) {
	call, isCall := instr.(ssa.CallInstruction)
	for _, op := range instr.Operands(nil) {
		fn, ok := (*op).(*ssa.Function)
		if !ok || isCall && call.Common().Value == *op {
			continue
		}
		if f, ok := fn.Object().(*types.Func); ok {
			e.sites.values[f.Origin()] = true
		}
	}
	if !isCall {
		return
	}
	c := unbound(call.Common())
	if c.IsInvoke() {
		args := append([]ssa.Value{c.Value}, c.Args...)
		e.sites.invoked[c.Method.Name()] = append(e.sites.invoked[c.Method.Name()], site{args, call})
		return
	}
	if f := calleeObject(c); f != nil && e.inModule(f.Pkg()) && takesErrors(f.Signature()) {
		e.sites.static[f.FullName()] = append(e.sites.static[f.FullName()], site{c.Args, call})
	}
}

// takesErrors reports whether a function has a parameter for an error, or for a function that returns one.
func takesErrors(sig *types.Signature) bool {
	if recv := sig.Recv(); recv != nil && canBeError(recv.Type()) {
		return true
	}
	for p := range sig.Params().Variables() {
		if t := p.Type(); canBeError(t) || isErrorPointer(t) || isErrorFunc(t) || holdsErrors(t) {
			return true
		}
	}
	return false
}

// kept puts what other functions were given, and have kept in a field or elsewhere, in the place of their parameters.
func (e *engine) kept(s set, reader *ssa.Function) set {
	out := make(set, len(s))
	for _, i := range s {
		if e.isKept(i, reader) {
			out.addAll(e.given(i))
		} else {
			out.add(i)
		}
	}
	return out
}

func (e *engine) isKept(i Item, reader *ssa.Function) bool {
	fn := i.owner
	return (i.Kind == paramKind || i.Kind == resultKind) && fn != nil && fn != outermost(reader) &&
		fn.Parent() == nil && fn.Pkg == e.pkg && fn.Object() != nil
}

// outermost returns the declared function that a function literal is in.
func outermost(fn *ssa.Function) *ssa.Function {
	for fn != nil && fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

type givenKey struct {
	name          string
	kind          kind
	param, result int
}

// given returns what the callers of a function in this package pass to it, and what others may pass.
func (e *engine) given(i Item) set {
	f := i.owner.Object().(*types.Func).Origin()
	return e.node(givenKey{f.FullName(), i.Kind, i.Param, i.Result}, func() set {
		out := e.passedTo(i.owner, f, i)
		switch {
		case e.hasAllCalls(f):
		case i.Kind == paramKind:
			out.add(Item{Kind: givenKind, ID: f.FullName(), Param: i.Param})
		default:
			out.add(Item{Kind: openKind, ID: "a function that " + f.Name() + " gets"})
		}
		return out
	}).through(i)
}

// passedTo returns what calls in this package pass to a function.
func (e *engine) passedTo(fn *ssa.Function, f *types.Func, i Item) set {
	bare, out := newSet(Item{Kind: i.Kind, Param: i.Param, Result: i.Result, owner: fn}), set{}
	sites := e.sites.static[f.FullName()]
	if recv := f.Signature().Recv(); recv != nil {
		for _, s := range e.sites.invoked[f.Name()] {
			// A type that embeds the method's may be what implements the interface.
			iface, ok := s.args[0].Type().Underlying().(*types.Interface)
			if !f.Exported() || ok && types.Implements(recv.Type(), iface) {
				sites = append(sites[:len(sites):len(sites)], s)
			}
		}
	}
	for _, s := range sites {
		out.addAll(e.kept(e.substitute(bare, fn, s.args, s.by), nil))
	}
	return out
}

// hasAllCalls reports whether no other package calls a function, and nothing that is not known. An exported method may be
// called through an interface of a library.
func (e *engine) hasAllCalls(f *types.Func) bool {
	return !e.sites.values[f] && (!f.Exported() || f.Pkg().Name() == "main" && f.Signature().Recv() == nil)
}

// imported returns the items of a fact, with what this package gives to functions that keep it.
func (e *engine) imported(items []Item) set {
	out := newSet(items...)
	for _, i := range items {
		if i.Kind == givenKind {
			out.addAll(e.handed(i).through(i))
		}
	}
	return out
}

// handed returns what this package passes to a function of another one, or stores in a field.
func (e *engine) handed(i Item) set {
	return e.node(givenKey{i.ID, givenKind, i.Param, 0}, func() set {
		out := set{}
		if strings.HasPrefix(i.ID, fieldPrefix) {
			for f, all := range e.fields {
				if i.ID == e.fieldID(f) {
					out.addAll(e.kept(e.stores(all), nil))
				}
			}
		}
		for _, s := range e.sites.static[i.ID] {
			out.addAll(e.kept(e.substitute(newSet(Item{Kind: paramKind, Param: i.Param}), nil, s.args, s.by), nil))
		}
		return out
	})
}

const fieldPrefix = "field "

// fieldID names a field that other packages may set; "" for one of a type that has no name there.
func (e *engine) fieldID(f *types.Var) string {
	pkg := f.Pkg()
	if pkg == nil {
		return ""
	}
	if _, ok := e.fieldIDs[pkg]; !ok {
		ids := map[*types.Var]string{}
		for _, name := range pkg.Scope().Names() {
			if o, ok := pkg.Scope().Lookup(name).(*types.TypeName); ok && !o.IsAlias() {
				nameFields(ids, o.Type(), fieldPrefix+pkg.Path()+"."+name)
			}
		}
		e.fieldIDs[pkg] = ids
	}
	return e.fieldIDs[pkg][f]
}

func nameFields(ids map[*types.Var]string, t types.Type, id string) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for f := range s.Fields() {
		if _, ok := ids[f]; !ok {
			ids[f] = id + "." + f.Name()
		}
		if inner, ok := f.Type().(*types.Struct); ok {
			nameFields(ids, inner, ids[f])
		}
	}
}
