// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// side follows an interceptor, and the options that are made of it, to what they are installed in. What goes out of
// sight may be a server.
type side struct {
	*engine
	uses           *uses
	seen           map[any]bool
	client, server bool
}

// isOnlyForClients reports whether an interceptor is installed in clients, and in nothing else.
func (e *engine) isOnlyForClients(v ssa.Value, u *uses) bool {
	s := &side{engine: e, uses: u, seen: map[any]bool{}}
	s.value(v)
	return s.client && !s.server
}

func (s *side) value(v ssa.Value) {
	if s.seen[v] {
		return
	}
	s.seen[v] = true
	if isClients(v.Type()) {
		s.client = true
		return
	}
	users := v.Referrers()
	if users == nil { // an array that is a variable of the package
		s.server = true
		return
	}
	for _, by := range *users {
		s.use(v, by)
	}
}

// isClients reports whether a type is a client's, or that of options which only a client takes.
func isClients(t types.Type) bool {
	switch u := types.Unalias(t).(type) {
	case *types.Pointer:
		return isClients(u.Elem())
	case *types.Slice:
		return isClients(u.Elem())
	case *types.Array:
		return isClients(u.Elem())
	case *types.Named:
		return isType(t, "ClientOption", connectPaths...) || isType(t, "DialOption", "google.golang.org/grpc") ||
			strings.HasSuffix(u.Obj().Name(), "Client") || strings.HasSuffix(u.Obj().Name(), "ClientConn")
	}
	return false
}

func (s *side) use(v ssa.Value, by ssa.Instruction) {
	switch by := by.(type) {
	case *ssa.DebugRef:
	case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.TypeAssert, *ssa.Extract, *ssa.Slice,
		*ssa.IndexAddr, *ssa.UnOp:
		s.value(by.(ssa.Value))
	case *ssa.Store:
		if by.Val == v {
			s.stored(by.Addr)
		}
	case *ssa.MakeClosure:
		s.captured(v, by)
	case *ssa.Return:
		for i, result := range by.Results {
			if result == v {
				s.result(by.Parent(), i)
			}
		}
	case ssa.CallInstruction:
		s.passed(v, by)
	default:
		s.server = true
	}
}

// stored follows what is stored in a variable, a field, or the array that a call's last arguments become.
func (s *side) stored(addr ssa.Value) {
	switch addr := addr.(type) {
	case *ssa.IndexAddr:
		s.value(addr.X)
		return
	case *ssa.FieldAddr:
		s.object(fieldOf(addr.X.Type(), addr.Field))
		return
	case *ssa.Global:
		if o, ok := addr.Object().(*types.Var); ok {
			s.object(o)
			return
		}
	}
	if root := rootOf(addr); root != nil {
		s.value(root)
		return
	}
	s.server = true
}

// object follows a field or a variable of the package to all that read it.
func (s *side) object(o *types.Var) {
	if o == nil || o.Pkg() != s.pass.Pkg || o.Exported() && o.Pkg().Name() != "main" {
		s.server = true
		return
	}
	if s.seen[o] {
		return
	}
	s.seen[o] = true
	for _, fn := range functionsOf(s.pkg) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				s.read(o, instr)
			}
		}
	}
}

func (s *side) read(o *types.Var, instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		if fieldOf(instr.X.Type(), instr.Field) == o {
			s.value(instr)
		}
		return
	case *ssa.Field:
		if fieldOf(instr.X.Type(), instr.Field) == o {
			s.value(instr)
		}
		return
	}
	for _, operand := range instr.Operands(nil) {
		if g, ok := (*operand).(*ssa.Global); ok && g.Object() == o {
			s.use(g, instr)
		}
	}
}

// captured follows a value into a function literal. A bound method is one side of the interceptor.
func (s *side) captured(v ssa.Value, closure *ssa.MakeClosure) {
	fn := closure.Fn.(*ssa.Function)
	if isBound(closure) {
		s.method(calleeObject(unbound(&ssa.CallCommon{Value: closure})))
		return
	}
	for i, b := range closure.Bindings {
		if b == v {
			s.value(fn.FreeVars[i])
		}
	}
}

// method notes for which side a method of the interceptor is. Any other function may be for a server.
func (s *side) method(f *types.Func) {
	if f != nil && f.Pkg() != nil && strings.HasPrefix(f.Pkg().Path(), interceptorPath) &&
		slices.Contains([]string{"DialOptions", "UnaryClient", "StreamClient", "WrapStreamingClient"}, f.Name()) {
		s.client = true
		return
	}
	s.server = true
}

// result follows a result of a function to all that call it.
func (s *side) result(fn *ssa.Function, index int) {
	if !s.uses.onlyCalled(fn) {
		s.server = true
		return
	}
	for _, by := range s.uses.calls[fn] {
		call, ok := by.(*ssa.Call)
		switch {
		case !ok:
		case call.Call.Signature().Results().Len() == 1:
			s.value(call)
		default:
			for _, user := range *call.Referrers() {
				if extract, ok := user.(*ssa.Extract); ok && extract.Index == index {
					s.value(extract)
				}
			}
		}
	}
}

// passed follows a value into a call.
func (s *side) passed(v ssa.Value, by ssa.CallInstruction) {
	c := unbound(by.Common())
	call, hasResult := by.(*ssa.Call)
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if hasResult && b.Name() == "append" {
			s.value(call)
		}
		return
	}
	if fn := declared(c.StaticCallee()); fn != nil && fn.Pkg == s.pkg && len(fn.Blocks) > 0 && len(fn.Params) == len(c.Args) {
		for i, arg := range c.Args {
			if arg == v {
				s.value(fn.Params[i])
			}
		}
		return
	}
	for result := range c.Signature().Results().Variables() {
		if isClients(result.Type()) {
			s.client = true
			return
		}
	}
	f := calleeObject(c)
	if hasResult && f != nil && f.Pkg() != nil && slices.Contains(connectPaths, f.Pkg().Path()) && isType(call.Type(), "Option", connectPaths...) {
		s.value(call)
		return
	}
	s.method(f)
}
