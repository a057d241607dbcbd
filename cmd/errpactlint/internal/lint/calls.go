// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"go/token"
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
					}
					e.leak(r, f, instr)
					e.nilCause(r, f, instr)
					e.uselessRelay(r, f, instr)
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
	if f.Pkg() == nil || f.Signature().Recv() != nil {
		return
	}
	isRaw := false
	switch pkg := f.Pkg().Path(); {
	case slices.Contains(connectPaths, pkg):
		isRaw = f.Name() == "NewError" || f.Name() == "Errorf"
	case pkg == statusPath:
		isRaw = slices.Contains([]string{"New", "Newf", "Error", "Errorf"}, f.Name())
	}
	if isRaw {
		r.add(finding{id: "rawstatus", pos: call.Pos(), text: fmt.Sprintf(
			"%s.%s makes an error without an entry: use a code of %s", f.Pkg().Name(), f.Name(), errs)})
	}
}

// leak reports an error's text in what a caller reads.
func (e *engine) leak(r *reporter, f *types.Func, call *ssa.Call) {
	name := f.FullName()
	_, onCode, isCode := cutMethod(name, "("+mappingPath+".Code).")
	_, onError, isErr := cutMethod(name, "(*"+mappingPath+".Error).")
	method := onCode
	if isErr {
		method = onError
	}
	constructor := f.Pkg() != nil && strings.HasPrefix(f.Name(), "New") && f.Signature().Recv() == nil &&
		f.Signature().Results().Len() == 1 && isErrpactError(f.Signature().Results().At(0).Type()) && f.Pkg().Path() != mappingPath && e.isCatalogue(f.Pkg())
	switch {
	case (isCode || isErr) && slices.Contains([]string{"New", "Errorf", "WithMetadata", "WithField", "WithPayload"}, method):
	case constructor:
		method = f.Name()
	default:
		return
	}
	args := call.Call.Args
	if isCode || isErr {
		args = args[1:]
	}
	for _, arg := range e.spread(args) {
		switch conversion := arg.(type) {
		case *ssa.MakeInterface:
			arg = conversion.X
		case *ssa.ChangeInterface:
			arg = conversion.X
		}
		if method == "WithPayload" && types.IsInterface(arg.Type()) && isError(arg.Type()) || textOfError(arg, 0) {
			r.add(finding{id: "leak", pos: call.Pos(), text: method + " shows callers the text of an error: give it to Wrap, which keeps it private"})
			return
		}
	}
}

func (e *engine) isCatalogue(p *types.Package) bool {
	for _, name := range p.Scope().Names() {
		if v, ok := p.Scope().Lookup(name).(*types.Var); ok && isType(v.Type(), "Catalogue", mappingPath) {
			return true
		}
	}
	return false
}

const maxText = 8

// textOfError reports whether a string is made of an error's text. Those of errpact's own errors are public.
func textOfError(v ssa.Value, depth int) bool {
	if depth > maxText {
		return false
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		return textOfError(v.X, depth+1) || textOfError(v.Y, depth+1)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, func(edge ssa.Value) bool { return textOfError(edge, depth+2) })
	case *ssa.Call:
		if v.Call.IsInvoke() {
			return v.Call.Method.Name() == "Error" && isError(v.Call.Value.Type())
		}
		f := calleeObject(v.Common())
		if f == nil || f.Pkg() == nil {
			return false
		}
		if recv := f.Signature().Recv(); recv != nil {
			return f.Name() == "Error" && isError(recv.Type()) && !isErrpactError(recv.Type()) && !isCode(recv.Type())
		}
		if p := f.Pkg().Path(); p != "fmt" && p != "strings" {
			return false
		}
		return slices.ContainsFunc((&engine{}).spread(v.Call.Args), func(arg ssa.Value) bool {
			if box, ok := arg.(*ssa.MakeInterface); ok {
				arg = box.X
			}
			isText := f.Pkg().Path() == "fmt" && isError(arg.Type()) && !isErrpactError(arg.Type()) && !isCode(arg.Type())
			return isText || textOfError(arg, depth+1)
		})
	}
	return false
}

