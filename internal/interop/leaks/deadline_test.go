// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leaks_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/internal/interop/gen/errpact/interop/v1/interopv1connect"
	"github.com/errpact/errpact/internal/interop/trouble"
	"github.com/errpact/errpact/mapping"
)

// A hop is a way from A to B, whose methods do what trouble.Answer does.
type hop struct {
	name   string
	client troubleClient
	stream bool
}

func (h hop) call(ctx context.Context, name string) error {
	if h.stream {
		return callServerStream(ctx, h.client, name, nil, 0)
	}
	return callUnary(ctx, h.client, name, nil)
}

// hops are one for each protocol and each client of A's.
func hops(t *testing.T, answerB trouble.Answer) (all []hop) {
	t.Helper()
	base := serve(t, service{answer: answerB, policy: newPolicy(t)}.handler(t)).URL
	h1, h2 := newTransport(t, false), newTransport(t, true)
	for _, i := range []int{0, 2, 3, 4, 7} {
		sp, transport := speeches[i], h1
		if sp.http2 {
			transport = h2
		}
		for _, s := range []side{plainClient, ourClient, relayClient} {
			client := interopv1connect.NewTroubleServiceClient(&http.Client{Transport: transport}, base, slices.Concat(s.options, sp.options)...)
			all = append(all, hop{strings.ReplaceAll(sp.name+"-"+s.name, " ", "_"), client, sp.stream})
		}
	}
	return all
}

// rpcWires are those on which a deadline can be told.
func rpcWires() []wire {
	return slices.DeleteFunc(plainWires(), wire.netHTTP)
}

// timeout tells a deadline to the server alone, so that its answer is seen.
func (w wire) timeout() http.Header {
	switch kind, _, _ := strings.Cut(w.name, "/"); kind {
	case "rest":
		return http.Header{"X-Server-Timeout": {"0.060"}}
	case "connect":
		return http.Header{"Connect-Timeout-Ms": {"60"}}
	}
	return http.Header{"Grpc-Timeout": {"60m"}}
}

// TestG3ADeadlineThatIsPassedOnIsAlwaysTheCallers: whether A or B notices first is chance, and so is
// whether the error came off a wire. Of more than 500 calls, on all wires, by all protocols between A
// and B, every one is the caller's own deadline.
func TestG3ADeadlineThatIsPassedOnIsAlwaysTheCallers(t *testing.T) {
	t.Parallel()
	var arrived, calls atomic.Int32
	ways := hops(t, func(ctx context.Context, name string) error {
		if name == "" || name == success {
			return nil
		}
		arrived.Add(1)
		<-ctx.Done()
		return ctx.Err()
	})
	server := serve(t, service{answer: throughHops(ways), policy: newPolicy(t)}.handler(t))
	t.Cleanup(func() {
		if calls.Load() < 500 || arrived.Load() == 0 {
			t.Errorf("%d calls, of which %d arrived at B", calls.Load(), arrived.Load())
		}
	})
	everyWire(t, server.URL, rpcWires(), func(t *testing.T, c *caller) {
		var wait sync.WaitGroup
		for i := range 2 * len(ways) {
			h := ways[i/2]
			wait.Go(func() {
				calls.Add(1)
				expired.check(t, h.name, c.callWith(t.Context(), h.name, c.wire.timeout()))
			})
		}
		wait.Wait()
	})
}

// throughHops calls B on the way that a name begins with.
func throughHops(ways []hop) trouble.Answer {
	return func(ctx context.Context, name string) error {
		for _, h := range ways {
			if strings.HasPrefix(name, h.name) {
				return h.call(ctx, name)
			}
		}
		return nil
	}
}

// mailbox is what calls wait for, each by its own name.
type mailbox[T any] struct{ boxes sync.Map }

func (m *mailbox[T]) box(name string) chan T {
	box, _ := m.boxes.LoadOrStore(name, make(chan T, 1))
	return box.(chan T)
}

