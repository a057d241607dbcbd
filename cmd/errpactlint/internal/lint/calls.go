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
						rawStatus(r, f, instr, raw)
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
func rawStatus(r *reporter, f *types.Func, call *ssa.Call, errs string) {
	if makesRaw(f) && !isNoError(f, call) {
		r.add(finding{id: "rawstatus", pos: call.Pos(), text: fmt.Sprintf(
			"%s.%s makes an error without an entry: use a code of %s", f.Pkg().Name(), f.Name(), errs)})
	}
}

// isNoError reports whether a status is that of a success, or does nothing but become a part of a message.
func isNoError(f *types.Func, call *ssa.Call) bool {
	if f.Pkg().Path() != statusPath {
		return false
	}
	if code, ok := call.Call.Args[0].(*ssa.Const); ok && code.Value != nil && code.Value.ExactString() == "0" {
		return true
	}
	return len(*call.Referrers()) > 0 && !slices.ContainsFunc(*call.Referrers(), func(r ssa.Instruction) bool {
		use, ok := r.(*ssa.Call)
		return !ok || !strings.HasSuffix(calleeName(use.Common()), "status.Status).Proto")
	})
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
