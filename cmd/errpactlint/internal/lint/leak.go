// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// public are the methods of codes and errors whose arguments callers read.
var public = []string{"New", "Errorf", "WithMetadata", "WithField", "WithFields", "WithPayload"}

// leak reports an error's text in what a caller reads.
func (e *engine) leak(r *reporter, f *types.Func, call *ssa.Call, args []ssa.Value) {
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
	case (isCode || isErr) && slices.Contains(public, method):
		if args = args[1:]; method == "WithMetadata" {
			secretKey(r, args[0], call)
		}
	case constructor:
		method = f.Name()
	default:
		return
	}
	for _, arg := range e.spread(args) {
		switch conversion := arg.(type) {
		case *ssa.MakeInterface:
			arg = conversion.X
		case *ssa.ChangeInterface:
			arg = conversion.X
		}
		if method == "WithPayload" && types.IsInterface(arg.Type()) && isError(arg.Type()) ||
			e.textOfError(arg, 0) || e.hasTextOfError(arg) {
			r.add(finding{id: "leak", pos: call.Pos(), text: method + " shows callers the text of an error: give it to Wrap, which keeps it private"})
			return
		}
	}
}

// secretKey reports metadata that has the name of a secret.
func secretKey(r *reporter, key ssa.Value, call *ssa.Call) {
	c, ok := key.(*ssa.Const)
	if !ok || c.Value == nil {
		return
	}
	name := constant.StringVal(c.Value)
	word := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	if slices.Contains(secretNames, word) || slices.ContainsFunc(secretEnds, func(end string) bool { return strings.HasSuffix(word, end) }) {
		r.add(finding{id: "leak", pos: call.Pos(), text: fmt.Sprintf("WithMetadata shows callers %q, which is the name of a secret: leave it out", name)})
	}
}

// A key with a word after that of a secret is mostly about it, such as passwordMinLength, and a pageToken is no secret.
var (
	secretNames = []string{"token", "jwt", "cookie", "authorization"}
	secretEnds  = []string{"password", "passwd", "passphrase", "secret", "apikey", "privatekey", "accesstoken", "refreshtoken", "sessiontoken", "credentials"}
)

// rawLeak reports an error's text in a Connect error or gRPC status whose code lets it out.
func (e *engine) rawLeak(r *reporter, f *types.Func, call *ssa.Call) {
	if !makesRaw(f) || len(call.Call.Args) < 2 {
		return
	}
	if code, ok := call.Call.Args[0].(*ssa.Const); ok && code.Value != nil && slices.Contains(replacedCodes, code.Int64()) {
		return
	}
	formats := strings.HasSuffix(f.Name(), "f")
	if slices.ContainsFunc(e.spread(call.Call.Args[1:]), func(arg ssa.Value) bool {
		return e.textOfError(arg, 0) || formats && isError(arg.Type())
	}) {
		r.add(finding{id: "leak", pos: call.Pos(), text: f.Name() + " shows callers the text of an error: give it to the Wrap of an entry, which keeps it private"})
	}
}

// replacedCodes are those whose texts a policy replaces: unknown, deadline_exceeded, internal, unavailable, data_loss.
var replacedCodes = []int64{2, 4, 13, 14, 15}

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
func (e *engine) textOfError(v ssa.Value, depth int) bool {
	if depth > maxText {
		return false
	}
	switch v := v.(type) {
	case *ssa.BinOp:
		return e.textOfError(v.X, depth+1) || e.textOfError(v.Y, depth+1)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, func(edge ssa.Value) bool { return e.textOfError(edge, depth+2) })
	case *ssa.Slice: // of a string
		return e.textOfError(v.X, depth+1)
	case *ssa.Convert:
		return e.textOfError(v.X, depth+1)
	case *ssa.ChangeType:
		return e.textOfError(v.X, depth+1)
	case *ssa.UnOp:
		if root := rootOf(v.X); root != nil {
			all, _ := cellStores(root)
			return slices.ContainsFunc(all, func(s stored) bool { return e.textOfError(s.value, depth+2) })
		}
	case *ssa.Call:
		return e.returnsText(unbound(v.Common()), depth)
	}
	return false
}

// returnsText reports whether a call returns a text that is made of an error's.
func (e *engine) returnsText(c *ssa.CallCommon, depth int) bool {
	if c.IsInvoke() {
		return c.Method.Name() == "Error" && isError(c.Value.Type())
	}
	f := calleeObject(c)
	if f == nil || f.Pkg() == nil {
		return false
	}
	if recv := f.Signature().Recv(); recv != nil && f.Name() == "Error" {
		return isError(recv.Type()) && !isErrpactError(recv.Type()) && !isCode(recv.Type())
	}
	switch name, pkg := f.FullName(), f.Pkg().Path(); {
	case name == "(*connectrpc.com/connect.Error).Message", strings.HasSuffix(name, "status.Status).Message"):
		return true
	case pkg == "fmt", pkg == "strings" && f.Signature().Recv() == nil, pkg == "strconv", name == "errors.New":
		return slices.ContainsFunc(e.spread(c.Args), func(arg ssa.Value) bool {
			if box, ok := arg.(*ssa.MakeInterface); ok {
				arg = box.X
			}
			isText := pkg == "fmt" && isError(arg.Type()) && !isErrpactError(arg.Type()) && !isCode(arg.Type())
			return isText || e.textOfError(arg, depth+1)
		})
	case f.Pkg() == e.pass.Pkg:
		return slices.ContainsFunc(returnsOf(c.StaticCallee()), func(r *ssa.Return) bool {
			return len(r.Results) == 1 && e.textOfError(r.Results[0], depth+2)
		})
	}
	return false
}

// hasTextOfError reports whether a map or a struct that is made here has an error's text.
func (e *engine) hasTextOfError(v ssa.Value) bool {
	var all []stored
	switch made := v.(type) {
	case *ssa.MakeMap:
		all = elementStores(made)
	case *ssa.Alloc:
		all = fieldStores(made)
	case *ssa.UnOp:
		if alloc, ok := made.X.(*ssa.Alloc); ok {
			all = fieldStores(alloc)
		}
	}
	return slices.ContainsFunc(all, func(s stored) bool {
		value := s.value
		if box, ok := value.(*ssa.MakeInterface); ok {
			value = box.X
		}
		return e.textOfError(value, 1)
	})
}

// fieldStores returns what the fields of a struct are set to.
func fieldStores(alloc *ssa.Alloc) []stored {
	var all []stored
	for _, r := range *alloc.Referrers() {
		if addr, ok := r.(*ssa.FieldAddr); ok {
			for _, r := range *addr.Referrers() {
				if s, ok := r.(*ssa.Store); ok && s.Addr == addr {
					all = append(all, stored{s.Val, s})
				}
			}
		}
	}
	return all
}
