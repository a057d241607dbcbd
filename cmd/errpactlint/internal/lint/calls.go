// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// calls looks at every call in the package.
func (e *engine) calls(r *reporter) {
	raw := e.knowsEntries()
	var to *reach
	if raw != "" {
		to = newReach(e)
	}
	for _, fn := range functionsOf(e.pkg) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Call:
					f := calleeObject(instr.Common())
					if f == nil {
						continue
					}
					if raw != "" {
						to.rawStatus(r, f, instr, raw)
					} else {
						e.rawLeak(r, f, instr)
					}
					args := unbound(instr.Common()).Args
					e.leak(r, f, instr, args)
					e.nilCause(r, f, instr, args)
					e.uselessRelay(r, f, instr, args)
				case *ssa.MakeInterface:
					e.typedNil(r, instr)
				}
			}
		}
	}
}

// knowsEntries returns the name of a package of generated errors that this one imports.
func (e *engine) knowsEntries() string {
	for _, p := range e.pass.Pkg.Imports() {
		for _, name := range p.Scope().Names() {
			v, ok := p.Scope().Lookup(name).(*types.Var)
			if ok && isType(v.Type(), "Catalogue", mappingPath) && strings.HasSuffix(name, "Catalogue") {
				return p.Name()
			}
		}
	}
	return ""
}

// rawStatus reports an error without an entry, in a package that has entries.
func (r *reach) rawStatus(to *reporter, f *types.Func, call *ssa.Call, errs string) {
	if !makesRaw(f) || isSuccess(f, call) || isForClient(call) || !r.caller(call) {
		return
	}
	text := "makes an error without an entry: use a code of " + errs
	if r.isCallersEnd(call) {
		text = "makes the caller's own end by hand: return the context's error, which errpact knows"
	}
	to.add(finding{id: "rawstatus", pos: call.Pos(), text: fmt.Sprintf("%s.%s %s", f.Pkg().Name(), f.Name(), text)})
}

// isSuccess reports whether a status is that of a success.
func isSuccess(f *types.Func, call *ssa.Call) bool {
	code, ok := call.Call.Args[0].(*ssa.Const)
	return ok && f.Pkg().Path() == statusPath && code.Value != nil && code.Value.ExactString() == "0"
}

// makesRaw reports whether a function makes an error of a Connect code, or of a gRPC status.
func makesRaw(f *types.Func) bool {
	if f.Pkg() == nil || f.Signature().Recv() != nil {
		return false
	}
	switch pkg := f.Pkg().Path(); {
	case slices.Contains(connectPaths, pkg):
		return f.Name() == "NewError" || f.Name() == "Errorf"
	case pkg == statusPath:
		return slices.Contains([]string{"New", "Newf", "Error", "Errorf"}, f.Name())
	}
	return false
}

// uselessRelay reports Relay of an error that this process made.
func (e *engine) uselessRelay(r *reporter, f *types.Func, call *ssa.Call, args []ssa.Value) {
	if f.FullName() != "(*"+mappingPath+".Error).Relay" {
		return
	}
	s := e.at(args[0], call.Block())
	for _, i := range s {
		if i.Kind != entryKind {
			return
		}
	}
	if len(s) > 0 {
		r.add(finding{id: "relay", pos: call.Pos(), text: "Relay changes nothing in an error that this process made: it is for errors that another service sent"})
	}
}
