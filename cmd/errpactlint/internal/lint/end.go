// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

const grpcPath = "google.golang.org/grpc"

// isEnd reports whether the results of a function go to a command line, or to the program that makes a call, and whoever
// else calls the function is in sight.
func (r *reach) isEnd(fn *ssa.Function) bool {
	end, ok := r.ends[fn]
	if !ok {
		end = r.findEnd(fn)
		r.ends[fn] = end
	}
	return end
}

func (r *reach) findEnd(fn *ssa.Function) bool {
	if r.uses.flags[fn] && !r.uses.taken[fn] && !r.uses.isForOthers(fn) {
		return true
	}
	for p := range fn.Signature.Params().Variables() {
		if isType(p.Type(), "UnaryInvoker", grpcPath) || isType(p.Type(), "Streamer", grpcPath) || isCommand(p.Type()) {
			return true
		}
	}
	recv := fn.Signature.Recv()
	f, ok := fn.Object().(*types.Func)
	if recv == nil || !ok {
		return false
	}
	switch t := recv.Type(); f.Name() {
	case "GetRequestMetadata":
		return hasMethod(t, "RequireTransportSecurity")
	case "Send", "Recv", "SendMsg", "RecvMsg", "Header", "CloseSend", "CloseAndRecv":
		return hasMethod(t, "CloseSend") && hasMethod(t, "RecvMsg") && !isServerStream(t)
	case "Receive", "CloseRequest", "CloseResponse":
		return hasMethod(t, "CloseRequest") && hasMethod(t, "CloseResponse")
	default:
		return r.isClient(t, f)
	}
}

// isCommand reports whether a type is that of a command of the command line.
func isCommand(t types.Type) bool {
	return isType(t, "Command", "github.com/spf13/cobra") ||
		isType(t, "Context", "github.com/urfave/cli", "github.com/urfave/cli/v2") || isType(t, "Command", "github.com/urfave/cli/v3")
}

// isClient reports whether a method is one of a generated client's interface, of a type that stands for that client.
func (r *reach) isClient(t types.Type, f *types.Func) bool {
	named, ok := types.Unalias(pointee(t)).(*types.Named)
	if !ok {
		return false
	}
	sig := f.Signature()
	if sig.Variadic() {
		last := sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice)
		return isType(last.Elem(), "CallOption", grpcPath) && r.implementsClient(t, f.Name())
	}
	return slices.ContainsFunc(r.known.services, func(s *service) bool {
		return methodNamed(s.descriptor, f.Name()) != nil && r.isOnlyClient(named, s)
	})
}

// implementsClient reports whether a type has all methods of a generated client's interface that has a method.
func (r *reach) implementsClient(t types.Type, method string) bool {
	for _, p := range append([]*types.Package{r.pass.Pkg}, r.pass.Pkg.Imports()...) {
		for _, name := range p.Scope().Names() {
			o, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok || !types.IsInterface(o.Type()) || r.known.client(o.Type(), method) == nil {
				continue
			}
			if types.Implements(t, o.Type().Underlying().(*types.Interface)) {
				return true
			}
		}
	}
	return false
}

func pointee(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}
