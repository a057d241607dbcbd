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

// newNode is Connect's client for Node, which has nothing of errpact's but generated types.
func newNode(t *testing.T) client {
	t.Helper()
	folder := node.Install(t)
	return client{nodeJS, ours, connectWays, func(t *testing.T, calls []call) []outcome {
		t.Helper()
		asked := make([]node.Call, len(calls))
		for i, c := range calls {
			asked[i] = nodeCall(c)
		}
		outcomes := make([]outcome, len(calls))
		for i, r := range node.Run(t, folder, asked) {
			outcomes[i] = nodeOutcome(r)
		}
		return outcomes
	}}
}

func nodeCall(c call) node.Call {
	return node.Call{
		Base:     "http://" + c.server.address,
		Protocol: map[callers.Protocol]string{callers.Connect: "connect", callers.GRPC: "grpc", callers.GRPCWeb: "grpc-web"}[c.way.Protocol],
		JSON:     c.way.JSON, Get: c.way.GET, HTTP1: c.way.HTTP1,
		Method: c.method.Name, Messages: c.method.Messages, Name: c.problem.name, RequestID: requestID,
		TimeoutMs: (10 * time.Minute).Milliseconds(),
	}
}

func nodeOutcome(r node.Result) outcome {
	got := outcome{Messages: r.Messages, Code: r.Code, Message: r.Message}
	for _, d := range r.Details {
		got.Details = append(got.Details, detail{d.Type, string(d.Value)})
	}
	number := cmp.Or(r.Builtin, r.Number)
	if number == nil {
		return got
	}
	got.Typed = &typed{
		ConnectCode: r.Code, Number: *number, Reason: r.Reason, Catalogue: r.Catalogue, Message: r.Message,
		Metadata: r.Metadata, Payload: r.Payload, RetryDelay: r.RetryDelay,
	}
	if r.Builtin != nil {
		got.Typed.Catalogue = builtinEnum
	}
	if len(r.Metadata) == 0 {
		got.Typed.Metadata = nil
	}
	for _, f := range r.Fields {
		got.Typed.Fields = append(got.Typed.Fields, mapping.Field{Path: f.Field, Description: f.Description, Reason: f.Reason})
	}
	return got
}
