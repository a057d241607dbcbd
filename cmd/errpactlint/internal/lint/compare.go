// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// syntax looks at the way that errors are compared, and made for nothing, in the source.
func (e *engine) syntax(r *reporter) {
	for _, file := range e.pass.Files {
		if ast.IsGenerated(file) {
			continue
		}
		e.assign(file)
		for _, decl := range file.Decls {
			e.exhaustive(r, decl)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				e.compare(r, file, n)
			case *ast.CallExpr:
				e.compareCall(r, n)
			case *ast.ExprStmt:
				e.unused(r, n)
			case *ast.TypeAssertExpr:
				if n.Type != nil {
					e.assertion(r, n.X, n.Type, n.Pos())
				}
			case *ast.SwitchStmt:
				e.compareSwitch(r, n)
			case *ast.TypeSwitchStmt:
				e.typeSwitch(r, n)
			}
			return true
		})
	}
}

// compare reports err == code, which misses an error of that code.
func (e *engine) compare(r *reporter, file *ast.File, n *ast.BinaryExpr) {
	if n.Op != token.EQL && n.Op != token.NEQ {
		return
	}
	err, code := n.X, n.Y
	if e.isCodeOrEntry(err) && !e.isOfCode(err) {
		err, code = code, err
	}
	if !e.isCodeOrEntry(code) {
		return
	}
	t := e.pass.TypesInfo.TypeOf(err)
	if t == nil || isNilExpr(e.pass, err) {
		return
	}
	switch {
	case types.IsInterface(t) && isError(t), isErrpactError(t):
		not, args := "", fmt.Sprintf("(%s, %s)", e.source(err), e.source(code))
		if n.Op == token.NEQ {
			not = "!"
		}
		r.add(finding{
			id: "compare", pos: n.Pos(), text: n.Op.String() + " misses errors made of the code, and wrapped ones: use " + not + "errors.Is" + oneLine(args),
			fixes: e.useIs(file, n, not, args),
		})
	case isCode(t) && e.isReason(code) && e.isOfCode(err):
		r.add(finding{id: "compare", pos: n.Pos(), text: "the code of an error has no reason, so that it never equals " + e.line(code) + ": use errors.Is"})
	}
}

// isCodeOrEntry reports whether an expression is a code, or a variable that holds an entry's error.
func (e *engine) isCodeOrEntry(x ast.Expr) bool {
	t := e.pass.TypesInfo.TypeOf(x)
	if t == nil {
		return false
	}
	return isCode(t) || len(e.entriesOfVar(x)) > 0
}

// entriesOfVar returns the entries that a package's variable may hold.
func (e *engine) entriesOfVar(x ast.Expr) []string {
	v, ok := e.objectOf(x).(*types.Var)
	if !ok || v.Pkg() == nil || v.Parent() != v.Pkg().Scope() {
		return nil
	}
	if v.Pkg() == e.pass.Pkg {
		if g := e.pkg.Var(v.Name()); g != nil {
			return entriesOf(e.global(g))
		}
		return nil
	}
	var fact valueFact
	if !e.pass.ImportObjectFact(v, &fact) {
		return nil
	}
	return entriesOf(newSet(fact.Items...))
}

func (e *engine) objectOf(x ast.Expr) types.Object {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return e.pass.TypesInfo.Uses[x]
	case *ast.SelectorExpr:
		return e.pass.TypesInfo.Uses[x.Sel]
	}
	return nil
}

func (e *engine) isReason(x ast.Expr) bool {
	for _, id := range e.entriesOfVar(x) {
		if strings.Contains(id, "/") {
			return true
		}
	}
	return false
}

// isOfCode reports whether an expression is the code of an error.
func (e *engine) isOfCode(x ast.Expr) bool { return e.ofCode(x, x.Pos()) != nil }

