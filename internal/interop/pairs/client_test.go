// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/errpact/errpact/internal/interop/node"
)

// A way is how a call is made.
type way struct {
	protocol string
	// json, get and http1 are in place of protobuf, POST and HTTP/2.
	json, get, http1 bool
}

func (w way) String() string {
	s := w.protocol
	if w.json {
		s += ", JSON"
	}
	if w.get {
		s += ", GET"
	}
	return s
}

// carries says which methods a way has: a GET is for what asks and answers once.
func (w way) carries(m method) bool { return !w.get || m.name == "unary" }

// A method is a kind of method, and how many messages come before the error.
type method struct {
	name     string
	messages int
}

// String says how many, where there are any.
func (m method) String() string {
	if m.messages == 0 {
		return m.name
	}
	return fmt.Sprintf("%s after %d", m.name, m.messages)
}

var methods = []method{
	{"unary", 0}, {"clientStream", 0}, {"serverStream", 0}, {"serverStream", 1}, {"bidiStream", 0}, {"bidiStream", 2},
}

// A call is one that a client is to make.
type call struct {
	// row and column are where it counts.
	row, column string

	client  client
	server  server
	way     way
	method  method
	problem problem
}

func (c call) String() string {
	return fmt.Sprintf("%s to %s by %s, of %q", c.method, c.client, c.way, c.problem.name)
}

// want is what must come of it.
func (c call) want() outcome {
	want := c.problem.want
	want.Messages = c.method.messages
	if c.client.side == plain {
		want.Typed = nil
	}
	return want
}

// A client is a stack that calls. It may be used by many at once.
type client struct {
	name string
	side side
	ways []way
	// make makes all calls, and gives what came of each.
	make func(*testing.T, []call) []outcome
}

// String tells a plain client from errpact's of the same stack.
func (c client) String() string {
	if c.side == plain {
		return c.name + ", plain"
	}
	return c.name
}

// A side is how a client of Go is made.
type side string

const (
	ours     side = "errpact's"
	relaying side = "relaying"
	plain    side = "plain"
)

// A caller makes one call, and gives the error where it surfaces, and how many messages came before.
type caller func(ctx context.Context, m method, name string) (messages int, err error)

// A goStack is a stack of Go.
type goStack struct {
	name string
	ways []way
	dial func(*testing.T, server, way, side) caller
	// read gives what the stack itself tells of an error. What is not its own is code 0.
	read func(error) outcome
}

// newClients are all that can call. Where Node is missing, and that is no failure, so is its column.
func newClients(t *testing.T) []client {
	t.Helper()
	var all []client
	for _, sd := range []side{ours, plain} {
		for _, s := range goStacks {
			all = append(all, s.client(sd))
		}
	}
	if !node.Found(t) {
		t.Log("Node is not installed")
		return all
	}
	return append(all, newNode(t))
}

// goStacks are those that a service can call another by.
var goStacks = []goStack{stackV1, stackV2, stackGRPC}

func (s goStack) client(sd side) client {
	return client{s.name, sd, s.ways, func(t *testing.T, calls []call) []outcome {
		t.Helper()
		return s.makeAll(t, calls, sd)
	}}
}

// callTimeout bounds a call that hangs.
const callTimeout = time.Minute

// makeAll has some calls under way at once, by one client for each server and way.
func (s goStack) makeAll(t *testing.T, calls []call, sd side) []outcome {
	t.Helper()
	type key struct {
		address string
		way     way
	}
	callers := map[key]caller{}
	outcomes := make([]outcome, len(calls))
	queue := make(chan func())
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for f := range queue {
				f()
			}
		})
	}
	for i, c := range calls {
		k := key{c.server.address, c.way}
		if callers[k] == nil {
			callers[k] = s.dial(t, c.server, c.way, sd)
		}
		do := callers[k]
		queue <- func() { outcomes[i] = s.makeOne(t.Context(), do, c) }
	}
	close(queue)
	workers.Wait()
	return outcomes
}

func (s goStack) makeOne(ctx context.Context, do caller, c call) outcome {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	messages, err := do(ctx, c.method, c.problem.name)
	if err == nil || errors.Is(err, io.EOF) {
		return outcome{Messages: messages, Message: "a success"}
	}
	got := s.read(err)
	got.Messages, got.Typed = messages, typedOf(err)
	return got
}

// newHTTPClient speaks one version of HTTP, with the bounds that errpact gives a client.
func newHTTPClient(t *testing.T, http1 bool, bounded func(http.RoundTripper) http.RoundTripper) *http.Client {
	t.Helper()
	transport := &http.Transport{Protocols: new(http.Protocols), MaxIdleConnsPerHost: 8}
	transport.Protocols.SetHTTP1(http1)
	transport.Protocols.SetUnencryptedHTTP2(!http1)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: bounded(transport)}
}
