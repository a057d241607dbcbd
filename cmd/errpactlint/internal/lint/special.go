// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package lint

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// special knows the functions that this package makes, wraps and reads errors with.
func (e *engine) special(f *types.Func, c *ssa.CallCommon, site *ssa.Call, index int) (set, bool) {
	arg := func(i int) set {
		if i >= len(c.Args) {
			return set{}
		}
		return e.at(c.Args[i], site.Block()).made(site.Pos())
	}
	name := f.FullName()
	if s, ok := e.ofErrpact(name, c, site, index, arg); ok {
		return s, true
	}
	pkg := ""
	if f.Pkg() != nil {
		pkg = f.Pkg().Path()
	}
	switch {
	case name == "errors.New":
		return newSet(Item{Kind: plainKind, ID: name, pos: site.Pos()}), true
	case name == "fmt.Errorf":
		return e.errorf(c, site), true
	case name == "errors.Join":
		return e.joined(c.Args, site), true
	case name == "errors.Unwrap":
		return arg(0), true
	case name == "errors.AsType":
		return e.ofType(arg(0), asTypeOf(site)), true
	case name == "(*"+grpcPath+".ClientConn).Invoke":
		return newSet(Item{Kind: remoteKind, ID: shortName(name), pos: site.Pos()}, Item{Kind: nilKind}), true
	case slices.Contains(neverFail, name):
		return newSet(Item{Kind: nilKind}), true
	case name == "context.Cause":
		return newSet(Item{Kind: callerKind}, Item{Kind: elsewhereKind, ID: name, pos: site.Pos()}), true
	case pkg == statusPath && slices.Contains([]string{"Err", "Error", "Errorf", "ErrorProto"}, f.Name()), name == "(*"+statusPath+".Status).Err",
		name == "(*google.golang.org/grpc/internal/status.Status).Err":
		return newSet(Item{Kind: statusKind, ID: shortName(name), pos: site.Pos()}), true
	case strings.HasPrefix(pkg, connectPaths[0]):
		return e.ofConnect(f, c, site)
	case name == "(*golang.org/x/sync/errgroup.Group).Wait":
		return e.group(c.Args[0], site), true
	}
	return nil, false
}

// neverFail are functions whose documentation says that their error is always nil.
var neverFail = []string{
	"(*bytes.Buffer).Write", "(*bytes.Buffer).WriteString", "(*bytes.Buffer).WriteByte", "(*bytes.Buffer).WriteRune",
	"(*strings.Builder).Write", "(*strings.Builder).WriteString", "(*strings.Builder).WriteByte", "(*strings.Builder).WriteRune",
	"crypto/rand.Read",
}

// ofErrpact knows package mapping.
func (e *engine) ofErrpact(name string, c *ssa.CallCommon, site *ssa.Call, index int, arg func(int) set) (set, bool) {
	_, method, isCodeMethod := cutMethod(name, "("+mappingPath+".Code).")
	_, onError, isErrorMethod := cutMethod(name, "(*"+mappingPath+".Error).")
	switch {
	case name == "(*"+mappingPath+".Catalogue).Code":
		return e.ofCatalogue(c, site), true
	case name == mappingPath+".From":
		return arg(0).only([]string{anyEntry}), true
	case name == mappingPath+".CodeOf", isErrorMethod && onError == "Code":
		return arg(0).only([]string{anyEntry}).each(withoutReason), true
	case isCodeMethod && method == "WithReason":
		return withReason(arg(0), c.Args[1], site), true
	case isErrorMethod && onError == "Relay":
		return newSet(Item{Kind: relayKind, pos: site.Pos()}), true
	case isErrorMethod && onError == "Unwrap":
		return opened("(*mapping.Error).Unwrap", site.Pos()), true
	case isCodeMethod, isErrorMethod:
		if index == 0 && canBeError(c.Signature().Results().At(0).Type()) {
			return arg(0).without(nilKind), true
		}
	}
	return nil, false
}

func cutMethod(name, receiver string) (string, string, bool) {
	method, ok := strings.CutPrefix(name, receiver)
	return receiver, method, ok
}

// ofCatalogue is an entry of a catalogue's variable.
func (e *engine) ofCatalogue(c *ssa.CallCommon, site *ssa.Call) set {
	name := e.catalogueName(c.Args[0])
	number, ok := c.Args[1].(*ssa.Const)
	if name == "" || !ok || number.Value == nil || number.Value.Kind() != constant.Int {
		return opened("a catalogue's Code with a number that is not constant", site.Pos())
	}
	return newSet(Item{Kind: entryKind, ID: entryID(name, number.Int64(), "")})
}

func withReason(s set, reason ssa.Value, site *ssa.Call) set {
	c, ok := reason.(*ssa.Const)
	return s.each(func(i Item) (Item, bool) {
		if i.Kind == entryKind && ok && c.Value != nil {
			id, _, _ := strings.Cut(i.ID, "/")
			i.ID = id + "/" + constant.StringVal(c.Value)
		}
		return i, true
	})
}

func withoutReason(i Item) (Item, bool) {
	if i.Kind == entryKind {
		i.ID, _, _ = strings.Cut(i.ID, "/")
	}
	return i, true
}

