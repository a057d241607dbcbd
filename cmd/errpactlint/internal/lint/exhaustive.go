// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// exhaustive reports a switch on the error of a client's call that leaves out errors which the called method declares,
// and has no default. Where the error is used after the switch, the rest is taken care of there.
func (e *engine) exhaustive(r *reporter, fn *ast.FuncDecl) {
	calls := e.clientErrors(fn.Body)
	if len(calls) == 0 {
		return
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		s, ok := n.(*ast.SwitchStmt)
		if !ok {
			return true
		}
		err, cases, ok := e.switched(s)
		if !ok || e.usedAfter(fn.Body, err, s.End()) {
			return true
		}
		var missing []string
		for _, m := range calls[err] {
			missing = append(missing, e.missing(m, cases)...)
		}
		if len(missing) > 0 {
			r.add(finding{id: "exhaustive", pos: s.Pos(), text: fmt.Sprintf(
				"the switch has no case for %s, which %s declares, and no default", strings.Join(missing, ", "), calls[err][0].FullName())})
		}
		return true
	})
}

func (e *engine) usedAfter(body *ast.BlockStmt, err types.Object, end token.Pos) bool {
	used := false
	ast.Inspect(body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		used = used || ok && id.Pos() >= end && e.pass.TypesInfo.Uses[id] == err
		return !used
	})
	return used
}

// clientErrors returns the variables that hold the errors of clients' calls, with the methods called.
func (e *engine) clientErrors(body *ast.BlockStmt) map[types.Object][]protoreflect.MethodDescriptor {
	found := map[types.Object][]protoreflect.MethodDescriptor{}
	other := map[types.Object]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		last := assign.Lhs[len(assign.Lhs)-1]
		id, ok := last.(*ast.Ident)
		if !ok || len(assign.Rhs) != 1 {
			return true
		}
		o := e.pass.TypesInfo.ObjectOf(id)
		if o == nil || !isError(o.Type()) {
			return true
		}
		if m := e.clientCall(assign.Rhs[0]); m != nil {
			found[o] = append(found[o], m)
		} else {
			other[o] = true
		}
		return true
	})
	for o := range other {
		delete(found, o)
	}
	return found
}

// clientCall returns the method of a service that a call calls.
func (e *engine) clientCall(x ast.Expr) protoreflect.MethodDescriptor {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	t := e.pass.TypesInfo.TypeOf(sel.X)
	if t == nil {
		return nil
	}
	return e.known.client(t, sel.Sel.Name)
}

// switched returns the error that a switch is on, and the entries of its cases. It is not ok with a default.
func (e *engine) switched(s *ast.SwitchStmt) (err types.Object, cases []string, ok bool) {
	if s.Tag != nil {
		if !e.isOfCode(s.Tag) {
			return nil, nil, false
		}
		call := ast.Unparen(s.Tag).(*ast.CallExpr)
		if len(call.Args) != 1 {
			return nil, nil, false
		}
		err = e.objectOf(call.Args[0])
	}
	for _, clause := range s.Body.List {
		c := clause.(*ast.CaseClause)
		if c.List == nil {
			return nil, nil, false
		}
		for _, x := range c.List {
			if s.Tag == nil {
				call, isCall := ast.Unparen(x).(*ast.CallExpr)
				if !isCall || len(call.Args) != 2 {
					return nil, nil, false
				}
				f, isFunc := e.objectOf(call.Fun).(*types.Func)
				o := e.objectOf(call.Args[0])
				if !isFunc || f.FullName() != "errors.Is" || err != nil && o != err {
					return nil, nil, false
				}
				err, x = o, call.Args[1]
			}
			cases = append(cases, e.entriesOfVar(x)...)
		}
	}
	return err, cases, err != nil && len(cases) > 0
}

// missing returns the errors that a method declares and no case is for.
func (e *engine) missing(m protoreflect.MethodDescriptor, cases []string) []string {
	declared, _ := catalogue.Declare(m, e.known.catalogues)
	var missing []string
	for _, d := range declared.Errors {
		id, has := entryID(d.Catalogue.Name, int64(d.Entry.Number), ""), false
		for _, c := range cases {
			has = has || c == id || strings.HasPrefix(c, id+"/")
		}
		if !has {
			missing = append(missing, d.Name())
		}
	}
	return missing
}
