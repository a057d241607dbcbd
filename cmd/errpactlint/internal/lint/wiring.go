// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

const interceptorPath = rootPath + "/interceptor"

// wiring reports lists of interceptors in which errpact's has a wrong place, a rest.Handler without the policy
// that the server's interceptor has, and policies that fail or report nothing unnoticed. Package wiringtest sees more, at run time.
func (e *engine) wiring(r *reporter) {
	var handlers, policies []*ssa.Call
	for _, fn := range functionsOf(e.pkg) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				switch name := calleeName(call.Common()); {
				case name == interceptorPath+"/rest.Handler":
					if !hasPolicy(e.spread(call.Call.Args)) {
						handlers = append(handlers, call)
					}
				case name == mappingPath+".NewPolicy":
					ignoredError(r, call)
				case name == mappingPath+".WithReport":
					silence(r, call)
				case isNew(name):
					if hasPolicy(e.spread(call.Call.Args)) {
						policies = append(policies, call)
					}
				case isChain(name):
					e.chain(r, call)
				}
			}
		}
	}
	if len(handlers) == 0 || len(policies) == 0 {
		return
	}
	u := usesOf(e.pkg)
	if !slices.ContainsFunc(policies, func(call *ssa.Call) bool { return !e.isOnlyForClients(call, u) }) {
		return
	}
	for _, call := range handlers {
		r.add(finding{id: "wiring", pos: call.Pos(), text: "rest.Handler has the default policy, and the interceptor another: add rest.WithPolicy(policy)"})
	}
}

// ignoredError reports a policy whose error nobody reads.
func ignoredError(r *reporter, call *ssa.Call) {
	for _, user := range *call.Referrers() {
		if result, ok := user.(*ssa.Extract); ok && result.Index == 1 && len(*result.Referrers()) > 0 {
			return
		}
	}
	r.add(finding{id: "wiring", pos: call.Pos(), text: "NewPolicy's error is ignored: the policy is nil then, and the default one serves, without your catalogues and rules: end the program with the error"})
}

// silence reports a policy without reports.
func silence(r *reporter, call *ssa.Call) {
	if c, ok := call.Call.Args[0].(*ssa.Const); ok && c.IsNil() {
		r.add(finding{id: "wiring", pos: call.Pos(), text: "WithReport(nil) silences all reports, so that no log has the cause of an error: leave it out, or write WithReport(mapping.LogReport)"})
	}
}

func isNew(name string) bool {
	switch name {
	case interceptorPath + ".New", interceptorPath + "/grpcgo.New", interceptorPath + "/connectv2.NewServerInterceptor":
		return true
	}
	return false
}

func isChain(name string) bool {
	for _, p := range connectPaths {
		if name == p+".WithInterceptors" {
			return true
		}
	}
	return name == connectPaths[1]+".NewServer" || name == "google.golang.org/grpc.ChainUnaryInterceptor" || name == "google.golang.org/grpc.ChainStreamInterceptor"
}

// hasPolicy reports whether options have a WithPolicy, or may have one.
func hasPolicy(args []ssa.Value) bool {
	for _, a := range args {
		switch a := a.(type) {
		case *ssa.Slice: // options that are made elsewhere
			return true
		case *ssa.Call:
			if name := calleeName(a.Common()); name == "" || strings.HasSuffix(name, ".WithPolicy") {
				return true
			}
		case *ssa.MakeInterface, *ssa.Parameter, *ssa.Phi:
			if !types.IsInterface(a.Type()) || !isHTTP(a.Type()) {
				return true
			}
		}
	}
	return false
}

func isHTTP(t types.Type) bool { return isType(t, "Handler", "net/http") }

// chain looks at one list, the outermost first.
func (e *engine) chain(r *reporter, call *ssa.Call) {
	failing, own := "", 0
	for _, a := range e.spread(call.Call.Args) {
		v := made(a)
		if c, ok := v.(*ssa.Call); ok && isNew(calleeName(c.Common())) {
			if own++; own == 2 {
				r.add(finding{id: "wiring", pos: call.Pos(), text: "the list has errpact's interceptor twice: keep the outermost"})
			}
			if failing != "" && own == 1 {
				r.add(finding{id: "wiring", pos: call.Pos(), text: failing + " can fail outside errpact's interceptor: put it after errpact's"})
			}
			continue
		}
		if name := e.fails(a, 0); name != "" && failing == "" {
			failing = name
		}
	}
}

// made looks through conversions and method values.
func made(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.MakeClosure:
			if !isBound(x) {
				return v
			}
			v = x.Bindings[0]
		default:
			return v
		}
	}
}

const maxCalleeDepth = 20

// fails names an interceptor that makes errors of its own; "" for one that makes none, or is not known.
func (e *engine) fails(v ssa.Value, depth int) string {
	if depth > maxCalleeDepth {
		return ""
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return e.fails(v.X, depth+1)
	case *ssa.ChangeInterface:
		return e.fails(v.X, depth+1)
	case *ssa.ChangeType:
		return e.fails(v.X, depth+1)
	case *ssa.Function:
		return e.failing(v)
	case *ssa.MakeClosure:
		return e.failing(unbound(&ssa.CallCommon{Value: v}).StaticCallee())
	case *ssa.Call:
		if strings.HasPrefix(calleeName(v.Common()), "connectrpc.com/validate.New") {
			return "connectrpc.com/validate"
		}
		if fn := v.Call.StaticCallee(); fn != nil && fn.Pkg == e.pkg {
			for _, r := range returnsOf(fn) {
				if len(r.Results) == 1 && e.fails(r.Results[0], depth+5) != "" {
					return fn.Name()
				}
			}
		}
	}
	for _, method := range []string{"WrapUnary", "WrapStreamingHandler"} {
		o, _, _ := types.LookupFieldOrMethod(v.Type(), true, e.pass.Pkg, method)
		if f, ok := o.(*types.Func); ok && f.Pkg() == e.pass.Pkg && e.failing(e.pkg.Prog.FuncValue(f.Origin())) != "" {
			return types.TypeString(v.Type(), types.RelativeTo(e.pass.Pkg))
		}
	}
	return ""
}

// failing names a function if it, or one in it that serves calls, makes errors.
func (e *engine) failing(fn *ssa.Function) string {
	if fn == nil || fn.Pkg != e.pkg {
		return ""
	}
	if sig := fn.Signature; sig.Params().Len() > 0 && isType(sig.Params().At(0).Type(), "Context", "context") {
		for _, index := range errorResults(sig) {
			for _, i := range e.returns(fn, index) {
				switch i.Kind {
				case entryKind, statusKind, plainKind, sentinelKind:
					return nameOf(fn)
				}
			}
		}
	}
	for _, inner := range fn.AnonFuncs {
		if e.failing(inner) != "" {
			return nameOf(fn)
		}
	}
	return ""
}

func nameOf(fn *ssa.Function) string {
	if fn.Parent() != nil {
		return "a function literal"
	}
	return fn.Name()
}
