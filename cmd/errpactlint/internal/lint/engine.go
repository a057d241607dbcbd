// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"math"
	"strconv"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// engine finds what the values of one package may be. Each value, and each result of a function, is a node, which is
// computed when somebody asks for it, and once. Nodes that depend on each other are computed until nothing changes.
type engine struct {
	pass   *analysis.Pass
	pkg    *ssa.Package
	known  *known
	module string

	done   map[any]set
	active map[any]*frame
	depth  int
	// low is the depth of the outermost active node that the present one has asked for.
	low int
	// open nodes are finished, unless an active one finds more.
	open []openNode
	// tentative has the same nodes, with the depth that they depend on.
	tentative map[any]openNode

	conditions map[*ssa.Function]conditions
	setters    map[*ssa.Alloc][]ssa.Instruction
	predicates map[*ssa.Function]predicate
	fields     map[*types.Var][]stored
	globals    map[*ssa.Global][]stored
	fieldIDs   map[*types.Package]map[*types.Var]string
	lent       map[any][]lent // by field, or the package's variable
	sites      callIndex
	impls      map[implKey][]*types.Func
	// boxes has, for each type, the names of the interfaces that the package gives it to.
	boxes map[string]map[string]bool

	assignments map[types.Object][]assignment
}

type frame struct {
	depth   int
	current set
}

type openNode struct {
	node any
	set  set
	low  int
}

// stored is a value with the place where it is stored.
type stored struct {
	value ssa.Value
	by    ssa.Instruction
}

const none = math.MaxInt

// node returns what compute finds for a node.
func (e *engine) node(n any, compute func() set) set {
	if s, ok := e.done[n]; ok {
		return s
	}
	if f, ok := e.active[n]; ok {
		e.low = min(e.low, f.depth)
		return f.current
	}
	if t, ok := e.tentative[n]; ok {
		e.low = min(e.low, t.low)
		return t.set
	}
	f := &frame{depth: e.depth, current: set{}}
	e.active[n] = f
	e.depth++
	outer, mark := e.low, len(e.open)
	defer func() { e.depth--; delete(e.active, n) }()
	for {
		e.low = none
		s := compute()
		grew := f.current.addAll(s)
		switch {
		case e.low == f.depth && grew: // it depends on itself, and has changed
			e.forget(mark)
			continue
		case e.low >= f.depth:
			e.done[n] = f.current
			for _, t := range e.open[mark:] {
				e.done[t.node] = t.set
				delete(e.tentative, t.node)
			}
			e.open = e.open[:mark]
			e.low = outer
		default:
			t := openNode{n, f.current, e.low}
			e.open = append(e.open, t)
			e.tentative[n] = t
			e.low = min(outer, e.low)
		}
		return f.current
	}
}

// forget drops the nodes that were finished since mark.
func (e *engine) forget(mark int) {
	for _, t := range e.open[mark:] {
		delete(e.tentative, t.node)
	}
	e.open = e.open[:mark]
}

func newEngine(pass *analysis.Pass, pkg *ssa.Package, k *known) *engine {
	e := &engine{
		pass: pass, pkg: pkg, known: k, module: moduleOf(pass),
		done: map[any]set{}, active: map[any]*frame{}, low: none, tentative: map[any]openNode{},
		conditions: map[*ssa.Function]conditions{}, setters: map[*ssa.Alloc][]ssa.Instruction{}, predicates: map[*ssa.Function]predicate{},
		fields: map[*types.Var][]stored{}, globals: map[*ssa.Global][]stored{}, lent: map[any][]lent{},
		fieldIDs: map[*types.Package]map[*types.Var]string{}, impls: map[implKey][]*types.Func{},
		sites:       callIndex{static: map[string][]site{}, invoked: map[string][]site{}, values: map[*types.Func]bool{}},
		assignments: map[types.Object][]assignment{},
	}
	for _, fn := range functionsOf(pkg) {
		e.index(fn)
	}
	return e
}

// index notes what a function stores in fields and in the package's variables, and which functions it calls.
func (e *engine) index(fn *ssa.Function) {
	if fn.Pos().IsValid() && e.inTestFile(fn.Pos()) {
		return
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			e.indexCall(instr)
			if call, ok := instr.(ssa.CallInstruction); ok {
				e.indexLent(call)
			}
			store, ok := instr.(*ssa.Store)
			if !ok {
				continue
			}
			switch addr := store.Addr.(type) {
			case *ssa.FieldAddr:
				if f := fieldOf(addr.X.Type(), addr.Field); f != nil {
					e.fields[f] = append(e.fields[f], stored{store.Val, store})
				}
			case *ssa.Global:
				e.globals[addr] = append(e.globals[addr], stored{store.Val, store})
			}
		}
	}
}

// indexLent notes which fields and variables of the package a call gets the addresses of.
func (e *engine) indexLent(call ssa.CallInstruction) {
	for _, arg := range unbound(call.Common()).Args {
		addr := arg
		if box, ok := arg.(*ssa.MakeInterface); ok {
			addr = box.X
		}
		switch addr := addr.(type) {
		case *ssa.FieldAddr:
			if f := fieldOf(addr.X.Type(), addr.Field); f != nil {
				e.lent[f] = append(e.lent[f], lent{call, arg})
			}
		case *ssa.Global:
			e.lent[addr] = append(e.lent[addr], lent{call, arg})
		}
	}
}

// fieldOf returns a field of a struct, or of the struct that a pointer is to.
func fieldOf(t types.Type, index int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok || index >= s.NumFields() {
		return nil
	}
	return s.Field(index).Origin()
}

// functionsOf returns all functions of a package, with methods and function literals, in the order of the source.
func functionsOf(pkg *ssa.Package) []*ssa.Function {
	var all []*ssa.Function
	var add func(*ssa.Function)
	add = func(fn *ssa.Function) {
		if fn == nil {
			return
		}
		all = append(all, fn)
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
	}
	add(pkg.Func("init"))
	for i := 1; pkg.Func("init#"+strconv.Itoa(i)) != nil; i++ {
		add(pkg.Func("init#" + strconv.Itoa(i)))
	}
	scope := pkg.Pkg.Scope()
	for _, name := range scope.Names() {
		switch o := scope.Lookup(name).(type) {
		case *types.Func:
			add(pkg.Prog.FuncValue(o))
		case *types.TypeName:
			if named, ok := o.Type().(*types.Named); ok && !o.IsAlias() {
				for i := range named.NumMethods() {
					add(pkg.Prog.FuncValue(named.Method(i)))
				}
			}
		}
	}
	return all
}
