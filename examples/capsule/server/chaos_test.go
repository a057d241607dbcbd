// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/examples/capsule/store"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// withHeader is the call, with a header.
func withHeader(call call, name, value string) call {
	return func(ctx context.Context, client capsulev1connect.FolderServiceClient, folder string) error {
		ctx, info := connect.NewClientContext(ctx)
		info.RequestHeader().Set(name, value)
		return call(ctx, client, folder)
	}
}

// chaosCases are a panic and an error that nobody mapped, in a call and in a stream of each kind.
func chaosCases() []errorCase {
	var cases []errorCase
	for _, fault := range []string{"panic", "leak"} {
		for name, call := range map[string]call{
			"call": list(1, 0), "server stream": watch, "client stream": uploadMedia("media/back.jpg"), "bidi stream": compareMedia(frontSHA256),
		} {
			cases = append(cases, errorCase{
				name: fault + " in a " + name, call: withHeader(call, "X-Chaos", fault), bidi: true,
				want: errpactv1err.Unknown, number: 0, status: 500, connect: connect.CodeUnknown,
				message: "Unknown server side error occurred", details: "null",
			})
		}
	}
	return cases
}

// TestChaosIsOpaque: whatever goes wrong in a handler, its caller sees one fixed text.
func TestChaosIsOpaque(t *testing.T) {
	c := start(t, server.Config{Chaos: true})
	folder := c.folder()
	for _, tc := range chaosCases() {
		t.Run(tc.name, func(t *testing.T) {
			for _, w := range wires {
				w.http2 = true
				t.Run(w.name, func(t *testing.T) { tc.checkRPC(t, c, w, "demo-admin", folder) })
			}
		})
	}
	rest := errorCase{want: errpactv1err.Unknown, status: 500, message: "Unknown server side error occurred", details: "null"}
	for _, fault := range []string{"panic", "leak"} {
		req := c.request("GET", "/api/folders", "demo-admin", "")
		req.Header.Set("X-Chaos", fault)
		rest.checkREST(t, c, req)
	}
}

// TestAConflictHasItsOwnText: a Connect error without an entry keeps its status and its message.
func TestAConflictHasItsOwnText(t *testing.T) {
	c := start(t, server.Config{Chaos: true})
	conflict := errorCase{want: errpactv1err.InvalidValue, number: 4, status: 409, message: "another request is changing the folder", details: "null"}
	req := c.request("GET", "/api/folders", "demo-admin", "")
	req.Header.Set("X-Chaos", "conflict")
	conflict.checkREST(t, c, req)
}

// TestASleepingHandlerIsEnded: its time is the request's own, and not some dependency's.
func TestASleepingHandlerIsEnded(t *testing.T) {
	c := start(t, server.Config{Chaos: true, CallTimeout: 20 * time.Millisecond, StreamTimeout: 20 * time.Millisecond})
	for name, call := range map[string]call{"call": list(1, 0), "stream": watch} {
		for _, w := range wires {
			err := withHeader(call, "X-Chaos", "sleep")(t.Context(), c.typedClient(w, "demo-admin"), "f")
			if connect.CodeOf(err) != connect.CodeDeadlineExceeded || !connect.IsWireError(err) {
				t.Errorf("%s over %s: %v, want the server's deadline_exceeded", name, w.name, err)
			}
		}
	}
}

// TestChaosIsOff where nobody turned it on, and for who is on another machine.
func TestChaosIsOff(t *testing.T) {
	c := start(t, server.Config{})
	err := withHeader(list(1, 0), "X-Chaos", "leak")(t.Context(), c.client(wires[0], "demo-admin"), "")
	if err != nil {
		t.Errorf("X-Chaos without -chaos: %v", err)
	}
	db, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "capsule.db"), time.Second)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	handler, err := server.New(server.Config{Store: db, Chaos: true})
	must(t, err)
	for _, caller := range []struct {
		addr, proxied string
		status        int
	}{
		{"127.0.0.1:5000", "", 500},
		{"[::1]:5000", "", 500},
		{"127.0.0.1:5000", "192.0.2.7", 200},
		{"192.0.2.7:5000", "", 200},
		{"[2001:db8::7]:5000", "", 200},
		{"", "", 200},
	} {
		req := httptest.NewRequest(http.MethodGet, "/api/folders", nil)
		req.RemoteAddr = caller.addr
		req.Header.Set("X-Chaos", "leak")
		req.Header.Set("Authorization", "Bearer demo-admin")
		if caller.proxied != "" {
			req.Header.Set("X-Forwarded-For", caller.proxied)
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, req)
		if answer.Code != caller.status || bytes.Contains(answer.Body.Bytes(), []byte("canary")) {
			t.Errorf("a caller from %q for %q gets %d %s, want %d", caller.addr, caller.proxied, answer.Code, answer.Body, caller.status)
		}
	}
}

// TestThereIsNoAnalyzerByDefault: one that is not configured is not there.
func TestThereIsNoAnalyzerByDefault(t *testing.T) {
	c := startWith(t, server.Config{}, func(config server.Config) (http.Handler, error) {
		config.Analyzer = nil
		return server.New(config)
	})
	err := analyse("QUALITY")(t.Context(), c.typedClient(wires[0], "demo-admin"), c.folder())
	if !errors.Is(err, errpactv1err.ExternalServiceUnreachable) {
		t.Errorf("StartAnalysis = %v, want UNREACHABLE", err)
	}
}
