// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// A wire is a way in which a caller asks, and is answered.
type wire struct {
	name  string
	http2 bool
	gzip  bool
	// method is called by Connect v1 in a way of the suite, or rest makes the request.
	method method
	way    suite.Way
	get    bool
	rest   func(base, name string) (*http.Request, error)
	// ownText says that the answer was written by a handler that knows nothing of errpact.
	ownText bool
}

func (w wire) isREST() bool { return w.rest != nil }

// A method is a procedure, which a server stream may also fail after a message.
type method struct {
	name, procedure string
	later           bool
}

var methods = []method{
	{"unary", suite.Unary, false}, {"client", suite.ClientStream, false}, {"bidi", suite.BidiStream, false},
	{"server", suite.ServerStream, false}, {"server later", suite.ServerStream, true},
}

func (m method) call(ctx context.Context, client suite.Client, name string, header http.Header) error {
	all := headerOf(name)
	maps.Copy(all, header)
	if m.later {
		all.Set(suite.SendFirst, "yes")
	}
	return suite.Call(ctx, client, m.procedure, all)
}

// wires are all of them: protocols, codecs, kinds of method and versions of HTTP, plain, and in gzip
// where that changes an error's bytes.
func wires() (all []wire) {
	all = plainWires()
	for _, w := range all {
		w.gzip = true
		w.name = strings.TrimSuffix(w.name, "/plain") + "/gzip"
		if w.zipsErrors() {
			all = append(all, w)
		}
	}
	return all
}

func plainWires() (all []wire) {
	for _, p := range protocols {
		way, _ := stacks[0].way(p.protocol, p.json)
		for _, m := range methods {
			if m.name == "bidi" && !p.http2 || p.get && m.name != "unary" {
				continue
			}
			all = append(all, wire{name: p.name + "/" + m.name + "/plain", http2: p.http2, method: m, way: way, get: p.get})
		}
	}
	for _, r := range restRequests {
		all = append(all, wire{name: "rest/" + r.name + "/plain", http2: r.http2, rest: r.request, ownText: r.name == "text"})
	}
	return all
}

// fewWires have each protocol and each kind of method once: for tests of what comes before the wire.
func fewWires() (all []wire) {
	few := []string{
		"connect/proto/http1/unary", "connect/json/http2/server later", "connect/get/http1/unary", "grpc/proto/http2/bidi",
		"grpc/proto/http2/unary", "grpcweb/json/http2/client", "rest/get", "rest/own",
	}
	for _, w := range plainWires() {
		if slices.Contains(few, strings.TrimSuffix(w.name, "/plain")) {
			all = append(all, w)
		}
	}
	return all
}

var protocols = []struct {
	name, protocol   string
	json, http2, get bool
}{
	{"connect/proto/http1", suite.Connect, false, false, false},
	{"connect/json/http2", suite.Connect, true, true, false},
	{"connect/get/http1", suite.Connect, false, false, true},
	{"grpc/proto/http2", suite.GRPC, false, true, false},
	{"grpcweb/json/http2", suite.GRPCWeb, true, true, false},
}

// everyWire runs a test for each of some wires, at the same time.
func everyWire(t *testing.T, st stack, to suite.Server, wires []wire, test func(*testing.T, *caller)) {
	t.Helper()
	for _, w := range st.speaks(wires) {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			c := newCaller(t, to, w)
			c.stack = st.name
			test(t, c)
		})
	}
}

// want is what a caller should get.
type want struct {
	mapping.Code
	// connectCode, status and message are those of Code where they are not given.
	connectCode connect.Code
	status      int
	message     string
	// inREST is what REST callers get in place of Code: an RPC client has to infer it.
	inREST mapping.Code
	// stacks are those on which it is so, by name; nil for all. What it is on others, another row says.
	stacks []string
}

// on is what a caller gets on some stacks alone.
func (w want) on(stacks ...string) want {
	w.stacks = stacks
	return w
}

func (w want) isFor(stack string) bool { return w.stacks == nil || slices.Contains(w.stacks, stack) }

func (w want) check(t testing.TB, name string, a answer) {
	t.Helper()
	if a.rest && w.inREST != (mapping.Code{}) {
		w.Code = w.inREST
	}
	connectCode, status, message := uint32(w.connectCode), w.status, w.message
	if connectCode == 0 {
		connectCode = uint32(w.ConnectCode())
	}
	if status == 0 {
		status = w.HTTPStatus()
	}
	if message == "" {
		message = w.Message()
	}
	if a.ownText {
		connectCode, status, message, w.Code = 2, http.StatusInternalServerError, unknown.Message(), unknown.Code
	}
	switch {
	case a.err != nil:
		t.Errorf("%s: no answer: %v", name, a.err)
	case a.number != w.Number() || a.message != message || a.reason != w.Reason() && !a.rest:
		t.Errorf("%s: the caller got %d %s %q, want %d %s %q", name, a.number, a.reason, a.message, w.Number(), w.Reason(), message)
	case a.rest && a.status != status:
		t.Errorf("%s: the caller got HTTP %d, want %d", name, a.status, status)
	case !a.rest && a.connectCode != connectCode:
		t.Errorf("%s: the caller got code %d, want %d", name, a.connectCode, connectCode)
	}
}
