// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// callee is a function that a function value may be: with a body in this package, declared elsewhere, or, by its
// item, a parameter or nothing that can be followed.
type callee struct {
	fn     *ssa.Function
	object *types.Func
	item   Item
	// by is the call of an interface that may reach other functions, too.
	by string
}

// callees returns the functions that a value may be.
func (e *engine) callees(v ssa.Value, site ssa.Instruction) []callee {
	return e.calleesNot(map[ssa.Value]bool{}, v, site)
}

// calleesNot leaves out those that are found already, by the values that seen has.
func (e *engine) calleesNot(seen map[ssa.Value]bool, v ssa.Value, site ssa.Instruction) []callee {
	unknown := []callee{{item: Item{Kind: openKind, ID: "the call of " + describe(v), pos: site.Pos()}}}
	if seen[v] {
		return nil
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Function:
		return []callee{calleeOf(v)}
	case *ssa.MakeClosure:
		return []callee{calleeOf(v.Fn.(*ssa.Function))}
	case *ssa.Parameter:
		i := e.parameter(v).sorted()[0]
		i.Kind = resultKind
		return []callee{{item: i}}
	case *ssa.ChangeType:
		return e.calleesNot(seen, v.X, site)
	case *ssa.MakeInterface:
		return e.calleesNot(seen, v.X, site)
	case *ssa.Const: // nil: the call panics
		return nil
	case *ssa.Phi:
		var all []callee
		for _, edge := range v.Edges {
			all = append(all, e.calleesNot(seen, edge, site)...)
		}
		return all
	case *ssa.Lookup:
		return e.calleesIn(seen, v.X, site, unknown)
	case *ssa.Index:
		return e.calleesIn(seen, v.X, site, unknown)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			if element, ok := v.X.(*ssa.IndexAddr); ok {
				return e.calleesIn(seen, element.X, site, unknown)
			}
			if all, ok := e.storedIn(v.X); ok {
				return e.calleesOf(seen, all, site, unknown)
			}
		}
	case *ssa.Field:
		f := fieldOf(v.X.Type(), v.Field)
		if f != nil && f.Pkg() == e.pass.Pkg && !f.Exported() {
			return e.calleesOf(seen, e.fields[f], site, unknown)
		}
	case *ssa.Call:
		return e.returnedBy(seen, v, 0, site, unknown)
	case *ssa.Extract:
		switch tuple := v.Tuple.(type) {
		case *ssa.Call:
			return e.returnedBy(seen, tuple, v.Index, site, unknown)
		case *ssa.Lookup:
			return e.calleesIn(seen, tuple.X, site, unknown)
		case *ssa.Next:
			if r, ok := tuple.Iter.(*ssa.Range); ok {
				return e.calleesIn(seen, r.X, site, unknown)
			}
		}
	}
	return unknown
}

// calleesIn returns the functions in a map, a slice or an array that is made in sight.
func (e *engine) calleesIn(seen map[ssa.Value]bool, table ssa.Value, site ssa.Instruction, unknown []callee) []callee {
	base := e.container(table, 0)
	if base == nil {
		return unknown
	}
	return e.calleesOf(seen, elementStores(base), site, unknown)
}

// returnedBy returns the functions that a call of this package's returns.
func (e *engine) returnedBy(seen map[ssa.Value]bool, call *ssa.Call, index int, site ssa.Instruction, unknown []callee) []callee {
	if name := calleeName(call.Common()); name == "sync.OnceValue" || name == "sync.OnceValues" {
		return e.calleesNot(seen, call.Call.Args[0], site)
	}
	fn := call.Call.StaticCallee()
	if fn == nil || fn.Pkg != e.pkg {
		return unknown
	}
	var all []stored
	for _, r := range returnsOf(fn) {
		if index < len(r.Results) {
			all = append(all, stored{r.Results[index], r})
		}
	}
	return e.calleesOf(seen, all, site, unknown)
}

func calleeOf(fn *ssa.Function) callee {
	if o := fn.Origin(); o != nil {
		fn = o
	}
	object, _ := fn.Object().(*types.Func)
	return callee{fn: fn, object: object}
}

func (e *engine) calleesOf(seen map[ssa.Value]bool, all []stored, site ssa.Instruction, unknown []callee) []callee {
	if len(all) == 0 {
		return unknown
	}
	var found []callee
	for _, s := range all {
		found = append(found, e.calleesNot(seen, s.value, site)...)
	}
	return found
}

// storedIn returns all that a variable, or a field that no other package sets, may hold.
func (e *engine) storedIn(addr ssa.Value) ([]stored, bool) {
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		f := fieldOf(addr.X.Type(), addr.Field)
		return e.fields[f], f != nil && f.Pkg() == e.pass.Pkg && !f.Exported()
	case *ssa.Global:
		return e.globals[addr], addr.Pkg == e.pkg && !token.IsExported(addr.Name())
	}
	if root := rootOf(addr); root != nil {
		all, calls := cellStores(root)
		return all, len(calls) == 0
	}
	return nil, false
}

// describe names a function value in a message.
func describe(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.UnOp:
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			if f := fieldOf(addr.X.Type(), addr.Field); f != nil {
				return "field " + f.Name()
			}
		case *ssa.Global:
			return "variable " + addr.Name()
		case *ssa.Alloc:
			return "variable " + addr.Comment
		case *ssa.FreeVar:
			return "variable " + addr.Name()
		}
	case *ssa.Parameter:
		return "parameter " + v.Name()
	case *ssa.Lookup:
		return "an element of a map"
	case *ssa.Call:
		if name := calleeName(v.Common()); name != "" {
			return "the result of " + shortName(name)
		}
	}
	return "a function value"
}

// inTest reports whether an object is declared in a test.
func (e *engine) inTest(o types.Object) bool { return e.inTestFile(o.Pos()) }

func (e *engine) inTestFile(pos token.Pos) bool {
	return strings.HasSuffix(e.pass.Fset.Position(pos).Filename, "_test.go")
}
