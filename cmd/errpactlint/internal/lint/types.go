// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

const (
	rootPath         = "github.com/errpact/errpact"
	mappingPath      = rootPath + "/mapping"
	builtinCatalogue = "errpact.v1.ErrorCode"
	statusPath       = "google.golang.org/grpc/status"
)

var connectPaths = []string{"connectrpc.com/connect", "connectrpc.com/connect/v2"}

// backoffPaths are those of packages whose Retry returns what is inside a PermanentError.
var backoffPaths = []string{
	"github.com/cenkalti/backoff", "github.com/cenkalti/backoff/v3", "github.com/cenkalti/backoff/v4", "github.com/cenkalti/backoff/v5",
}

var errorInterface = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// isType reports whether a type, or what it points to, is a named one of one of the packages.
func isType(t types.Type, name string, paths ...string) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	return named.Obj().Name() == name && slices.Contains(paths, named.Obj().Pkg().Path())
}

// isErrpactError reports whether a type is *mapping.Error.
func isErrpactError(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok && isType(t, "Error", mappingPath)
}

func isCode(t types.Type) bool {
	_, isPointer := types.Unalias(t).(*types.Pointer)
	return !isPointer && isType(t, "Code", mappingPath)
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// isError reports whether a type implements error.
func isError(t types.Type) bool { return types.Implements(t, errorInterface) }

func canBeError(t types.Type) bool { return isError(t) || isCode(t) }

// holdsError reports whether a value of a type may hold an error that the linter follows.
func holdsError(t types.Type) bool { return canBeError(t) || types.IsInterface(t) && isError(t) }

func hasMethod(t types.Type, name string) bool {
	o, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := o.(*types.Func)
	return ok
}

// errorResults returns the indices of the results that hold errors.
func errorResults(sig *types.Signature) []int {
	var found []int
	for i := range sig.Results().Len() {
		if canBeError(sig.Results().At(i).Type()) {
			found = append(found, i)
		}
	}
	return found
}

// isErrorFunc reports whether a type is that of functions that return an error.
func isErrorFunc(t types.Type) bool {
	sig, ok := t.Underlying().(*types.Signature)
	return ok && len(errorResults(sig)) > 0
}

// calleeName returns "errors.Is", or "(*database/sql.Row).Scan" for a method; "" for what is not known before it runs.
func calleeName(c *ssa.CallCommon) string {
	if f := calleeObject(c); f != nil {
		return f.FullName()
	}
	return ""
}

// unbound returns a call of a method value as a call of the method itself.
func unbound(c *ssa.CallCommon) *ssa.CallCommon {
	closure, ok := c.Value.(*ssa.MakeClosure)
	if !ok || !isBound(closure) {
		return c
	}
	receiver := closure.Bindings[0]
	for _, instr := range closure.Fn.(*ssa.Function).Blocks[0].Instrs {
		call, ok := instr.(*ssa.Call)
		switch {
		case !ok:
		case call.Call.IsInvoke():
			return &ssa.CallCommon{Value: receiver, Method: call.Call.Method, Args: c.Args}
		default:
			return &ssa.CallCommon{Value: call.Call.Value, Args: append([]ssa.Value{receiver}, c.Args...)}
		}
	}
	return c
}

// isBound reports whether a function value is a method with its receiver.
func isBound(closure *ssa.MakeClosure) bool {
	fn, ok := closure.Fn.(*ssa.Function)
	return ok && fn.Parent() == nil && len(closure.Bindings) == 1 && len(fn.Blocks) > 0
}

// calleeObject returns the declared function or method that is called, and nil for a dynamic call.
func calleeObject(c *ssa.CallCommon) *types.Func {
	fn := c.StaticCallee()
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	f, _ := fn.Object().(*types.Func)
	if f == nil {
		return nil
	}
	return f.Origin()
}

// asTypeOf returns T of a call of errors.AsType[T].
func asTypeOf(call *ssa.Call) types.Type {
	if results, ok := call.Type().(*types.Tuple); ok && results.Len() > 0 {
		return results.At(0).Type()
	}
	return call.Type()
}

func filterOfType(t types.Type) string {
	switch {
	case isErrpactError(t), isCode(t):
		return anyEntry
	case types.IsInterface(t):
		return ""
	}
	return "t" + typeID(t)
}

// targetFilter is the filter of the second argument of errors.As.
func (e *engine) targetFilter(target ssa.Value) string {
	if box, ok := target.(*ssa.MakeInterface); ok {
		target = box.X
	}
	if p, ok := target.Type().Underlying().(*types.Pointer); ok {
		return filterOfType(p.Elem())
	}
	return ""
}

// moduleOf returns the path of the module that is analysed.
func moduleOf(pass *analysis.Pass) string {
	if pass.Module != nil && pass.Module.Path != "" {
		return pass.Module.Path
	}
	first, _, _ := strings.Cut(pass.Pkg.Path(), "/")
	return first
}

func (e *engine) inModule(pkg *types.Package) bool { return pkg != nil && e.isOfModule(pkg.Path()) }

// isOfModule reports whether a package's path is in the module that is analysed.
func (e *engine) isOfModule(path string) bool {
	return path == e.module || strings.HasPrefix(path, e.module+"/")
}

// packageOf returns the package that declares a type.
func packageOf(t types.Type) *types.Package {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return nil
	}
	return named.Obj().Pkg()
}

// packageOfType returns the path of the package that declares a type.
func packageOfType(t types.Type) string {
	if pkg := packageOf(t); pkg != nil {
		return pkg.Path()
	}
	return ""
}
