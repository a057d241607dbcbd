// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package pairs_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/callers"
	"github.com/errpact/errpact/test/node"
)

// newNodes are Connect's clients for Node and browsers. The first has nothing of errpact's but generated types, the
// others read errors as @errpact/errors does.
func newNodes(t *testing.T) []client {
	t.Helper()
	folder := node.Install(t)
	node.Bundle(t, folder)
	nodes := []client{
		{name: nodeJS, ways: connectWays, make: byNode(ofOthers, func(t *testing.T, calls []node.Call) []node.Result {
			t.Helper()
			return node.Run(t, folder, calls)
		}, nodeOutcome)},
		{name: nodeOurs, ways: connectWays, make: byNode(ofOthers, func(t *testing.T, calls []node.Call) []node.Result {
			t.Helper()
			return node.RunErrpact(t, folder, calls)
		}, errpactOutcome)},
	}
	chromium := node.Chromium(t)
	if chromium == "" {
		t.Log("Chromium is not installed")
		return nodes
	}
	inPage := func(t *testing.T, calls []node.Call) []node.Result {
		t.Helper()
		return node.RunBrowser(t, folder, chromium, calls)
	}
	return append(nodes,
		client{name: browser, fetches: true, ways: browserWays, make: byNode(exposing, inPage, errpactOutcome)},
		client{name: browserBlind, fetches: true, blind: true, ways: browserWays, make: byNode(hiding, inPage, errpactOutcome)},
	)
}

// browserWays are what connect-web speaks. Without TLS, browsers speak HTTP/1.1.
var browserWays = []way{
	{Protocol: callers.Connect, HTTP1: true}, {Protocol: callers.Connect, JSON: true, HTTP1: true}, {Protocol: callers.Connect, GET: true, HTTP1: true},
	{Protocol: callers.GRPCWeb, HTTP1: true}, {Protocol: callers.GRPCWeb, JSON: true, HTTP1: true},
}

func ofOthers(s server) string { return s.address }
func exposing(s server) string { return s.exposing }
func hiding(s server) string   { return s.hiding }

// byNode makes calls at an address of each server, and reads the results.
func byNode(
	at func(server) string, run func(*testing.T, []node.Call) []node.Result, read func(node.Result) outcome,
) func(*testing.T, []call) []outcome {
	return func(t *testing.T, calls []call) []outcome {
		t.Helper()
		asked := make([]node.Call, len(calls))
		for i, c := range calls {
			asked[i] = nodeCall(c, at(c.server))
		}
		outcomes := make([]outcome, len(calls))
		for i, r := range run(t, asked) {
			outcomes[i] = read(r)
		}
		return outcomes
	}
}

func nodeCall(c call, address string) node.Call {
	return node.Call{
		Base:     "http://" + address,
		Protocol: map[callers.Protocol]string{callers.Connect: "connect", callers.GRPC: "grpc", callers.GRPCWeb: "grpc-web"}[c.way.Protocol],
		JSON:     c.way.JSON, Get: c.way.GET, HTTP1: c.way.HTTP1,
		Method: c.method.Name, Messages: c.method.Messages, Name: c.problem.name, RequestID: requestID,
		TimeoutMs: (10 * time.Minute).Milliseconds(),
	}
}

// nodeOutcome is what generated types read.
func nodeOutcome(r node.Result) outcome {
	got := bareOutcome(r)
	number := cmp.Or(r.Builtin, r.Number)
	if number == nil {
		return got
	}
	got.Typed = &typed{
		ConnectCode: r.Code, Number: *number, Reason: r.Reason, Catalogue: r.Catalogue, Message: r.Message,
		Metadata: metadataOf(r.Metadata), Payload: r.Payload, Fields: fieldsOf(r.Fields), RetryDelay: r.RetryDelay,
	}
	if r.Builtin != nil {
		got.Typed.Catalogue = builtinEnum
	}
	return got
}

// errpactOutcome is what @errpact/errors reads.
func errpactOutcome(r node.Result) outcome {
	got := bareOutcome(r)
	if e := r.Errpact; e != nil {
		got.Typed = &typed{
			ConnectCode: e.ConnectCode, Number: e.Number, Reason: e.Reason, Catalogue: e.Catalogue, Message: e.Message,
			Metadata: metadataOf(e.Metadata), Payload: e.Payload, Fields: fieldsOf(e.Fields), RetryDelay: e.RetryDelay,
		}
	}
	return got
}

// bareOutcome is what the stack itself has.
func bareOutcome(r node.Result) outcome {
	got := outcome{Messages: r.Messages, Code: r.Code, Message: r.Message}
	for _, d := range r.Details {
		got.Details = append(got.Details, detail{d.Type, string(d.Value)})
	}
	return got
}

func metadataOf(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

func fieldsOf(all []node.Field) (fields []mapping.Field) {
	for _, f := range all {
		fields = append(fields, mapping.Field{Path: f.Field, Description: f.Description, Reason: f.Reason})
	}
	return fields
}
