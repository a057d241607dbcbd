// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// A crossing is an RPC on its way through a gate. It is the context of the request there. A timeout middleware has
// the next handler run in a goroutine of its own.
type crossing struct {
	context.Context
	gate   *gate
	outer  *crossing // the gate around, if there is one
	writer http.ResponseWriter
	// request is a copy: a handler that runs on after a timeout may change the request's own header in place.
	request rpc

	mu sync.Mutex
	// inside says that the next handler runs, and answered is the status that it has begun to answer with, or 0.
	inside   bool
	answered int
	// passes says that the answer has begun, or that errpact makes it: all that follows belongs to it.
	passes  bool
	refused *refusal
	// encoding is a Content-Encoding that was set before the request came here, by a gzip outside.
	encoding []string
}

// A refusal is what the middleware answered by itself.
type refusal struct {
	status int
	header http.Header // as it was then
	text   []byte      // the start of the body, for the report
}

func newCrossing(g *gate, w http.ResponseWriter, r *http.Request) *crossing {
	c := &crossing{Context: r.Context(), gate: g, writer: w, request: requestOf(r), encoding: w.Header()["Content-Encoding"]}
	c.request.header = r.Header.Clone()
	c.outer = crossingOf(w, r)
	return c
}

// crossingKey is the context key of the crossing itself.
type crossingKey struct{}

// Value implements [context.Context].
func (c *crossing) Value(key any) any {
	if _, ok := key.(crossingKey); ok {
		return c
	}
	return c.Context.Value(key)
}

// crossingOf finds the innermost crossing of a request, by its context or else by the writer.
func crossingOf(w http.ResponseWriter, r *http.Request) *crossing {
	if c, ok := r.Context().Value(crossingKey{}).(*crossing); ok {
		return c
	}
	if found, ok := unwrap[*crossingWriter](w); ok {
		return found.crossing
	}
	return nil
}

// passThrough says that errpact makes the answer that is written to w: the gates that it is in let it pass. A gate
// whose next handler writes the answer lets that pass anyway, and may still refuse: a timeout's middleware answers in
// place of a handler that is late.
func (c *crossing) passThrough(w http.ResponseWriter) {
	for ; c != nil; c = c.outer {
		if found, ok := unwrap[*crossingWriter](w); !ok || found.crossing != c || !found.inner {
			c.mu.Lock()
			c.passes = true
			c.mu.Unlock()
		}
		w = c.writer
	}
}

// enter says whether the next handler runs.
func (c *crossing) enter(inside bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside = inside
}

// answers says that the next handler has begun to answer with a status.
func (c *crossing) answers(status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered = status
}

// admits reports whether what the middleware writes may pass, and begins an answer of the status, unless there is one.
// A status of the next handler's passes, since it is that handler's answer which a writer of the middleware's hands on.
func (c *crossing) admits(status int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.refused != nil:
		return false
	case c.passes || isInformational(status):
		return true
	case status < 400 || status == c.answered:
		c.passes = true
		return true
	}
	c.refused = &refusal{status: status, header: c.writer.Header().Clone()}
	return false
}

// isInformational reports whether an answer is still to come after a status.
func isInformational(status int) bool { return status < 200 && status != http.StatusSwitchingProtocols }

// keep keeps the start of what the middleware writes after its refusal.
func (c *crossing) keep(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused.text = append(c.refused.text, p[:min(len(p), maxReported-len(c.refused.text))]...)
}

// finish answers what the middleware has refused.
func (c *crossing) finish() {
	c.mu.Lock()
	refused := c.refused
	c.mu.Unlock()
	if refused == nil {
		return
	}
	restoreHeader(c.writer.Header(), refused.header)
	restoreEncoding(c.writer.Header(), c.encoding)
	c.answer(transport.Failure{Err: c.inferred(refused), Stage: mapping.StageTransport})
}

// answer answers in place of the middleware.
func (c *crossing) answer(failure transport.Failure) {
	c.outer.passThrough(c.writer)
	answerRPC(c.Context, c.writer, c.request, failure)
}

// inferred returns the error that stands in for a refusal. Its cause is for the report.
func (c *crossing) inferred(refused *refusal) error {
	policy, condition := configOf(c.Context).policy, mapping.ConditionAny
	if refused.status == http.StatusUnauthorized {
		condition = policy.UnauthenticatedCondition(c.request.header)
	}
	e := policy.ByHTTPStatus(refused.status, condition)
	if delay := retryAfter(refused.header.Get("Retry-After"), time.Now()); delay > 0 {
		e = e.WithRetryDelay(delay)
	}
	return e.Wrap(fmt.Errorf("rest: %d was answered: %q", refused.status, refused.text))
}

// panicked answers a panic of the middleware's own. One of the next handler goes on.
func (c *crossing) panicked(value any) {
	c.mu.Lock()
	inside, begun := c.inside, c.passes || c.answered != 0
	c.mu.Unlock()
	if inside || value == http.ErrAbortHandler {
		panic(value)
	}
	failure := transport.Failure{Panic: value, Stack: debug.Stack(), Stage: mapping.StageTransport}
	if !begun {
		c.answer(failure)
		return
	}
	failure.Stage = mapping.StageResponse
	_ = configOf(c.Context).refuse(c.Context, c.request, failure) // nobody is left to tell but the report
	panic(http.ErrAbortHandler)
}
