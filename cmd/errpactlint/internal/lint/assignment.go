// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/ast"
	"go/token"
	"go/types"
)

// assignment is a value that a variable gets, for the statements of one block.
type assignment struct {
	value    ast.Expr
	pos, end token.Pos // from where, and the end of the block
}

// assign notes what the variables of functions get, in the order of the source: a call with several results for each of
// them.
func (e *engine) assign(file *ast.File) {
	var blocks []ast.Node
	note := func(left []*ast.Ident, right []ast.Expr) {
		for i, id := range left {
			o := e.pass.TypesInfo.ObjectOf(id)
			if o == nil || len(right) == 0 {
				continue
			}
			value := right[0]
			if len(right) == len(left) {
				value = right[i]
			}
			e.assignments[o] = append(e.assignments[o], assignment{value, id.Pos(), blocks[len(blocks)-1].End()})
		}
	}
	var nodes []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			if last := nodes[len(nodes)-1]; isBlock(last) {
				blocks = blocks[:len(blocks)-1]
			}
			nodes = nodes[:len(nodes)-1]
			return true
		}
		nodes = append(nodes, n)
		switch n := n.(type) {
		case *ast.AssignStmt:
			left := make([]*ast.Ident, len(n.Lhs))
			for i, x := range n.Lhs {
				if left[i], _ = x.(*ast.Ident); left[i] == nil {
					left[i] = new(ast.Ident)
				}
			}
			note(left, n.Rhs)
		case *ast.ValueSpec:
			if len(blocks) > 0 {
				note(n.Names, n.Values)
			}
		}
		if isBlock(n) {
			blocks = append(blocks, n)
		}
		return true
	})
}

func isBlock(n ast.Node) bool {
	switch n.(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// reaching returns the values that a variable may have at a place: the last one of a block around it, and those that
// were assigned since.
func (e *engine) reaching(variable types.Object, at token.Pos) []assignment {
	var values []assignment
	for _, a := range e.assignments[variable] {
		switch {
		case a.pos >= at:
		case at < a.end:
			values = []assignment{a}
		default:
			values = append(values, a)
		}
	}
	return values
}
