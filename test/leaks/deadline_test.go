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
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

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

// TestG3PropagatedDeadlinesAreTheCallers: whether A or B notices first is chance, and so is whether the error
// came off a wire. Each of more than 500 calls, on all wires and by all protocols between A and B, ends by the
// caller's own deadline.
func TestG3PropagatedDeadlinesAreTheCallers(t *testing.T) {
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
	t.Cleanup(func() {
		if calls.Load() < 500 || arrived.Load() == 0 {
			t.Errorf("%d calls, of which %d arrived at B", calls.Load(), arrived.Load())
		}
	})
	everyStack(t, answering(throughHops(ways)), rpcWires(), func(t *testing.T, c *caller) {
		var wait sync.WaitGroup
		for _, h := range knownTo(c.stack, ways) {
			wait.Go(func() {
				calls.Add(1)
				if a := c.callWith(t.Context(), h.name, c.wire.timeout()); !c.isReset(a) {
					expired.check(t, h.name, a)
				}
			})
		}
		wait.Wait()
	})
}

// isReset says that grpc-go was faster. It resets a stream whose deadline is over, also before a handler is
// called, and it answers a request whose deadline is over when it arrives by itself, in its own words
// (http2_server.go, "Early abort in case the timeout was zero or so low it already fired").
func (c *caller) isReset(a answer) bool {
	if c.stack != onGRPC {
		return false
	}
	// errpact's own answer always has details.
	early := a.connectCode == uint32(connect.CodeDeadlineExceeded) && a.message == context.DeadlineExceeded.Error() &&
		len(status.Convert(a.got).Details()) == 0
	return early || a.err != nil && strings.Contains(a.err.Error(), "CANCEL")
}

// mailbox is what calls wait for, each by its own name.
type mailbox[T any] struct{ boxes sync.Map }

func (m *mailbox[T]) box(name string) chan T {
	box, _ := m.boxes.LoadOrStore(name, make(chan T, 1))
	return box.(chan T)
}

// reportsTo has a policy report into the mailbox, by the request's id.
func reportsTo(told *mailbox[mapping.Report]) mapping.Option {
	return mapping.WithReport(func(_ context.Context, r mapping.Report) {
		select {
		case told.box(r.RequestID) <- r:
		default: // one is enough
		}
	})
}

// checkGone holds a report to the caller's cancellation.
func checkGone(t *testing.T, r mapping.Report) {
	t.Helper()
	if !r.CallerGone || r.Sent.ConnectCode() != mapping.ConnectCode(canceled.connectCode) || r.Sent.HTTPStatus() != canceled.status {
		t.Errorf("%s: reported %d, HTTP %d, of %v", r.RequestID, r.Sent.ConnectCode(), r.Sent.HTTPStatus(), r.Err)
	}
}

// TestG3CancellationsAreTheCallers: more than 100 callers cancel while B works for them.
func TestG3CancellationsAreTheCallers(t *testing.T) {
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
	everyStack(t, answering(throughHops(ways), reportsTo(&told)), rpcWires(), func(t *testing.T, c *caller) {
		var wait sync.WaitGroup
		known := knownTo(c.stack, ways)
		for i := range 6 {
			h := known[(len(c.wire.name)+i)%len(known)]
			name := h.calledBy(c)
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
				checkGone(t, <-told.box(name))
			})
		}
		wait.Wait()
	})
}

// TestG3DependencyTimeoutsAreNotTheCallers: A's own limit, or B's, while the caller waits.
func TestG3DependencyTimeoutsAreNotTheCallers(t *testing.T) {
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
		failures = append(failures, h.side.ends("A's timeout of "+h.name, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 1)
			defer cancel()
			return h.call(ctx, "hang")
		}, timedOut)...)
		failures = append(failures, h.side.ends("A's cancellation of "+h.name, func(ctx context.Context) error {
			ctx, cancel := context.WithCancelCause(ctx)
			cancel(errSecret)
			return fmt.Errorf("%s: %w", canary, h.call(ctx, "hang"))
		}, timedOut)...)
		failures = append(failures,
			failure{"B's code by " + h.name, func(ctx context.Context) error { return h.call(ctx, "code") }, h.side.tells(timedOut)},
			failure{"B's cancellation by " + h.name, func(ctx context.Context) error { return h.call(ctx, "cancel") }, h.side.tells(timedOut)},
		)
		if h.side.with != suite.Relaying {
			// B answers that its own dependency timed out, which is to say that it is unavailable.
			failures = append(failures, failure{"B's dependency by " + h.name, func(ctx context.Context) error { return h.call(ctx, "expire") }, h.side.tells(rejected)})
		}
	}
	checkTable(t, append(failures, limits(t)...), fewWires())
}

// limits are of net/http's own, which have texts and types of their own.
func limits(t *testing.T) (all []failure) {
	t.Helper()
	hanging := loopback.Serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server notices that A has gone
		<-r.Context().Done()
	})).URL
	transport := &http.Transport{ResponseHeaderTimeout: 1}
	t.Cleanup(transport.CloseIdleConnections)
	for name, client := range map[string]*http.Client{
		"http.Client's":    {Timeout: 1, Transport: loopback.NewTransport(t, false)},
		"http.Transport's": {Transport: transport},
	} {
		for _, s := range sidesOf(speeches[0], suite.Plain, suite.Decoding) {
			call := s.calling(t, hanging, client, speeches[0])
			all = append(all, failure{name + " by " + s.name, func(ctx context.Context) error { return call(ctx, "x") }, timedOut})
		}
	}
	return all
}
