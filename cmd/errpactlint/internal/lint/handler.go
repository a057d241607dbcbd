// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"golang.org/x/tools/go/ssa"
)

// handler is a method that serves a method of a service.
type handler struct {
	fn      *ssa.Function
	object  *types.Func
	service *service
	method  protoreflect.MethodDescriptor
}

func itoa[N int32 | int](n N) string { return strconv.Itoa(int(n)) }

// client returns the method that a call through a generated client's interface calls; nil if it is no client's.
func (k *known) client(t types.Type, method string) protoreflect.MethodDescriptor {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	for _, s := range k.services {
		if named.Obj().Name() != camelCase(string(s.descriptor.Name()))+"Client" {
			continue
		}
		if m := methodNamed(s.descriptor, method); m != nil {
			return m
		}
	}
	return nil
}

func methodNamed(s protoreflect.ServiceDescriptor, name string) protoreflect.MethodDescriptor {
	for i := range s.Methods().Len() {
		if m := s.Methods().Get(i); camelCase(string(m.Name())) == name {
			return m
		}
	}
	return nil
}

// handlers returns the handlers of a package: methods of the types that have all methods of a service.
func (e *engine) handlers() []handler {
	var found []handler
	scope := e.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		o, ok := scope.Lookup(name).(*types.TypeName)
		if !ok || o.IsAlias() || types.IsInterface(o.Type()) || e.inTest(o) || e.isGenerated(o.Pos()) {
			continue
		}
		for _, s := range e.known.services {
			found = append(found, e.serves(o, s)...)
		}
	}
	return found
}

// serves returns the methods of a type that serve a service, those of this package.
func (e *engine) serves(o *types.TypeName, s *service) []handler {
	ptr := types.NewPointer(o.Type())
	var found []handler
	for i := range s.descriptor.Methods().Len() {
		m := s.descriptor.Methods().Get(i)
		object, _, _ := types.LookupFieldOrMethod(ptr, true, e.pass.Pkg, camelCase(string(m.Name())))
		f, ok := object.(*types.Func)
		if !ok || !isHandler(f.Signature(), m) {
			return nil
		}
		if f.Pkg() != e.pass.Pkg || e.inTest(f) || e.isGenerated(f.Pos()) {
			continue
		}
		if fn := e.pkg.Prog.FuncValue(f); fn != nil && len(fn.Blocks) > 0 {
			found = append(found, handler{fn, f, s, m})
		}
	}
	if len(found) > 0 && e.isOnlyClient(o.Type(), s) {
		return nil
	}
	return found
}

// isHandler reports whether a method may serve a service's, by the messages that its parameters and results have.
func isHandler(sig *types.Signature, m protoreflect.MethodDescriptor) bool {
	results := sig.Results().Len()
	if sig.Variadic() || results == 0 || !isError(sig.Results().At(results-1).Type()) {
		return false
	}
	if !m.IsStreamingClient() && !hasMessage(sig.Params(), m.Input()) {
		return false
	}
	if m.IsStreamingServer() {
		return results == 1
	}
	return results == 2 && hasMessage(sig.Results(), m.Output()) || results == 1 && m.IsStreamingClient()
}

func hasMessage(vars *types.Tuple, message protoreflect.MessageDescriptor) bool {
	name := goName(string(message.FullName()), string(message.FullName().Parent()))
	for v := range vars.Variables() {
		if mentions(v.Type(), name) {
			return true
		}
	}
	return false
}

// mentions reports whether a type is a named one, nested ones included, a pointer to it, or has it as an argument.
func mentions(t types.Type, name string) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return mentions(t.Elem(), name)
	case *types.Named:
		if own := t.Obj().Name(); own == name || strings.HasSuffix(own, "_"+name) {
			return true
		}
		for arg := range t.TypeArgs().Types() {
			if mentions(arg, name) {
				return true
			}
		}
	}
	return false
}

// isOnlyClient reports whether the package gives a type to a client's interface, and never to a handler's: a
// stand-in for another service has a handler's methods.
func (e *engine) isOnlyClient(t types.Type, s *service) bool {
	if e.boxes == nil {
		e.boxes = boxesOf(e.pkg)
	}
	boxes := e.boxes[typeID(t)]
	return len(boxes) == 1 && boxes[camelCase(string(s.descriptor.Name()))+"Client"]
}

// boxesOf returns the names of the interfaces that a package gives each type to, "" for those without a name.
func boxesOf(pkg *ssa.Package) map[string]map[string]bool {
	all := map[string]map[string]bool{}
	for _, fn := range functionsOf(pkg) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				box, ok := instr.(*ssa.MakeInterface)
				if !ok {
					continue
				}
				id, name := typeID(box.X.Type()), ""
				if named, ok := types.Unalias(box.Type()).(*types.Named); ok {
					name = named.Obj().Name()
				}
				if all[id] == nil {
					all[id] = map[string]bool{}
				}
				all[id][name] = true
			}
		}
	}
	return all
}
