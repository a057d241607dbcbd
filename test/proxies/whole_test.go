// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package proxies_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

func TestG4TheLargestErrorArrivesWhole(t *testing.T) {
	problems := largestProblems(t)
	for stack, upstream := range serveProblems(t, problems) {
		for _, p := range proxies {
			t.Run(p.name+"/"+stack, func(t *testing.T) {
				r := p.start(t, upstream.address)
				for name, c := range clients(t, upstream, r) {
					t.Run(name, func(t *testing.T) { checkWhole(t, c, problems) })
				}
				if !upstream.onlyGRPC {
					t.Run("rest", func(t *testing.T) { checkRESTWhole(t, r.web, problems) })
				}
			})
		}
	}
}

func checkWhole(t *testing.T, c client, problems map[string]problem) {
	t.Helper()
	for _, m := range methods {
		for name, p := range problems {
			ctx, cancel := context.WithTimeout(t.Context(), callTimeout)
			got, err := c.call(ctx, m, name)
			cancel()
			if diff := cmp.Diff(p.want(m.messages), got); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", m.name, name, diff)
			}
			if _, decodes := c.(connectClient); decodes {
				checkTyped(t, m.name+" of "+name, p.err, err)
			}
		}
	}
}

// checkTyped: our client reads in an error what the server's handler said.
func checkTyped(t *testing.T, name string, want *mapping.Error, err error) {
	t.Helper()
	got, ok := mapping.From(err)
	if !ok {
		t.Errorf("%s: %v is not typed", name, err)
		return
	}
	if diff := cmp.Diff(partsOf(want), partsOf(got), protocmp.Transform()); diff != "" {
		t.Errorf("%s, decoded (-want +got):\n%s", name, diff)
	}
}

func partsOf(e *mapping.Error) map[string]any {
	delay, retry := e.RetryDelay()
	payload, _ := mapping.Payload[any](e)
	text, _ := mapping.Detail[*wrapperspb.StringValue](e)
	data, _ := mapping.Detail[*wrapperspb.BytesValue](e)
	help, _ := mapping.Detail[*errdetails.Help](e)
	localized, _ := mapping.Detail[*errdetails.LocalizedMessage](e)
	resource, _ := mapping.Detail[*errdetails.ResourceInfo](e)
	return map[string]any{
		"number": e.Code().Number(), "reason": e.Reason(), "message": e.Message(), "metadata": e.Metadata(),
		"fields": e.Fields(), "payload": payload, "delay": delay, "retry": retry,
		"details": []proto.Message{text, data, help, localized, resource},
	}
}

// checkRESTWhole: the envelope is all that a REST caller gets, and it travels in a body.
func checkRESTWhole(t *testing.T, base string, problems map[string]problem) {
	t.Helper()
	c := newHTTPClient(t, false)
	for name, p := range problems {
		ctx, cancel := context.WithTimeout(t.Context(), callTimeout)
		res, body := callREST(ctx, t, c, restURL(base, name))
		cancel()
		if diff := cmp.Diff(envelope(p), strings.TrimSpace(body)); diff != "" || res.StatusCode != p.err.HTTPStatus() {
			t.Errorf("%s: HTTP %d (-want +got):\n%s", name, res.StatusCode, diff)
		}
		got, ok := mapping.From(rest.CheckResponse(res))
		if !ok || got.Code() != p.err.Code() || got.Message() != p.err.Message() {
			t.Errorf("%s: CheckResponse = %v", name, got)
		}
	}
}

func restURL(base, name string) string { return base + "/v1/trouble/" + name }

func envelope(p problem) string { return string(mapping.EnvelopeOf(p.err).AppendJSON(nil)) }

// TestG4TheBudgetIsWhatTheProxiesNeed is the other tests' proof: with a larger budget, errors do not
// arrive.
func TestG4TheBudgetIsWhatTheProxiesNeed(t *testing.T) {
	problems := map[string]problem{}
	for _, s := range shapes {
		e := s.grow(8 * budget)
		problems[s.name] = problem{e, sent(t, e, mapping.WithBudget(1<<20)).status}
	}
	for stack, upstream := range serveProblems(t, problems, mapping.WithBudget(1<<20)) {
		straight := clients(t, upstream, direct.start(t, upstream.address))
		for _, p := range []proxy{nginx, haproxy} {
			if p.name == haproxy.name && upstream.onlyGRPC {
				continue
			}
			t.Run(p.name+"/"+stack, func(t *testing.T) {
				for name, c := range clients(t, upstream, p.start(t, upstream.address)) {
					if p.bounds(stack, name) {
						checkBroken(t, name, straight[name], c, problems)
					}
				}
			})
		}
	}
}

// bounds says whether a proxy breaks what is over its limit at once. Errors of the Connect protocol
// travel in the body. nginx lets trailers of 1.5 MB through, which Connect's servers always send for
// gRPC; haproxy may leave a client of gRPC waiting.
func (p proxy) bounds(stack, client string) bool {
	return client == "connect-go/grpc-web" || p.name == nginx.name && stack == "grpc-go"
}

func checkBroken(t *testing.T, name string, straight, behind client, problems map[string]problem) {
	t.Helper()
	for shape, p := range problems {
		want := p.want(0)
		if got := try(t, straight, shape); !cmp.Equal(want, got) {
			t.Errorf("%s to %s doesn't arrive even without a proxy: %s", shape, name, cmp.Diff(want, got))
		}
		if got := try(t, behind, shape); cmp.Equal(want, got) {
			t.Errorf("%s to %s arrives, though it is over the budget", shape, name)
		}
	}
}

func try(t *testing.T, c client, name string) received {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), callTimeout)
	defer cancel()
	got, err := c.call(ctx, methods[0], name)
	if err == nil {
		t.Errorf("%s is a success", name)
	}
	return got
}
