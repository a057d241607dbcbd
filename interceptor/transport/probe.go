// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/errpact/errpact/mapping"
)

// A Probe records which parts of errpact a request passes. Package wiringtest uses it to test how a server or a client
// is put together.
//
// Each part of errpact that finds a Probe in the context of a request records itself, and passes the request on without
// doing anything else: it translates and reports nothing, and an interceptor does not run the procedure. A Probe is
// found in the context alone, so that no caller can send one. Many goroutines may use it at once. The zero Probe is
// ready, and a nil one records nothing.
type Probe struct {
	mu     sync.Mutex
	passed []Passage
}

// A Passage is a part of errpact that a request has passed.
type Passage struct {
	Part Part
	// Name is the function that users call for the part, such as "interceptor.New". It may be empty.
	Name string
	// Policy is the one that the part was given. Nil is the default policy, or a part without one.
	Policy *mapping.Policy
	// Again reports that the call has passed an interceptor of a client before. [Exchange.Pass] sets it.
	Again bool
}

// A Part is a kind of thing that errpact consists of.
type Part uint8

// The parts.
const (
	// PartHandler is the middleware that answers REST callers, around everything.
	PartHandler Part = iota + 1
	// PartGate is around a middleware that refuses requests by itself, and PartAuth around a function that does.
	PartGate
	PartAuth
	// PartError is the answer of a middleware or a handler of HTTP. The request ends there.
	PartError
	// PartServer and PartClient are the interceptors of the two sides.
	PartServer
	PartClient
)

// Context returns a context with the Probe. A nil ctx is [context.Background].
func (p *Probe) Context(ctx context.Context) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	if p == nil {
		return ctx
	}
	return p.context(ctx, false)
}

// context says whether a client's interceptor is around.
func (p *Probe) context(ctx context.Context, inClient bool) context.Context {
	return context.WithValue(ctx, ExchangeKey{}, &Exchange{probe: p, rpc: true, inClient: inClient})
}

// Passed returns the parts that requests have passed so far, the outermost first.
func (p *Probe) Passed() []Passage {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.passed)
}

func (p *Probe) add(passage Passage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed = append(p.passed, passage)
}

// Probed reports whether a request has a [Probe].
func Probed(ctx context.Context) bool {
	exchange := ExchangeOf(ctx)
	return exchange != nil && exchange.probe != nil
}

// Pass records a part if the request has a [Probe], and reports whether it has: then the part does nothing but pass
// the request on.
func (s *Exchange) Pass(passage Passage) (probed bool) {
	if s == nil || s.probe == nil {
		return false
	}
	passage.Again = s.inClient
	s.probe.add(passage)
	return true
}

// errProbed is what a probed call returns, whatever became of it.
var errProbed = errors.New("transport: the request has a Probe")

// probe runs what is inside errpact, for the interceptors there to record themselves.
func (c *Call) probe() (err error) {
	defer func() {
		_ = recover() // of the procedure, which cannot take the request
		err = errProbed
	}()
	if c.Probe == nil {
		return errProbed
	}
	return c.Probe()
}