// TestG3ACallerWhoLeavesIsNoFaultOfAnybodys: more than 100 callers cancel when B is at work for them.
func TestG3ACallerWhoLeavesIsNoFaultOfAnybodys(t *testing.T) {
	t.Parallel()
	var entered mailbox[struct{}]
	var told mailbox[mapping.Report]
	ways := hops(t, func(ctx context.Context, name string) error {
		if name == "" || name == success {
			return nil
		}
		entered.box(name) <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	policy := newPolicy(t, mapping.WithReport(func(_ context.Context, r mapping.Report) { told.box(r.RequestID) <- r }))
	server := serve(t, service{answer: throughHops(ways), policy: policy}.handler(t))
	everyWire(t, server.URL, rpcWires(), func(t *testing.T, c *caller) {
		var wait sync.WaitGroup
		for i := range 6 {
			h := ways[(len(c.wire.name)+i)%len(ways)]
			name := h.name + "@" + strings.NewReplacer("/", ".", " ", "-").Replace(c.wire.name)
			wait.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go func() {
					<-entered.box(name)
					cancel()
				}()
				if a := c.callWith(ctx, name, http.Header{"X-Request-Id": {name}}); a.ok {
					t.Errorf("%s: a success", name)
				}
				r := <-told.box(name)
				if !r.CallerGone || r.Sent.ConnectCode() != uint32(connect.CodeCanceled) || r.Sent.HTTPStatus() != canceled.status {
					t.Errorf("%s: reported %d, HTTP %d, of %v", name, r.Sent.ConnectCode(), r.Sent.HTTPStatus(), r.Err)
				}
			})
		}
		wait.Wait()
	})
}

// TestG3ADependencysEndIsNeverTheCallers: A's own limit, or B's, while the caller waits.
func TestG3ADependencysEndIsNeverTheCallers(t *testing.T) {
	t.Parallel()
	ways := hops(t, func(ctx context.Context, name string) error {
		switch name {
		case "expire":
			return fmt.Errorf("%s: %w", canary, context.DeadlineExceeded)
		case "code":
			return connect.NewError(connect.CodeDeadlineExceeded, errSecret)
		case "cancel":
			return connect.NewError(connect.CodeCanceled, errSecret)
		case "hang":
			<-ctx.Done()
		}
		return ctx.Err()
	})
	var failures []failure
	for _, h := range ways {
		failures = append(failures,
			failure{"A's timeout by " + h.name, func(ctx context.Context) error {
				ctx, cancel := context.WithTimeout(ctx, 1)
				defer cancel()
				return h.call(ctx, "hang")
			}, timedOut},
			failure{"A's cancellation by " + h.name, func(ctx context.Context) error {
				ctx, cancel := context.WithCancelCause(ctx)
				cancel(errSecret)
				return fmt.Errorf("%s: %w", canary, h.call(ctx, "hang"))
			}, timedOut},
			failure{"B's code by " + h.name, func(ctx context.Context) error { return h.call(ctx, "code") }, timedOut},
			failure{"B's cancellation by " + h.name, func(ctx context.Context) error { return h.call(ctx, "cancel") }, timedOut},
		)
		if !strings.HasSuffix(h.name, "relay") {
			// B answers that its own dependency timed out, which is to say that it is unavailable.
			failures = append(failures, failure{"B's dependency by " + h.name, func(ctx context.Context) error { return h.call(ctx, "expire") }, unreachable})
		}
	}
	checkTable(t, append(failures, limits(t)...), fewWires())
}

// limits are of net/http's own, which have texts and types of their own.
func limits(t *testing.T) (all []failure) {
	t.Helper()
	hanging := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices that A has gone
		<-r.Context().Done()
	})).URL
	transport := &http.Transport{ResponseHeaderTimeout: 1}
	t.Cleanup(transport.CloseIdleConnections)
	for name, client := range map[string]*http.Client{
		"http.Client's":    {Timeout: 1, Transport: newTransport(t, false)},
		"http.Transport's": {Transport: transport},
	} {
		for _, s := range bothClients {
			b := interopv1connect.NewTroubleServiceClient(client, hanging, s.options...)
			all = append(all, failure{name + " by a " + s.name, func(ctx context.Context) error { return callUnary(ctx, b, "x", nil) }, timedOut})
		}
	}
	return all
}
