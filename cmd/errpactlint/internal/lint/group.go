// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const groupMethod = "(*golang.org/x/sync/errgroup.Group)."

// group returns the errors of the functions that an errgroup was given.
func (e *engine) group(group ssa.Value, site *ssa.Call) set {
	out := newSet(Item{Kind: nilKind})
	uses := groupUses{seen: map[ssa.Value]bool{}}
	if !uses.follow(madeGroup(group)) {
		out.add(Item{Kind: openKind, ID: "errgroup", pos: site.Pos()})
	}
	for _, c := range uses.started {
		for _, t := range e.callees(c.Common().Args[1], c) {
			out.addAll(e.outcome(t, nil, c, 0))
		}
	}
	return out
}

// madeGroup returns where a group is made, or else the group itself.
func madeGroup(v ssa.Value) ssa.Value {
	if read, ok := v.(*ssa.UnOp); ok {
		if root := rootOf(read.X); root != nil {
			if all, calls := cellStores(root); len(all) == 1 && len(calls) == 0 {
				return all[0].value
			}
		}
	}
	if root := rootOf(v); root != nil {
		return root
	}
	return v
}

// groupUses has the calls that start functions in a group.
type groupUses struct {
	started []ssa.CallInstruction
	seen    map[ssa.Value]bool
}

// follow notes all uses of a group. It returns false where the group comes from, or goes, out of sight.
func (g *groupUses) follow(v ssa.Value) bool {
	known := g.uses(v)
	switch made := v.(type) {
	case *ssa.Alloc:
		return known
	case *ssa.Extract:
		call, ok := made.Tuple.(*ssa.Call)
		return known && ok && calleeName(call.Common()) == "golang.org/x/sync/errgroup.WithContext"
	}
	return false
}

func (g *groupUses) uses(v ssa.Value) bool {
	if g.seen[v] || v.Referrers() == nil {
		return g.seen[v]
	}
	g.seen[v] = true
	known := true
	for _, r := range *v.Referrers() {
		known = g.use(v, r) && known
	}
	return known
}

func (g *groupUses) use(v ssa.Value, by ssa.Instruction) bool {
	switch by := by.(type) {
	case *ssa.DebugRef:
		return true
	case *ssa.MakeClosure:
		i := slices.Index(by.Bindings, v)
		return !isBound(by) && g.uses(by.Fn.(*ssa.Function).FreeVars[i])
	case *ssa.Store:
		root, ok := by.Addr.(*ssa.Alloc)
		if !ok || by.Val != v {
			return false
		}
		all, calls := cellStores(root)
		known := len(all) == 1 && len(calls) == 0
		for _, read := range cellReads(root) {
			known = g.uses(read) && known
		}
		return known
	case ssa.CallInstruction:
		return g.call(v, by)
	}
	return false
}

// call follows a group into a function of this package.
func (g *groupUses) call(v ssa.Value, by ssa.CallInstruction) bool {
	c := by.Common()
	if method, ok := strings.CutPrefix(calleeName(c), groupMethod); ok {
		if method == "Go" || method == "TryGo" {
			g.started = append(g.started, by)
		}
		return true
	}
	fn := c.StaticCallee()
	i := slices.Index(c.Args, v)
	return fn != nil && len(fn.Blocks) > 0 && i >= 0 && g.uses(fn.Params[i])
}
