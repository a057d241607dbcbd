// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/errpact/errpact/test/callers"
	"github.com/errpact/errpact/test/node"
)

// What a call is made by is every stack's.
type (
	way    = callers.Way
	method = callers.Method
)

var methods = []method{
	{Name: callers.Unary}, {Name: callers.ClientStream}, {Name: callers.ServerStream}, {Name: callers.ServerStream, Messages: 1},
	{Name: callers.BidiStream}, {Name: callers.BidiStream, Messages: 2},
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
	want.Messages = c.method.Messages
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
	// fetches is set for a browser, whose requests are no streams, and blind if it sees no header of an answer.
	fetches, blind bool
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

// carries says whether the client can call the method in a way of its own, and sees how it ends. Before the first
// message, gRPC-Web has the end in headers.
func (c client) carries(w way, m method) bool {
	if c.fetches && m.Name != callers.Unary && m.Name != callers.ServerStream {
		return false
	}
	return w.Carries(m) && (!c.blind || w.Protocol != callers.GRPCWeb || m.Messages > 0)
}

// takesTurns says whether each error is asked for by one method in each way, even where all is to be asked.
func (c client) takesTurns() bool { return c.side == plain || c.fetches || c.name == nodeOurs }

// A side is how a client of Go is made.
type side string

const (
	ours     side = "errpact's"
	relaying side = "relaying"
	plain    side = "plain"
)

// A goStack is a stack of Go.
type goStack struct {
	name string
	ways []way
	dial func(*testing.T, server, way, side) callers.Caller
	// read returns what the stack itself reads in an error. What is not its own is code 0.
	read func(error) outcome
}

// newClients are all that can call. Where Node or Chromium is missing, and that is no failure, so are its columns.
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
	return append(all, newNodes(t)...)
}

// goStacks are those that a service can call another by.
var goStacks = []goStack{stackV1, stackV2, stackGRPC}

func (s goStack) client(sd side) client {
	return client{name: s.name, side: sd, ways: s.ways, make: func(t *testing.T, calls []call) []outcome {
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
	dialed := map[key]callers.Caller{}
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
		if dialed[k] == nil {
			dialed[k] = s.dial(t, c.server, c.way, sd)
		}
		do := dialed[k]
		queue <- func() { outcomes[i] = s.makeOne(t.Context(), do, c) }
	}
	close(queue)
	workers.Wait()
	return outcomes
}

func (s goStack) makeOne(ctx context.Context, do callers.Caller, c call) outcome {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	messages, err := do(ctx, c.method, c.problem.name)
	if err == nil {
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
