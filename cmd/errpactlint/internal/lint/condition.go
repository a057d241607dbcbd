// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/token"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// constraint is what conditions have shown of a value.
type constraint struct {
	only []string // nil: nothing
	not  []string
	// own says that another function may have set the variable since, so that they are constraints of what this one
	// has stored in it.
	own bool
}

// state has the constraints of values at one point of a function. A variable that function literals share is under its
// ssa.Alloc.
type state map[ssa.Value]constraint

// conditions are the states at the start of each block.
type conditions struct {
	e  *engine
	in map[*ssa.BasicBlock]state
}

// test is a condition on one value: it is one of filters, or, negated, none of them.
type test struct {
	subject ssa.Value
	filters []string
	negated bool
	// oneSided says that an error which does not pass may be one of filters all the same.
	oneSided bool
}

// conditionsOf follows the branches of a function.
func (e *engine) conditionsOf(fn *ssa.Function) conditions {
	if c, ok := e.conditions[fn]; ok {
		return c
	}
	c := conditions{e, map[*ssa.BasicBlock]state{}}
	e.conditions[fn] = c // targets of errors.Is are looked up while it is made
	if len(fn.Blocks) == 0 {
		return c
	}
	c.in[fn.Blocks[0]] = state{}
	if fn.Recover != nil {
		c.in[fn.Recover] = state{}
	}
	order := postorder(fn)
	for range len(fn.Blocks) + 1 {
		changed := false
		for _, b := range slices.Backward(order) {
			var in state
			for _, pred := range b.Preds {
				if c.in[pred] != nil {
					in = join(in, c.edge(pred, b))
				}
			}
			if in != nil && (c.in[b] == nil || !maps.EqualFunc(in, c.in[b], equalConstraint)) {
				c.in[b], changed = in, true
			}
		}
		if !changed {
			break
		}
	}
	return c
}

func postorder(fn *ssa.Function) []*ssa.BasicBlock {
	var order []*ssa.BasicBlock
	seen := make([]bool, len(fn.Blocks))
	var visit func(*ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		if seen[b.Index] {
			return
		}
		seen[b.Index] = true
		for _, s := range b.Succs {
			visit(s)
		}
		order = append(order, b)
	}
	visit(fn.Blocks[0])
	return order
}

// edge is the state on the way from a block to the next.
func (c conditions) edge(from, to *ssa.BasicBlock) state {
	out := maps.Clone(c.in[from])
	roots := slices.DeleteFunc(slices.Collect(maps.Keys(out)), func(v ssa.Value) bool { _, ok := v.(*ssa.Alloc); return !ok })
	for _, instr := range from.Instrs {
		for _, root := range roots {
			if k, ok := out[root]; ok && !k.own && c.e.disturbs(instr, root.(*ssa.Alloc)) {
				k.own = true
				out[root] = k
			}
		}
		if s, ok := instr.(*ssa.Store); ok {
			if root := rootOf(s.Addr); root != nil {
				maps.DeleteFunc(out, func(v ssa.Value, _ constraint) bool { return v == root || isFieldOf(v, root) })
			}
		}
	}
	branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If)
	if !ok || from.Succs[0] == from.Succs[1] {
		return out
	}
	t, ok := c.e.test(branch.Cond)
	if !ok {
		return out
	}
	if out == nil {
		out = state{}
	}
	k := out[t.subject]
	if k.own {
		k = constraint{}
	}
	if (to == from.Succs[0]) != t.negated {
		k.only = intersect(k.only, t.filters)
	} else if !t.oneSided {
		for _, f := range t.filters {
			k.not = insert(k.not, f)
		}
	}
	out[t.subject] = k
	return out
}

// join keeps what holds on both ways.
func join(a, b state) state {
	if a == nil {
		return b
	}
	out := state{}
	for v, x := range a {
		y, ok := b[v]
		if !ok {
			continue
		}
		k := constraint{own: x.own || y.own}
		k.not = slices.DeleteFunc(slices.Clone(x.not), func(s string) bool { return !slices.Contains(y.not, s) })
		if x.only != nil && y.only != nil {
			k.only = slices.Clone(x.only)
			for _, f := range y.only {
				k.only = insert(k.only, f)
			}
		}
		if k.only != nil || len(k.not) > 0 {
			out[v] = k
		}
	}
	return out
}

func equalConstraint(a, b constraint) bool {
	return slices.Equal(a.only, b.only) && (a.only == nil) == (b.only == nil) && slices.Equal(a.not, b.not) && a.own == b.own
}

// narrow leaves of a set what the constraints of its value allow.
func (e *engine) narrow(s state, of set, v ssa.Value) set {
	k, ok := s[e.subject(v)]
	if !ok || k.own {
		return of
	}
	return k.narrow(of)
}

func (k constraint) narrow(of set) set {
	if k.only != nil {
		of = of.only(k.only)
	}
	return of.not(k.not)
}

// isDead reports whether a block, or one that leads to it, needs an error of a call that never fails.
func (e *engine) isDead(b *ssa.BasicBlock) bool {
	c := e.conditionsOf(b.Parent()) // before its conditions are looked at: their targets need it
	for range maxDominators {
		if b == nil || len(b.Preds) == 0 {
			return false
		}
		if branch, ok := b.Preds[0].Instrs[len(b.Preds[0].Instrs)-1].(*ssa.If); ok && len(b.Preds) == 1 {
			if t, ok := e.test(branch.Cond); ok && e.isNever(t.subject, c.in[b]) {
				return true
			}
		}
		b = b.Idom()
	}
	return false
}

