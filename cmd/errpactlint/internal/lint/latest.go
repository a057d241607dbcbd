// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// definitions are the values of a variable that reach one of its reads, in the function that reads it.
type definitions struct {
	addr   ssa.Value
	stores []stored
	// start says that a way to the read has none of them, and lost that one begins where others may have stored some.
	start, lost bool
	// noisy says that other functions may set the variable in between.
	noisy bool
	seen  map[*ssa.BasicBlock]bool
}

// maxBlocks bounds the search for each read, so that the whole is linear.
const maxBlocks = 100

// latest returns what a variable holds where it is read: what the function has stored in it last, on each way there, and what
// other function literals may have stored since.
func (e *engine) latest(v *ssa.UnOp, addr ssa.Value) set {
	root := rootOf(addr)
	if root == nil {
		return e.cell(addr, false)
	}
	isOwn := root.Parent() == v.Parent()
	early := isOwn && !slices.ContainsFunc(v.Block().Instrs[:indexOf(v)], isRunDefers)
	all, calls := cellStores(root)
	d := &definitions{addr: addr, seen: map[*ssa.BasicBlock]bool{}}
	d.before(v.Block(), indexOf(v))
	own, ends := len(calls), []lent(nil)
	for _, l := range calls {
		if _, ok := l.call.(*ssa.Defer); ok && l.call.Parent() == root.Parent() {
			own, ends = own-1, append(ends, l)
		} else if early && isDeferred(l.call, root) {
			own--
		}
	}
	if own > 0 || len(d.seen) > maxBlocks || d.lost {
		return e.cell(addr, early)
	}
	out, since := e.ownStores(d.stores, v, root), []stored(nil)
	for _, s := range all {
		if d.noisy && s.by.Parent() != v.Parent() && !(early && isDeferred(s.by, root)) && mayPrecede(s, v) {
			since = append(since, s)
		}
	}
	out.addAll(e.stores(since))
	if len(d.stores)+len(since) == 0 || d.start && isErrpactError(root.Type().Underlying().(*types.Pointer).Elem()) {
		out.add(Item{Kind: nilKind})
	}
	if early {
		return out
	}
	return e.after(ends, out)
}

// ownStores joins what the reader has stored itself, after the conditions that lead to the read.
func (e *engine) ownStores(all []stored, read *ssa.UnOp, root *ssa.Alloc) set {
	out := e.stores(all)
	if slices.ContainsFunc(all, func(s stored) bool { return s.by.Block() == read.Block() }) {
		return out
	}
	if k, ok := e.conditionsOf(read.Parent()).in[read.Block()][root]; ok {
		return k.narrow(out)
	}
	return out
}

// before looks for the last value that is stored before an instruction of a block.
func (d *definitions) before(b *ssa.BasicBlock, end int) {
	for _, instr := range slices.Backward(b.Instrs[:end]) {
		switch instr := instr.(type) {
		case *ssa.Store:
			if instr.Addr == d.addr {
				d.stores = append(d.stores, stored{instr.Val, instr})
				return
			}
		case *ssa.Alloc:
			if ssa.Value(instr) == d.addr {
				d.start = true
				return
			}
		}
		d.noisy = d.noisy || isNoisy(instr)
	}
	d.lost = d.lost || len(b.Preds) == 0
	for _, pred := range b.Preds {
		if !d.seen[pred] && len(d.seen) <= maxBlocks {
			d.seen[pred] = true
			d.before(pred, len(pred.Instrs))
		}
	}
}

func indexOf(v *ssa.UnOp) int { return slices.Index(v.Block().Instrs, ssa.Instruction(v)) }

func isRunDefers(instr ssa.Instruction) bool {
	_, ok := instr.(*ssa.RunDefers)
	return ok
}

// isNoisy reports whether another function may run during an instruction, or have run in a goroutine until then.
func isNoisy(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Select, *ssa.Send, *ssa.RunDefers:
		return true
	case *ssa.UnOp:
		_, isChannel := instr.X.Type().Underlying().(*types.Chan)
		return isChannel
	case *ssa.Call:
		if _, ok := instr.Call.Value.(*ssa.Builtin); ok {
			return false
		}
		if slices.ContainsFunc(instr.Call.Args, func(arg ssa.Value) bool { _, ok := arg.Type().Underlying().(*types.Signature); return ok }) {
			return true
		}
		f := calleeObject(instr.Common())
		return f == nil || f.Pkg() == nil || !isOneOf(f.Pkg().Path(), quiet)
	}
	return false
}

// quiet are packages whose functions call no function of the analysed code that they do not get, and wait for no goroutine.
var quiet = []string{
	"errors", "fmt", "log", "strconv", "strings", "google.golang.org/grpc/status", "google.golang.org/grpc/codes",
	mappingPath, "k8s.io/klog", "github.com/sirupsen/logrus", "go.uber.org/zap",
}

// mayPrecede reports whether a value may be stored before a read: by a function literal that is made before it, if it is
// one of the reader's.
func mayPrecede(s stored, read *ssa.UnOp) bool {
	fn := s.by.Parent()
	for fn != nil && fn.Parent() != read.Parent() {
		fn = fn.Parent()
	}
	if fn == nil {
		return true
	}
	before := map[*ssa.BasicBlock]bool{}
	next := []*ssa.BasicBlock{read.Block()}
	for len(next) > 0 && len(before) <= maxBlocks {
		preds := next[0].Preds
		next = next[1:]
		for _, b := range preds {
			if !before[b] {
				before[b] = true
				next = append(next, b)
			}
		}
	}
	return len(before) > maxBlocks || slices.ContainsFunc(*fn.Referrers(), func(r ssa.Instruction) bool {
		return before[r.Block()] || r.Block() == read.Block() && slices.Index(r.Block().Instrs, r) < indexOf(read)
	})
}
