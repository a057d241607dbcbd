// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"net/http"

	"github.com/errpact/errpact/interceptor/transport"
)

// Gate returns a middleware that answers RPC callers in their own protocol where the given middleware refuses a
// request by itself: with [http.Error], say, as rate limiters and many authentication middlewares do.
//
//	mux.Handle(path, rest.Gate(limiter)(handler))
//
// Such a refusal is any answer of HTTP 400 and up that the next handler did not write. Its status chooses the entry, as
// it does for REST callers, and a Retry-After becomes the retry delay. Headers are kept, except those that describe a
// body. No byte of the body goes out, but the report of the [Handler]'s policy has it. A panic of the middleware
// becomes UNKNOWN. Any other answer of the middleware passes as it is, such as a redirect, and so does one that [Error]
// or [Auth] makes inside of it.
//
// The answers of the next handler pass byte for byte, also through a writer that the middleware puts around its own.
// REST callers are left to the [Handler]: for them Gate adds nothing. Gate needs no Handler: without one, the default
// policy decides, as it does for [Error].
//
// A nil middleware, and one that returns a nil handler, refuses every request, with an error that is reported. A nil
// next answers 404. Many goroutines may use the handler at once if they may use the middleware's.
func Gate(middleware func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		if next == nil {
			next = http.NotFoundHandler()
		}
		g := &gate{next: next}
		if middleware != nil {
			g.around = middleware(passage{g})
		}
		if g.around == nil {
			g.around = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Error(w, r, errNoMiddleware) })
		}
		return g
	}
}

var errNoMiddleware = errors.New("rest: refuse a request: Gate has no middleware, or one that returned nil")

// gate is a middleware around the next handler.
type gate struct{ around, next http.Handler }

// ServeHTTP implements [http.Handler]. Without a request it answers 500, without a writer nothing.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if w == nil || r == nil {
		Error(w, r, errNoRequest)
		return
	}
	if transport.ExchangeOf(r.Context()).Pass(transport.Passage{Part: transport.PartGate, Name: "rest.Gate"}) {
		g.next.ServeHTTP(w, r)
		return
	}
	if !isRPCCaller(r) {
		g.around.ServeHTTP(w, r)
		return
	}
	c := newCrossing(g, w, r)
	defer func() {
		if value := recover(); value != nil {
			c.panicked(value)
		}
	}()
	serveCopy(g.around, &crossingWriter{ResponseWriter: w, crossing: c}, r, r.WithContext(c))
	c.finish()
}

// passage is the handler that the middleware gets for the next one.
type passage struct{ gate *gate }

// ServeHTTP implements [http.Handler].
func (p passage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := crossingOf(w, r)
	for c != nil && c.gate != p.gate {
		c = c.outer
	}
	if c == nil { // a REST caller's request, or one that the middleware made anew
		p.gate.next.ServeHTTP(w, r)
		return
	}
	c.enter(true)
	p.gate.next.ServeHTTP(&crossingWriter{ResponseWriter: w, crossing: c, inner: true}, r)
	c.enter(false)
}
