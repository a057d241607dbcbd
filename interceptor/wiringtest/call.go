// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiringtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// serve starts a server on loopback that speaks HTTP/1.1 and HTTP/2 without TLS, until the test is over. It does not
// wait for handlers then.
func serve(t testing.TB, handler http.Handler) *url.URL {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("wiring: %v", err)
	}
	server := &http.Server{Handler: handler, Protocols: new(http.Protocols), ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Minute}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(listener) }() // until it is closed
	t.Cleanup(func() { _ = server.Close() })
	return &url.URL{Scheme: "http", Host: listener.Addr().String()}
}

// A caller calls a handler, and learns which parts of errpact its requests pass.
type caller struct {
	handler  http.Handler
	probe    atomic.Pointer[transport.Probe]
	server   *url.URL
	client   *http.Client
	patience time.Duration
}

func newCaller(t testing.TB, handler http.Handler, patience time.Duration) *caller {
	t.Helper()
	over := &http.Transport{Protocols: new(http.Protocols)}
	over.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(over.CloseIdleConnections)
	c := &caller{handler: handler, client: &http.Client{Transport: over, CheckRedirect: stay}, patience: patience}
	c.server = serve(t, c)
	return c
}

// stay takes a redirect for an answer.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// ServeHTTP implements [http.Handler]. Calls are made one after the other, and one that is given up keeps its probe.
func (c *caller) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.handler.ServeHTTP(w, r.WithContext(c.probe.Load().Context(r.Context())))
}

// An answer is what became of a request.
type answer struct {
	// passed has the parts of errpact that the request has passed, the outermost first.
	passed []transport.Passage
	// failed says why there is no answer.
	failed error
	status int
	header http.Header
	// code is the one of an RPC, with its message; 0 is a success, and -1 none.
	code    int
	message string
}

// rpc is a call of a procedure with an empty message.
func (c *caller) rpc(procedure string, change func(*http.Request)) answer {
	return c.do(http.MethodPost, procedure, "\x00\x00\x00\x00\x00", func(r *http.Request) {
		r.Header.Set("Content-Type", "application/grpc+proto")
		r.Header.Set("Te", "trailers")
		change(r)
	})
}

func (c *caller) do(method, path, body string, change func(*http.Request)) (a answer) {
	probe := new(transport.Probe)
	c.probe.Store(probe)
	defer func() { a.passed = probe.Passed() }()
	ctx, cancel := context.WithTimeoutCause(context.Background(), c.patience, fmt.Errorf("no answer in %v", c.patience))
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, c.server.JoinPath(path).String(), strings.NewReader(body))
	if err != nil {
		return answer{failed: err}
	}
	change(r)
	res, err := c.client.Do(r)
	if err != nil {
		return answer{failed: reason(ctx, err)}
	}
	defer func() { _ = res.Body.Close() }()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, maxBody)); err != nil {
		return answer{failed: reason(ctx, err)}
	}
	a = answer{status: res.StatusCode, header: res.Header, code: -1}
	for _, h := range []http.Header{res.Header, res.Trailer} {
		if code, err := strconv.Atoi(h.Get("Grpc-Status")); err == nil {
			a.code, a.message = code, h.Get("Grpc-Message")
		}
	}
	return a
}

// maxBody is as much as is read of an answer: a stream may have no end.
const maxBody = 1 << 20

// reason returns why a request has failed, without its URL, whose port is another each time.
func reason(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if inner, ok := errors.AsType[*url.Error](err); ok {
		return inner.Err
	}
	return err
}

// has reports whether the request has passed a part.
func (a answer) has(part transport.Part) bool { return len(a.all(part)) > 0 }

// all returns the passages through parts of one kind.
func (a answer) all(part transport.Part) (all []transport.Passage) {
	for _, p := range a.passed {
		if p.Part == part {
			all = append(all, p)
		}
	}
	return all
}

// isRefusedOutside reports whether a call was refused before it came to an interceptor.
func (a answer) isRefusedOutside() bool { return a.isRefused() && !a.has(transport.PartServer) }

// isRefused reports whether the answer is an error that says more than that there is no such procedure.
func (a answer) isRefused() bool {
	switch {
	case a.failed != nil:
		return true
	case a.code >= 0:
		return a.code != 0 && a.code != codeUnimplemented && a.code != codeNotFound
	}
	switch a.status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType, http.StatusNotImplemented:
		return false
	}
	return a.status >= http.StatusBadRequest
}

const (
	codeNotFound      = 5
	codeUnimplemented = 12
)

// String describes the answer in a finding.
func (a answer) String() string {
	switch {
	case a.failed != nil:
		return fmt.Sprintf("with nothing (%v)", a.failed)
	case a.code == 0:
		return "with a success"
	case a.code > 0:
		return "with " + mapping.ConnectCode(a.code).String()
	}
	return fmt.Sprintf("with HTTP %d", a.status)
}
