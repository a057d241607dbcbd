// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// predicate describes a function that reports whether an error is one of some, such as isGone(err): where it returns
// true, its parameter meets one of the filters. The zero predicate says nothing.
type predicate struct {
	Param   int
	Filters []string
}

// callTest reads a call of a function that reports something of an error. It says nothing of an error for which the
// function returns false.
func (e *engine) callTest(v *ssa.Call) (test, bool) {
	c := unbound(v.Common())
	p := e.predicateOf(c.StaticCallee())
	if len(p.Filters) == 0 || p.Param >= len(c.Args) {
		return test{}, false
	}
	return test{subject: e.tested(c.Args[p.Param], v.Block()), filters: p.Filters, oneSided: true}, true
}

func (e *engine) predicateOf(fn *ssa.Function) predicate {
	if fn == nil || !isPredicate(fn.Signature) {
		return predicate{}
	}
	if fn.Pkg == e.pkg {
		return e.ownPredicate(fn)
	}
	var fact predicateFact
	if object := fn.Object(); object != nil && e.pass.ImportObjectFact(object, &fact) {
		return fact.Predicate
	}
	return predicate{}
}

func isPredicate(sig *types.Signature) bool {
	return sig.Results().Len() == 1 && types.Identical(sig.Results().At(0).Type().Underlying(), types.Typ[types.Bool])
}

func (e *engine) ownPredicate(fn *ssa.Function) predicate {
	if p, ok := e.predicates[fn]; ok {
		return p
	}
	e.predicates[fn] = predicate{} // for one that calls itself
	for i, param := range fn.Params {
		if !types.IsInterface(param.Type()) || !isError(param.Type()) {
			continue
		}
		s := constraint{}
		for _, r := range returnsOf(fn) {
			only, ok := e.whenTrue(r.Results[0], r.Block(), param)
			if !ok {
				s.only = nil
				break
			}
			for _, f := range only {
				s.only = insert(s.only, f)
			}
		}
		e.predicates[fn] = predicate{i, s.only}
		break
	}
	return e.predicates[fn]
}

// whenTrue returns filters of which a parameter meets one if a result is true. It returns no filters for a result that
// is never true.
func (e *engine) whenTrue(result ssa.Value, at *ssa.BasicBlock, param *ssa.Parameter) ([]string, bool) {
	return e.conditionsOf(at.Parent()).in[at].whenTrue(e, result, param)
}

func (s state) whenTrue(e *engine, result ssa.Value, param *ssa.Parameter) ([]string, bool) {
	switch v := result.(type) {
	case *ssa.Const:
		if !constant.BoolVal(v.Value) {
			return nil, true
		}
	case *ssa.Phi:
		var all []string
		for i, edge := range v.Edges {
			only, ok := e.conditionsOf(v.Parent()).edge(v.Block().Preds[i], v.Block()).whenTrue(e, edge, param)
			if !ok {
				return nil, false
			}
			for _, f := range only {
				all = insert(all, f)
			}
		}
		return all, true
	default:
		if t, ok := e.test(v); ok && t.subject == param && !t.negated {
			return t.filters, true
		}
	}
	return s[param].only, s[param].only != nil
}