// ofCode returns mapping.CodeOf(err) or e.Code(), also for a variable that has it at a place, and nil for all else.
func (e *engine) ofCode(x ast.Expr, at token.Pos) *ast.CallExpr {
	if o := e.objectOf(x); o != nil {
		all := e.reaching(o, at)
		if len(all) != 1 {
			return nil
		}
		x = all[0].value
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	f, ok := e.objectOf(call.Fun).(*types.Func)
	if !ok || f.FullName() != mappingPath+".CodeOf" && f.FullName() != "(*"+mappingPath+".Error).Code" {
		return nil
	}
	return call
}

// compareSwitch reports switch err { case code: }.
func (e *engine) compareSwitch(r *reporter, n *ast.SwitchStmt) {
	if n.Tag == nil {
		return
	}
	t := e.pass.TypesInfo.TypeOf(n.Tag)
	for _, clause := range n.Body.List {
		for _, x := range clause.(*ast.CaseClause).List {
			switch {
			case t != nil && types.IsInterface(t) && isError(t) && e.isCodeOrEntry(x):
				r.add(finding{id: "compare", pos: x.Pos(), text: fmt.Sprintf(
					"a switch on an error misses errors made of the code, and wrapped ones: use switch mapping.CodeOf(%s)", e.line(n.Tag))})
				return
			case e.ofCode(n.Tag, n.Body.Pos()) != nil && e.isReason(x):
				r.add(finding{id: "compare", pos: x.Pos(), text: "the code of an error has no reason, so that it never equals " + e.line(x) + ": use errors.Is"})
			}
		}
	}
}

// compareCall reports errors.Is with an error that was made for the comparison, or with the error in the second place.
func (e *engine) compareCall(r *reporter, n *ast.CallExpr) {
	f, ok := e.objectOf(n.Fun).(*types.Func)
	if !ok || f.FullName() != "errors.Is" || len(n.Args) != 2 {
		return
	}
	err, target := n.Args[0], ast.Unparen(n.Args[1])
	made, ok := target.(*ast.CallExpr)
	switch t := e.pass.TypesInfo.TypeOf(target); {
	case ok && isErrpactError(t):
		r.add(finding{id: "compare", pos: n.Pos(), text: "errors.Is never finds an error that was made for the comparison: use " + e.entryUse(err, made)})
	case len(e.entriesOfVar(err)) > 0 && !e.isCodeOrEntry(target) && types.IsInterface(t) && isError(t):
		r.add(finding{id: "compare", pos: n.Pos(), text: fmt.Sprintf("errors.Is has the error second: use errors.Is(%s, %s)", e.line(target), e.line(err))})
	}
}

// entryUse returns the comparison with the entry of which a call makes an error.
func (e *engine) entryUse(err ast.Expr, made *ast.CallExpr) string {
	for {
		of, ok := ast.Unparen(made.Fun).(*ast.SelectorExpr)
		if !ok {
			return "its entry"
		}
		if next, ok := ast.Unparen(of.X).(*ast.CallExpr); ok {
			made = next
			continue
		}
		entry := e.line(of.X)
		if _, isPackage := e.objectOf(of.X).(*types.PkgName); isPackage {
			entry += "." + strings.TrimPrefix(of.Sel.Name, "New")
		} else if t := e.pass.TypesInfo.TypeOf(of.X); t == nil || !isCode(t) {
			return "its entry"
		}
		return fmt.Sprintf("errors.Is(%s, %s)", e.line(err), entry)
	}
}

// assertion reports err.(*mapping.Error) and err.(*connect.Error), which miss wrapped errors.
func (e *engine) assertion(r *reporter, err, typ ast.Expr, pos token.Pos) {
	t, x := e.pass.TypesInfo.TypeOf(typ), e.pass.TypesInfo.TypeOf(err)
	if t == nil || x == nil || !isError(x) {
		return
	}
	use := ""
	switch {
	case isErrpactError(t), isCode(t):
		use = "mapping.From"
	case isType(t, "Error", connectPaths...):
		use = "errors.AsType[" + e.line(typ) + "]"
	default:
		return
	}
	r.add(finding{id: "compare", pos: pos, text: fmt.Sprintf("a type assertion misses wrapped errors: use %s(%s)", use, e.line(err))})
}

func (e *engine) typeSwitch(r *reporter, n *ast.TypeSwitchStmt) {
	var x ast.Expr
	switch assign := n.Assign.(type) {
	case *ast.ExprStmt:
		x = assign.X
	case *ast.AssignStmt:
		x = assign.Rhs[0]
	}
	guard, ok := ast.Unparen(x).(*ast.TypeAssertExpr)
	if !ok {
		return
	}
	for _, clause := range n.Body.List {
		for _, t := range clause.(*ast.CaseClause).List {
			e.assertion(r, guard.X, t, t.Pos())
		}
	}
}

// unused reports a call that makes an error and does nothing else, where another one was meant to change.
func (e *engine) unused(r *reporter, n *ast.ExprStmt) {
	call, ok := ast.Unparen(n.X).(*ast.CallExpr)
	if !ok {
		return
	}
	f, ok := e.objectOf(call.Fun).(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != mappingPath || !isErrpactError(e.pass.TypesInfo.TypeOf(call)) {
		return
	}
	r.add(finding{id: "unused", pos: n.Pos(), text: f.Name() + " changes nothing: it returns another error, which is not used: return or assign that one"})
}

func isNilExpr(pass *analysis.Pass, x ast.Expr) bool { return pass.TypesInfo.Types[x].IsNil() }
