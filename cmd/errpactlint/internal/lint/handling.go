// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/constant"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// handling says what a call does with an error that it gets.
type handling int

const (
	unknownHandling handling = iota
	keepsNothing
	returnsIt
)

// handling knows builtins, the methods of statuses, and packages that log errors or make others of them.
func (r *reach) handling(v ssa.Value, c *ssa.CallCommon) handling {
	if b, ok := c.Value.(*ssa.Builtin); ok {
		return ofBuiltin(b.Name())
	}
	if c.IsInvoke() {
		switch {
		case c.Value == v: // Error, GRPCStatus, Unwrap
			return returnsIt
		case isLog(c.Method, v, c.Args), isType(c.Value.Type(), "Span", "go.opentelemetry.io/otel/trace"):
			return keepsNothing
		}
		return unknownHandling
	}
	f := calleeObject(c)
	if f == nil || f.Pkg() == nil || f.Pkg() == r.pass.Pkg { // what this package's own do, their bodies say
		return unknownHandling
	}
	if f.Signature().Recv() == nil {
		return ofFunction(f, v, c)
	}
	switch {
	case isStatusType(v.Type()) && len(c.Args) > 0 && c.Args[0] == v:
		if slices.Contains([]string{"Err", "WithDetails", "WithDetail", "WithCause", "WithRemote", "Unwrap", "Code"}, f.Name()) {
			return returnsIt
		}
		return keepsNothing
	case isLog(f, v, c.Args), isCause(f), isCodeNumber(v.Type()) && f.Name() == "String":
		return keepsNothing
	}
	return unknownHandling
}

func ofBuiltin(name string) handling {
	switch name {
	case "append":
		return returnsIt
	case "print", "println", "len", "cap":
		return keepsNothing
	}
	return unknownHandling
}

// wraps finds the verb %w of a format, with flags, a width or an argument's index.
var wraps = regexp.MustCompile(`%[-+# 0-9.*\[\]]*w`)

// ofFunction knows functions that have no receiver.
func ofFunction(f *types.Func, v ssa.Value, c *ssa.CallCommon) handling {
	switch pkg := f.Pkg().Path(); {
	case f.FullName() == "fmt.Errorf":
		format, ok := c.Args[0].(*ssa.Const)
		if ok && format.Value != nil && !wraps.MatchString(strings.ReplaceAll(constant.StringVal(format.Value), "%%", "")) {
			return keepsNothing
		}
		return returnsIt
	case pkg == "fmt", isLog(f, v, c.Args):
		return keepsNothing
	case slices.Contains(wrapping, pkg), slices.Contains(connectPaths, pkg):
		return returnsIt
	}
	return unknownHandling
}

// wrapping are packages whose functions read an error, return one made of it, or store it in one of targets.
var wrapping = []string{"errors", statusPath, "github.com/pkg/errors", "go.uber.org/multierr"}

// targets are functions that store an error through a pointer, with the pointer's place among the arguments.
var targets = map[string]int{"errors.As": 1, "github.com/pkg/errors.As": 1, "go.uber.org/multierr.AppendInto": 0}

// isStatusType reports whether a type is that of a gRPC status or a Connect error.
func isStatusType(t types.Type) bool {
	return isType(t, "Status", statusPath, "google.golang.org/grpc/internal/status") || isType(t, "Error", connectPaths...)
}

// isCodeNumber reports whether a type is that of a Connect or gRPC code.
func isCodeNumber(t types.Type) bool {
	_, isPointer := types.Unalias(t).(*types.Pointer)
	return !isPointer && isType(t, "Code", append([]string{"google.golang.org/grpc/codes"}, connectPaths...)...)
}

// isMapped reports whether a code decides on an answer: it is compared with several, also if it is asked for each time,
// or read where a response is written.
func isMapped(code ssa.Value) bool {
	compared := 0
	for _, same := range again(code) {
		for _, by := range *same.Referrers() {
			if _, ok := by.(*ssa.BinOp); ok {
				compared++
			}
		}
	}
	return compared > 1 || writesResponse(code.Parent())
}

// again returns a value, and the others that are read from the same variable, or are results of the same function for
// the same argument.
func again(v ssa.Value) []ssa.Value {
	all := []ssa.Value{v}
	switch v := v.(type) {
	case *ssa.UnOp:
		for _, by := range referrersOf(v.X) {
			if load, ok := by.(*ssa.UnOp); ok && load != v {
				all = append(all, load)
			}
		}
	case *ssa.Call:
		if len(v.Call.Args) != 1 {
			return all
		}
		for _, arg := range again(v.Call.Args[0]) {
			for _, by := range referrersOf(arg) {
				call, ok := by.(*ssa.Call)
				if ok && call != v && call.Call.Value == v.Call.Value && len(call.Call.Args) == 1 {
					all = append(all, call)
				}
			}
		}
	}
	return all
}

// referrersOf returns the uses of a value in its function, and none of what is not of one function.
func referrersOf(v ssa.Value) []ssa.Instruction {
	if by := v.Referrers(); by != nil {
		return *by
	}
	return nil
}

// writesResponse reports whether a function, or one around it, has what answers a REST caller: net/http's writer, or
// the context of a framework.
func writesResponse(fn *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		for _, p := range fn.Params {
			if hasMethod(p.Type(), "WriteHeader") || hasMethod(p.Type(), "JSON") {
				return true
			}
		}
	}
	return false
}

// isCause reports whether a method keeps an error as the cause of an entry, which no caller gets.
func isCause(f *types.Func) bool {
	return slices.Contains([]string{"(" + mappingPath + ".Code).Wrap", "(*" + mappingPath + ".Error).Wrap"}, f.FullName())
}

// logging are packages that write what they get, and keep nothing of it.
var logging = []string{
	"log", "log/slog", "testing", "github.com/golang/glog", "k8s.io/klog", "k8s.io/klog/v2", "github.com/go-logr/logr",
	"github.com/sirupsen/logrus", "go.uber.org/zap", "go.uber.org/zap/zapcore", "github.com/rs/zerolog", "github.com/rs/zerolog/log",
	"google.golang.org/grpc/grpclog", "github.com/hashicorp/go-hclog", "github.com/go-kit/log", "github.com/go-kit/kit/log",
}

// isLog reports whether a function logs a value. It is of a package that does nothing else; or it has the name, returns
// nothing, and is a method of a logger, or the value is among its last arguments, which may be anything.
func isLog(f *types.Func, v ssa.Value, args []ssa.Value) bool {
	if f.Pkg() != nil && slices.Contains(logging, f.Pkg().Path()) {
		return true
	}
	sig := f.Signature()
	if sig.Results().Len() > 0 || !isLogName(f.Name()) {
		return false
	}
	if recv := sig.Recv(); recv != nil && strings.HasSuffix(typeID(recv.Type()), "Logger") {
		return true
	}
	if !sig.Variadic() || args[len(args)-1] != v {
		return false
	}
	last := sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice)
	any, ok := last.Elem().Underlying().(*types.Interface)
	return ok && any.Empty()
}

// isLogName reports whether a name is that of a level, as package log, slog, zap and logrus have it.
func isLogName(name string) bool {
	for _, end := range []string{"Context", "Ctx", "ln", "f", "w"} {
		if short, ok := strings.CutSuffix(name, end); ok {
			name = short
			break
		}
	}
	return slices.Contains([]string{"Trace", "Debug", "Info", "Notice", "Warn", "Warning", "Error", "Fatal", "Panic", "Print", "Log"}, name)
}
