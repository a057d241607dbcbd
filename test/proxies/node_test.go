// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/errpact/errpact/mapping"
	"github.com/errpact/errpact/test/node"
)

func TestG4TheLargestErrorArrivesWholeAtANodeClient(t *testing.T) {
	folder := node.Install(t)
	problems := largestProblems(t)
	for stack, upstream := range serveProblems(t, problems) {
		for _, p := range proxies {
			t.Run(p.name+"/"+stack, func(t *testing.T) {
				r := p.start(t, upstream.address)
				calls := nodeCalls(upstream, r, problems)
				for i, got := range node.Run(t, folder, calls) {
					checkNode(t, calls[i], got, problems[calls[i].Name])
				}
			})
		}
	}
}

// nodeCalls are all that the server can be asked.
func nodeCalls(s server, r route, problems map[string]problem) []node.Call {
	protocols := []string{"grpc"}
	if !s.onlyGRPC {
		protocols = append(protocols, "grpc-web", "connect")
	}
	var calls []node.Call
	for name := range problems {
		call := node.Call{Name: name, TimeoutMs: callTimeout.Milliseconds()}
		for _, protocol := range protocols {
			call.Protocol, call.Base, call.HTTP1 = protocol, r.web, true
			if protocol == "grpc" {
				call.Base, call.HTTP1 = r.rpc, false
			}
			for _, m := range methods {
				call.Method, call.Messages = "unary", m.messages
				if m.stream {
					call.Method = "serverStream"
				}
				calls = append(calls, call)
			}
		}
		if !s.onlyGRPC {
			calls = append(calls, node.Call{Name: name, URL: restURL(r.web, name), TimeoutMs: call.TimeoutMs})
		}
	}
	return calls
}

func checkNode(t *testing.T, call node.Call, got node.Result, p problem) {
	t.Helper()
	if call.URL != "" {
		if got.Status != p.err.HTTPStatus() || strings.TrimSpace(got.Body) != envelope(p) {
			t.Errorf("rest of %s: %d %s, want %s", call.Name, got.Status, got.Body, envelope(p))
		}
		return
	}
	arrived := received{Code: got.Code, Message: got.Message, Messages: got.Messages}
	for _, d := range got.Details {
		arrived.Details = append(arrived.Details, detail(d))
	}
	if diff := cmp.Diff(p.want(call.Messages), arrived); diff != "" {
		t.Errorf("%+v (-want +got):\n%s", call, diff)
	}
	number := p.err.Code().Number()
	payload, _ := mapping.Payload[json.RawMessage](p.err)
	if diff := cmp.Diff(node.Result{
		Builtin: &number, Reason: p.err.Reason(), Payload: string(payload), Metadata: p.err.Metadata(),
	}, node.Result{
		Builtin: got.Builtin, Reason: got.Reason, Payload: got.Payload, Metadata: got.Metadata,
	}); diff != "" {
		t.Errorf("%+v, by its types (-want +got):\n%s", call, diff)
	}
}