// maxDominators bounds the search for each return statement, so that the whole is linear.
const maxDominators = 10

// isNever reports whether a call would have to fail that never does. Of all other errors, what narrow leaves out may be
// some that no finding is for.
func (e *engine) isNever(v ssa.Value, in state) bool {
	switch v.(type) {
	case *ssa.Call, *ssa.Extract:
	default: // a variable may be set out of sight
		return false
	}
	s := e.value(v)
	_, isNil := s[Item{Kind: nilKind}.key()]
	return isNil && len(s) == 1 && len(e.narrow(in, s, v)) == 0
}

// subject is the value, or the variable that it was just read from.
func (e *engine) subject(v ssa.Value) ssa.Value {
	for {
		c, ok := v.(*ssa.ChangeInterface)
		if !ok {
			break
		}
		v = c.X
	}
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return v
	}
	root, key := variable(load.X)
	if root == nil || e.storedNear(load, root) {
		return v
	}
	return key
}

// storedNear reports whether the variable may be set in the block that reads it, so that the block's state, at its
// start, is not that of the read.
func (e *engine) storedNear(load *ssa.UnOp, root *ssa.Alloc) bool {
	for _, instr := range load.Block().Instrs {
		if instr == load {
			return false
		}
		if s, ok := instr.(*ssa.Store); ok && rootOf(s.Addr) == root || e.disturbs(instr, root) {
			return true
		}
	}
	return false
}

// tested is the value or variable that a condition at the end of its block speaks of.
func (e *engine) tested(v ssa.Value, at *ssa.BasicBlock) ssa.Value {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL || load.Block() != at {
		return e.subject(v)
	}
	root, key := variable(load.X)
	if root == nil {
		return v
	}
	after := false
	for _, instr := range at.Instrs {
		after = after || instr == load
		if s, ok := instr.(*ssa.Store); after && (ok && rootOf(s.Addr) == root || e.disturbs(instr, root)) {
			return v
		}
	}
	return key
}

// test reads a condition.
func (e *engine) test(v ssa.Value) (test, bool) {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			t, ok := e.test(v.X)
			t.negated = !t.negated
			return t, ok
		}
	case *ssa.BinOp:
		if v.Op == token.EQL || v.Op == token.NEQ {
			return e.comparison(v)
		}
	case *ssa.Call:
		args := v.Call.Args
		switch calleeName(v.Common()) {
		case "errors.Is":
			return e.isTest(args[0], args[1], v.Block())
		case "errors.As":
			return e.asTest(args[0], e.targetFilter(args[1]), v.Block())
		}
		return e.callTest(v)
	case *ssa.Extract:
		return e.extractTest(v)
	}
	return test{}, false
}

func (e *engine) comparison(v *ssa.BinOp) (test, bool) {
	x, y := v.X, v.Y
	if _, ok := x.(*ssa.Const); ok {
		x, y = y, x
	}
	var t test
	var ok bool
	if c, isConst := y.(*ssa.Const); isConst && c.IsNil() && canBeError(x.Type()) {
		t, ok = test{subject: e.tested(x, v.Block()), filters: []string{isNil}}, true
	} else if call, isCall := x.(*ssa.Call); isCall && calleeName(call.Common()) == mappingPath+".CodeOf" {
		t, ok = e.isTest(call.Call.Args[0], y, v.Block())
	} else if canBeError(x.Type()) {
		t, ok = e.isTest(x, y, v.Block())
	}
	t.negated = v.Op == token.NEQ
	return t, ok
}

// isTest is errors.Is with a target that is known.
func (e *engine) isTest(x, target ssa.Value, at *ssa.BasicBlock) (test, bool) {
	t := test{subject: e.tested(x, at)}
	for _, i := range e.value(target).sorted() {
		f, ok := filterOf(i)
		switch {
		case i.Kind == statusKind:
			f, t.oneSided = isStatus, true
		case !ok:
			return t, false
		}
		t.filters = insert(t.filters, f)
	}
	t.oneSided = t.oneSided || len(t.filters) > 1 // it may be another one of them
	return t, len(t.filters) > 0
}

func (e *engine) asTest(x ssa.Value, filter string, at *ssa.BasicBlock) (test, bool) {
	return test{subject: e.tested(x, at), filters: []string{filter}}, filter != ""
}

func (e *engine) extractTest(v *ssa.Extract) (test, bool) {
	if v.Index != 1 {
		return test{}, false
	}
	switch tuple := v.Tuple.(type) {
	case *ssa.TypeAssert:
		return e.asTest(tuple.X, filterOfType(tuple.AssertedType), v.Block())
	case *ssa.Call:
		switch calleeName(tuple.Common()) {
		case mappingPath + ".From":
			return e.asTest(tuple.Call.Args[0], anyEntry, v.Block())
		case statusPath + ".FromError":
			return test{subject: e.tested(tuple.Call.Args[0], v.Block()), filters: []string{isStatus, isNil}}, true
		case "errors.AsType":
			return e.asTest(tuple.Call.Args[0], filterOfType(asTypeOf(tuple)), v.Block())
		}
	}
	return test{}, false
}
