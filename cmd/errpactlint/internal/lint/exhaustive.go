// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/mapping/catalogue"
)

// exhaustive reports a switch on the error of a client's call that leaves out errors which the called method declares,
// and has no default. Where the error is used after the switch, the rest is taken care of there.
func (e *engine) exhaustive(r *reporter, decl ast.Decl) {
	ast.Inspect(decl, func(n ast.Node) bool {
		s, ok := n.(*ast.SwitchStmt)
		if !ok {
			return true
		}
		err, cases, ok := e.switched(s)
		if !ok || e.usedAfter(decl, err, s.End()) {
			return true
		}
		var missing []string
		var by protoreflect.MethodDescriptor
		for _, value := range e.reaching(err, s.Body.Pos()) {
			m := e.clientCall(value.value)
			if m == nil { // another error, too
				return true
			}
			for _, name := range e.missing(m, cases) {
				if !slices.Contains(missing, name) {
					missing, by = append(missing, name), m
				}
			}
		}
		if len(missing) > 0 {
			r.add(finding{id: "exhaustive", pos: s.Pos(), text: fmt.Sprintf(
				"the switch has no case for %s, which %s declares, and no default", strings.Join(missing, ", "), by.FullName())})
		}
		return true
	})
}

// usedAfter reports whether the value that a variable has at a place is read after it.
func (e *engine) usedAfter(decl ast.Decl, err types.Object, end token.Pos) bool {
	used, written := false, map[*ast.Ident]bool{}
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				if id, ok := x.(*ast.Ident); ok {
					written[id] = true
				}
			}
		case *ast.Ident:
			if n.Pos() < end || e.pass.TypesInfo.Uses[n] != err || written[n] {
				break
			}
			all := e.reaching(err, n.Pos())
			used = used || len(all) == 0 || slices.ContainsFunc(all, func(a assignment) bool { return a.pos < end })
		}
		return !used
	})
	return used
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

// switched returns the error that a switch is on, and the entries of its cases. It is not ok with a default, nor with a
// case that is not known.
func (e *engine) switched(s *ast.SwitchStmt) (err types.Object, cases []string, ok bool) {
	if s.Tag != nil {
		if err = e.errorOf(s.Tag, s.Body.Pos()); err == nil {
			return nil, nil, false
		}
	}
	for _, clause := range s.Body.List {
		c := clause.(*ast.CaseClause)
		if c.List == nil {
			return nil, nil, false
		}
		for _, x := range c.List {
			for _, x := range alternatives(x) {
				if s.Tag == nil {
					if o := e.nilTest(x); o != nil && (err == nil || o == err) {
						err = o
						continue
					}
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
				entries := e.entriesOfVar(x)
				if len(entries) == 0 {
					return nil, nil, false
				}
				cases = append(cases, entries...)
			}
		}
	}
	return err, cases, err != nil && len(cases) > 0
}

// alternatives returns the operands of ||.
func alternatives(x ast.Expr) []ast.Expr {
	if b, ok := ast.Unparen(x).(*ast.BinaryExpr); ok && b.Op == token.LOR {
		return append(alternatives(b.X), alternatives(b.Y)...)
	}
	return []ast.Expr{x}
}

// nilTest returns the variable of err == nil.
func (e *engine) nilTest(x ast.Expr) types.Object {
	b, ok := ast.Unparen(x).(*ast.BinaryExpr)
	if !ok || b.Op != token.EQL || !isNilExpr(e.pass, b.Y) {
		return nil
	}
	return e.objectOf(b.X)
}

// errorOf returns the variable whose error a code is of: of mapping.CodeOf(err), or of e.Code() after
// e, ok := mapping.From(err).
func (e *engine) errorOf(code ast.Expr, at token.Pos) types.Object {
	call := e.ofCode(code, at)
	if call == nil {
		return nil
	}
	if len(call.Args) == 1 {
		return e.objectOf(call.Args[0])
	}
	method, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	all := e.reaching(e.objectOf(method.X), at)
	if len(all) != 1 {
		return nil
	}
	from, ok := ast.Unparen(all[0].value).(*ast.CallExpr)
	if !ok || len(from.Args) != 1 {
		return nil
	}
	if f, ok := e.objectOf(from.Fun).(*types.Func); !ok || f.FullName() != mappingPath+".From" {
		return nil
	}
	return e.objectOf(from.Args[0])
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