// typedNil reports a nil *mapping.Error that becomes an error, which is not nil then.
func (e *engine) typedNil(r *reporter, box *ssa.MakeInterface) {
	if !isErrpactError(box.X.Type()) || !isError(box.Type()) || !e.mayBeNil(box.X, box.Block(), 0) {
		return
	}
	pos := box.Pos()
	if call, ok := box.X.(*ssa.Call); ok && !pos.IsValid() {
		pos = call.Pos()
	}
	if !pos.IsValid() {
		pos = usePos(box)
	}
	r.add(finding{id: "nilerror", pos: pos, text: "a nil *mapping.Error becomes an error that is not nil: " +
		"return error from the function that may have none, or test for nil first"})
}

// mayBeNil reports whether a *mapping.Error may be nil. Where a function returns more than an error, the other result
// may say so, and nothing is reported.
func (e *engine) mayBeNil(v ssa.Value, at *ssa.BasicBlock, depth int) bool {
	if _, ok := e.at(v, at)[Item{Kind: nilKind}.key()]; !ok || depth > maxText {
		return false
	}
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.Call:
		return calleeObject(v.Common()) == nil || calleeObject(v.Common()).Pkg().Path() != mappingPath
	case *ssa.Phi:
		for i, edge := range v.Edges {
			if e.mayBeNil(edge, v.Block().Preds[i], depth+1) {
				return true
			}
		}
	}
	return false
}

// usePos is the place of the first instruction that uses a value.
func usePos(v ssa.Value) token.Pos {
	for _, r := range *v.Referrers() {
		if r.Pos().IsValid() {
			return r.Pos()
		}
	}
	return v.Parent().Pos()
}

// nilCause reports Wrap of an error that nobody has tested for nil.
func (e *engine) nilCause(r *reporter, f *types.Func, call *ssa.Call) {
	name := f.FullName()
	if name != "("+mappingPath+".Code).Wrap" && name != "(*"+mappingPath+".Error).Wrap" || !isReturned(call, 0) {
		return
	}
	cause := call.Call.Args[1]
	switch cause.(type) {
	case *ssa.Call, *ssa.Extract:
	default:
		return
	}
	if isTested(cause) {
		return
	}
	for _, i := range e.at(cause, call.Block()) {
		if i.Kind == nilKind {
			r.add(finding{id: "nilerror", pos: call.Pos(), text: "Wrap makes an error even if its cause is nil: test the cause first"})
			return
		}
	}
}

// isReturned reports whether a value, or what is made of it, is returned.
func isReturned(v ssa.Value, depth int) bool {
	if depth > maxText || v.Referrers() == nil {
		return false
	}
	return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.Return:
			return true
		case *ssa.MakeInterface:
			return isReturned(r, depth+1)
		case *ssa.Call:
			return isErrpactError(r.Type()) && isReturned(r, depth+1)
		}
		return false
	})
}

// isTested reports whether any condition speaks of a value.
func isTested(v ssa.Value) bool {
	return slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		switch r := r.(type) {
		case *ssa.BinOp, *ssa.TypeAssert:
			return true
		case *ssa.Call:
			name := calleeName(r.Common())
			return name == "errors.Is" || name == "errors.As" || name == "errors.AsType"
		}
		return false
	})
}

// uselessRelay reports Relay of an error that this process made.
func (e *engine) uselessRelay(r *reporter, f *types.Func, call *ssa.Call) {
	if f.FullName() != "(*"+mappingPath+".Error).Relay" {
		return
	}
	s := e.at(call.Call.Args[0], call.Block())
	for _, i := range s {
		if i.Kind != entryKind {
			return
		}
	}
	if len(s) > 0 {
		r.add(finding{id: "relay", pos: call.Pos(), text: "Relay changes nothing in an error that this process made: it is for errors that another service sent"})
	}
}
