// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// received is what a channel was sent, if all that sends is in sight.
func (e *engine) received(channel, at ssa.Value) set {
	made := madeChannel(channel)
	c := new(channelUses)
	if made == nil || !c.follow(made) || len(c.sent) == 0 {
		return opened("a receive from a channel", at.Pos())
	}
	out := e.kept(e.stores(c.sent), at.Parent())
	if c.closed {
		out.add(Item{Kind: nilKind})
	}
	return out
}

// selected is what a select statement received in one of its cases.
func (e *engine) selected(s *ssa.Select, index int, at ssa.Value) set {
	const first = 2 // before them are the number of the case, and whether the channel was open
	for _, state := range s.States {
		if state.Dir != types.RecvOnly {
			continue
		}
		if index == first {
			return e.received(state.Chan, at)
		}
		index--
	}
	return opened("a receive from a channel", at.Pos())
}

// madeChannel returns where a channel is made; nil if that is out of sight.
func madeChannel(v ssa.Value) *ssa.MakeChan {
	for range 100 {
		switch c := v.(type) {
		case *ssa.MakeChan:
			return c
		case *ssa.ChangeType:
			v = c.X
		case *ssa.UnOp:
			root := rootOf(c.X)
			if root == nil {
				return nil
			}
			all, calls := cellStores(root)
			if len(all) != 1 || len(calls) > 0 {
				return nil
			}
			v = all[0].value
		default:
			return nil
		}
	}
	return nil
}

// channelUses has what is done with a channel.
type channelUses struct {
	sent   []stored
	closed bool
	seen   map[ssa.Value]bool
}

// follow notes all uses of a channel. It returns false where the channel goes out of sight.
func (c *channelUses) follow(v ssa.Value) bool {
	if c.seen[v] {
		return true
	}
	if c.seen == nil {
		c.seen = map[ssa.Value]bool{}
	}
	c.seen[v] = true
	for _, r := range *v.Referrers() {
		if !c.use(v, r) {
			return false
		}
	}
	return true
}

func (c *channelUses) use(v ssa.Value, by ssa.Instruction) bool {
	switch by := by.(type) {
	case *ssa.Send:
		if by.Chan != v {
			return false
		}
		c.sent = append(c.sent, stored{by.X, by})
	case *ssa.Select:
		for _, state := range by.States {
			switch {
			case state.Send == v:
				return false
			case state.Chan == v && state.Dir == types.SendOnly:
				c.sent = append(c.sent, stored{state.Send, by})
			}
		}
	case *ssa.ChangeType:
		return c.follow(by)
	case *ssa.Store:
		root, ok := by.Addr.(*ssa.Alloc)
		return ok && c.variable(root)
	case ssa.CallInstruction:
		return c.passed(v, by.Common())
	case *ssa.UnOp, *ssa.BinOp, *ssa.DebugRef: // a receive, and a comparison
	default:
		return false
	}
	return true
}

// variable follows the channel that a variable holds, in function literals, too.
func (c *channelUses) variable(addr ssa.Value) bool {
	for _, r := range *addr.Referrers() {
		switch r := r.(type) {
		case *ssa.Store, *ssa.DebugRef:
		case *ssa.UnOp:
			if !c.follow(r) {
				return false
			}
		case *ssa.MakeClosure:
			fn := r.Fn.(*ssa.Function)
			for i, b := range r.Bindings {
				if b == addr && !c.variable(fn.FreeVars[i]) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// passed follows a channel into a function of this package.
func (c *channelUses) passed(v ssa.Value, call *ssa.CallCommon) bool {
	if b, ok := call.Value.(*ssa.Builtin); ok {
		c.closed = c.closed || b.Name() == "close"
		return true
	}
	fn := call.StaticCallee()
	if fn == nil || len(fn.Blocks) == 0 {
		return false
	}
	for i, arg := range call.Args {
		if arg == v && !c.follow(fn.Params[i]) {
			return false
		}
	}
	return true
}
