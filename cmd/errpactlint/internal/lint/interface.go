// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// invoke returns the errors of a call through an interface.
func (e *engine) invoke(c *ssa.CallCommon, site *ssa.Call, index int) set {
	if s, ok := e.ofInterface(c, site); ok {
		return s
	}
	out, by := set{}, ""
	found := e.implementations(c.Value.Type(), c.Method)
	if e.sole(found) == "" {
		by = callText(c)
	}
	args := append([]ssa.Value{c.Value}, c.Args...)
	for _, m := range found {
		out.addAll(e.outcome(callee{fn: e.pkg.Prog.FuncValue(m), object: m, by: by}, args, site, index))
	}
	switch {
	case len(found) == 0 || !e.inModule(packageOf(c.Value.Type())):
		out.add(Item{Kind: openKind, ID: "the interface call " + callText(c), pos: site.Pos()})
	case !isSealed(c.Value.Type()):
		out.add(Item{Kind: elsewhereKind, ID: callText(c), pos: site.Pos()})
	}
	return out
}

// isSealed reports whether an interface has a method that only types of its own package can have, and those that embed
// them.
func isSealed(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range iface.Methods() {
		if !m.Exported() {
			return true
		}
	}
	return false
}

// callText writes a call through an interface as its caller would.
func callText(c *ssa.CallCommon) string { return methodText(c.Value.Type(), c.Method) }

func methodText(t types.Type, method *types.Func) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() }) + "." + method.Name()
}

// sole returns the name of the only implementation among methods, one of which may be the interface's own.
func (e *engine) sole(found []*types.Func) string {
	sole := ""
	for _, f := range found {
		name := f.FullName()
		if types.IsInterface(f.Signature().Recv().Type()) {
			var fact returnsFact
			e.pass.ImportObjectFact(f, &fact)
			name = fact.Sole
		}
		if name == "" || sole != "" && name != sole {
			return ""
		}
		sole = name
	}
	return sole
}

// by notes that one of several implementations of an interface returned the errors. Those that no condition and no rule
// distinguishes become one. What callers pass to the implementation, which is fn, is theirs.
func (s set) by(call string, at token.Pos, fn *ssa.Function) set {
	if call == "" {
		return s
	}
	return s.each(func(i Item) (Item, bool) {
		switch i.Kind {
		case sentinelKind, typeKind:
		case plainKind:
			if pkg := packageOfItem(i); isOwnPlain(i) {
				i.ID = "errors.New"
			} else if !isOneOf(pkg, drivers) && !isOneOf(pkg, files) && !isOneOf(pkg, networks) {
				i.ID = ""
			}
		case openKind, paramKind, resultKind:
			if i.Kind != openKind && i.owner == fn {
				return i, true
			}
			i.Kind, i.ID, i.Param, i.Result, i.owner = openKind, "", 0, 0, nil
		default:
			return i, true
		}
		i.Call, i.call = call, at
		return i, true
	})
}

// implKey is a method of an interface, which may have it from another one.
type implKey struct {
	t      types.Type
	method *types.Func
}

// implementations returns the methods in sight that a call through an interface may reach.
func (e *engine) implementations(t types.Type, method *types.Func) []*types.Func {
	if found, ok := e.impls[implKey{t, method}]; ok {
		return found
	}
	iface, ok := t.Underlying().(*types.Interface)
	if !ok || !e.inModule(packageOf(t)) {
		return nil
	}
	var found []*types.Func
	for _, pkg := range append([]*types.Package{e.pass.Pkg}, e.imports()...) {
		if !e.inModule(pkg) {
			continue
		}
		for _, name := range pkg.Scope().Names() {
			o, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || o.IsAlias() || types.IsInterface(o.Type()) || e.inTest(o) {
				continue
			}
			if ptr := types.NewPointer(o.Type()); implements(ptr, iface) && !isMock(o.Type()) {
				m, _, _ := types.LookupFieldOrMethod(ptr, true, pkg, method.Name())
				// A method of an interface that a type embeds says nothing.
				if f, ok := m.(*types.Func); ok && !types.IsInterface(f.Signature().Recv().Type()) && !slices.Contains(found, f) {
					found = append(found, f)
				}
			}
		}
	}
	if method.Pkg() != e.pass.Pkg && e.pass.ImportObjectFact(method, new(returnsFact)) {
		found = append(found, method)
	}
	e.impls[implKey{t, method}] = found
	return found
}

// imports returns the packages that the code imports, without those that its tests alone import: their types do not
// run with it. Under go vet, a package is analysed with its tests.
func (e *engine) imports() []*types.Package {
	var found []*types.Package
	for _, f := range e.pass.Files {
		if strings.HasSuffix(e.pass.Fset.Position(f.FileStart).Filename, "_test.go") {
			continue
		}
		for _, spec := range f.Imports {
			if name := e.pass.TypesInfo.PkgNameOf(spec); name != nil && !slices.Contains(found, name.Imported()) {
				found = append(found, name.Imported())
			}
		}
	}
	return found
}

// isMock reports whether a type is one of gomock's or mockery's, which return what a test gave them.
func isMock(t types.Type) bool { return hasMethod(types.NewPointer(t), "EXPECT") }

// implements reports whether a pointer's type implements an interface. One to a generic type may do so for some type
// arguments if it has methods of the names, with as many parameters and results.
func implements(t *types.Pointer, iface *types.Interface) bool {
	if !isGeneric(t.Elem()) {
		return types.Implements(t, iface)
	}
	for m := range iface.Methods() {
		own, _, _ := types.LookupFieldOrMethod(t, true, m.Pkg(), m.Name())
		f, ok := own.(*types.Func)
		if !ok || f.Signature().Params().Len() != m.Signature().Params().Len() ||
			f.Signature().Results().Len() != m.Signature().Results().Len() {
			return false
		}
	}
	return true
}

func isGeneric(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && named.TypeParams().Len() > 0
}