// errorf is what %w wraps, or else a plain error.
func (e *engine) errorf(c *ssa.CallCommon, site *ssa.Call) set {
	format, ok := c.Args[0].(*ssa.Const)
	if !ok || format.Value == nil || strings.Contains(constant.StringVal(format.Value), "%w") {
		out := e.joined(c.Args[1:], site).without(nilKind).each(func(i Item) (Item, bool) {
			if i.Kind == paramKind {
				i.Not = insert(i.Not, isNil)
			}
			return i, true
		})
		if _, isPassedOn := c.Args[1].(*ssa.Parameter); isPassedOn { // there may be no error among them
			out.add(Item{Kind: plainKind, ID: "fmt.Errorf", pos: site.Pos()})
		}
		if len(out) > 0 {
			return out
		}
	}
	return newSet(Item{Kind: plainKind, ID: "fmt.Errorf", pos: site.Pos()})
}

// joined is an error that wraps all errors among its arguments. Where one of them is always there, the others are seen
// through it: an entry decides for itself, and a sentinel may have a rule.
func (e *engine) joined(args []ssa.Value, site *ssa.Call) set {
	out := set{}
	var always []Item
	for _, a := range e.spread(args) {
		var s set
		box, isBox := a.(*ssa.MakeInterface)
		switch _, isSlice := a.Type().Underlying().(*types.Slice); {
		case isSlice:
			s = e.elements(a, site)
		case isBox && canBeError(box.X.Type()):
			s = e.boxed(box)
		case canBeError(a.Type()):
			s = e.at(a, site.Block())
		}
		if len(s) == 1 {
			always = append(always, s.sorted()...)
		}
		out.addAll(s.made(site.Pos()))
	}
	for _, i := range always {
		switch i.Kind {
		case entryKind:
			out = out.each(func(i Item) (Item, bool) { return i, i.Kind == entryKind })
		case sentinelKind:
			filter, _ := filterOf(i)
			out = out.via(filter)
		}
	}
	return out
}

// ofConnect knows connect-go's errors and streams, of both versions.
func (e *engine) ofConnect(f *types.Func, c *ssa.CallCommon, site *ssa.Call) (set, bool) {
	recv := f.Signature().Recv()
	if recv == nil {
		if !strings.HasPrefix(f.Name(), "NewError") && !strings.HasPrefix(f.Name(), "NewWireError") && f.Name() != "Errorf" {
			return nil, false
		}
		out := set{}
		for _, a := range e.spread(c.Args) {
			if canBeError(a.Type()) {
				out.addAll(e.at(a, site.Block()).only([]string{anyEntry}).each(func(i Item) (Item, bool) { return i, i.Kind == entryKind }))
			}
		}
		if len(out) == 0 {
			out.add(Item{Kind: statusKind, ID: "connect." + f.Name(), pos: site.Pos()})
		}
		return out, true
	}
	t := typeID(recv.Type())
	switch {
	case strings.Contains(t, "ForClient"), strings.Contains(t, ".Client["), strings.Contains(t, "ClientConn"):
		return newSet(Item{Kind: remoteKind, ID: shortName(f.FullName()), pos: site.Pos()}, Item{Kind: nilKind}), true
	case strings.Contains(t, "Stream"), strings.Contains(t, "Conn"):
		return newSet(Item{Kind: callerKind}, Item{Kind: nilKind}), true
	}
	return nil, false
}

// ofInterface knows clients, streams and contexts.
func (e *engine) ofInterface(c *ssa.CallCommon, site *ssa.Call) (set, bool) {
	t := c.Value.Type()
	callers := newSet(Item{Kind: callerKind}, Item{Kind: nilKind})
	switch {
	case isType(t, "Context", "context"):
		return callers, true
	case isClientStream(t), isType(t, "ClientConnInterface", grpcPath), e.known.client(t, c.Method.Name()) != nil:
		return newSet(Item{Kind: remoteKind, ID: callText(c), pos: site.Pos()}, Item{Kind: nilKind}), true
	case isServerStream(t):
		return callers, true
	case isOneOf(packageOfType(t), drivers), isOneOf(packageOfType(t), networks):
		return newSet(Item{Kind: plainKind, ID: "(" + typeID(t) + ")." + c.Method.Name(), pos: site.Pos()}, Item{Kind: nilKind}), true
	case isError(t) && c.Method.Name() == "Unwrap":
		return e.at(c.Value, site.Block()), true
	}
	return nil, false
}

func isServerStream(t types.Type) bool {
	return hasMethod(t, "SetTrailer") && hasMethod(t, "SendMsg") ||
		strings.HasSuffix(typeID(t), "ServerStream") || strings.HasSuffix(typeID(t), ".StreamingHandlerConn")
}

func isClientStream(t types.Type) bool {
	return hasMethod(t, "CloseSend") && hasMethod(t, "RecvMsg") || strings.HasSuffix(typeID(t), "ClientStream") && !isServerStream(t)
}

// shortName is a function's name with its package's name alone: "(*sql.Row).Scan".
func shortName(full string) string {
	at := strings.LastIndexByte(full, '/')
	if at < 0 {
		return full
	}
	start := strings.LastIndexAny(full[:at], "(*") + 1
	return full[:start] + full[at+1:]
}
