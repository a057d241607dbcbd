// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// leak is a part of an error that a service without errpact tells its callers.
type leak struct {
	name string
	err  func() error
	// rpcOnly: net/http's handlers write texts alone.
	rpcOnly bool
}

var leaks = []leak{
	{"plain", func() error { return errSecret }, false},
	{"coded", func() error { return connect.NewError(connect.CodeInternal, errSecret) }, false},
	{"detail", func() error {
		e := connect.NewError(connect.CodeNotFound, errors.New("public"))
		e.AddDetail(detail(wrapperspb.String(canary)))
		return e
	}, true},
	{"header", func() error {
		e := connect.NewError(connect.CodeNotFound, errors.New("public"))
		e.Meta().Set("X-Own", canary)
		return e
	}, true},
	{"header-name", func() error {
		e := connect.NewError(connect.CodeNotFound, errors.New("public"))
		e.Meta().Set("X-"+canary, "1")
		return e
	}, true},
}

// TestG1TheSearchIsNotBlindOnAnyWire: without errpact each part of an error is found in the recorded
// bytes of each wire, so that where it is not found, it is not there.
func TestG1TheSearchIsNotBlindOnAnyWire(t *testing.T) {
	t.Parallel()
	answer := func(_ context.Context, name string) error {
		at := slices.IndexFunc(leaks, func(l leak) bool { return l.name == name })
		if at < 0 {
			return nil
		}
		return leaks[at].err()
	}
	server := serve(t, service{answer: answer, bare: true}.handler(t))
	everyWire(t, server.URL, wires(), func(t *testing.T, c *caller) {
		zipped := false
		for _, l := range leaks {
			a := c.call(t.Context(), l.name)
			if l.rpcOnly && c.wire.netHTTP() {
				continue
			}
			if a.ok || !leaked(a.raw) {
				t.Errorf("%s: not found in\n%q", l.name, a.raw)
			}
			zipped = zipped || bytes.Contains(a.raw, gzipMagic)
		}
		if a := c.call(t.Context(), success); !a.ok || leaked(a.raw) {
			t.Errorf("a success is %+v", a)
		}
		if zipped != c.wire.zipsErrors() {
			t.Errorf("gzip in the answers: %t", zipped)
		}
	})
}

// netHTTP says that no RPC framework is behind the wire.
func (w wire) netHTTP() bool {
	return strings.HasPrefix(w.name, "rest/own/") || strings.HasPrefix(w.name, "rest/text/")
}

// zipsErrors says where gzip is in an answer: not where the error is in headers or trailers alone, and
// Connect does not compress the errors of its unary calls.
func (w wire) zipsErrors() bool {
	kind, method, _ := strings.Cut(w.name, "/")
	switch {
	case !w.gzip || strings.Contains(method, "/unary/"):
		return false
	case kind == "rest", kind == "connect":
		return true
	}
	return strings.Contains(method, "/bidi/") || strings.Contains(method, "/server later/")
}
