// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/errpact/errpact/internal/requestid"
	"github.com/errpact/errpact/mapping"
)

// An Exchange belongs to one REST request. Its methods may be called by several goroutines: a timeout
// middleware runs the chain in one of its own. All of them take a nil Exchange for one that nobody
// reads.
type Exchange struct {
	mu sync.Mutex
	// id is empty where the request brought none, until it is asked for.
	id       string
	recorded Record

	aborted, ended atomic.Bool
	status         int16
	route          string
	// probe is nil except in a test of the wiring, where inClient says that a client's interceptor is around.
	probe    *Probe
	inClient bool
	// rpc says that the request is answered as an RPC.
	rpc, entered, refused bool
}

// A Record is what became of the chain, as far as it is known.
type Record struct {
	// Err is the error that the chain answered with, or nil.
	Err *mapping.Error
	// NotModified has the headers of a 304 that the chain answered a GET with; nil if it did not.
	NotModified http.Header
	// Succeeded says that the interceptor handed on a success: what fails from then on is not about
	// the request.
	Succeeded bool
}

// ExchangeKey is the context key under which a middleware gives its Exchange.
type ExchangeKey struct{}

// ExchangeOf returns the request's Exchange, or nil. A nil context has none.
func ExchangeOf(ctx context.Context) *Exchange {
	exchange, _ := value(ctx, ExchangeKey{}).(*Exchange)
	return exchange
}

// value returns what a context has under a key. A nil context has nothing.
func value(ctx context.Context, key any) any {
	if ctx == nil {
		return nil
	}
	return ctx.Value(key)
}

// WithoutExchange returns the context of a call to another service. That may be one of the same process, called with
// the request's own context: what it answers is not this request's answer.
func WithoutExchange(ctx context.Context) context.Context { return ExchangeOf(ctx).without(ctx) }

// without returns the context that has the exchange, without it.
func (s *Exchange) without(ctx context.Context) context.Context {
	if s == nil {
		return ctx
	}
	return context.WithValue(ctx, ExchangeKey{}, (*Exchange)(nil))
}

// Begin keeps what is needed of the request's headers as they came. It is called before the chain
// runs, which may change them in place, and in a goroutine of its own. The policy says which id of a request is
// believed.
func (s *Exchange) Begin(policy *mapping.Policy, header http.Header) {
	if s != nil {
		s.id = policy.RequestID(header)
	}
}

// BeginRPC does what Begin does for a request that is answered as an RPC. The interceptor writes its error, and the
// exchange only records what happened.
func (s *Exchange) BeginRPC(policy *mapping.Policy, header http.Header) {
	if s != nil {
		s.Begin(policy, header)
		s.rpc = true
	}
}

// IsREST reports whether the middleware writes the answer's error, and not the interceptor.
func (s *Exchange) IsREST() bool { return s != nil && !s.rpc }

// Enter gives the exchange to the outermost interceptor of the request; a call that is made in process,
// with the request's own context, finds it taken and gets nil.
func (s *Exchange) Enter() *Exchange {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entered {
		return nil
	}
	s.entered = true
	return s
}

// RequestID returns the request's id, for its reports and headers. A request without one gets an id at the
// first call: successes do without.
func (s *Exchange) RequestID() string {
	if s == nil {
		return requestid.New()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id == "" {
		s.id = requestid.New()
	}
	return s.id
}

// answersUnread reports whether an error came of reading a REST caller's request, so that the middleware
// answers it: it goes by the transport's own text, as it does where no interceptor sees that, or has answered
// already.
func (s *Exchange) answersUnread(err error, received func(error) (StreamError, bool)) bool {
	if !s.IsREST() {
		return false
	}
	unread, ok := received(err)
	return ok && (unread.Receive().Condition != mapping.ConditionAny || s.Refused())
}

// SetError records the error that the chain answered with.
func (s *Exchange) SetError(err *mapping.Error) { s.set(func(s *Exchange) { s.recorded.Err = err }) }

// SetNotModified records the headers of a 304.
func (s *Exchange) SetNotModified(header http.Header) {
	if header == nil {
		header = http.Header{}
	}
	s.set(func(s *Exchange) { s.recorded.NotModified = header })
}

// Succeed records that the interceptor handed on a success.
func (s *Exchange) Succeed() { s.set(func(s *Exchange) { s.recorded.Succeeded = true }) }

// Recorded returns what became of the chain so far.
func (s *Exchange) Recorded() (recorded Record) {
	s.set(func(s *Exchange) { recorded = s.recorded })
	return recorded
}

// DeclareStatus sets the status of a success, unless the handler did.
func (s *Exchange) DeclareStatus(status int) {
	s.set(func(s *Exchange) {
		if s.status == 0 && isSuccess(status) {
			s.status = int16(status)
		}
	})
}

// SetStatus sets the status of a success, 200 to 299. It ignores any other.
func (s *Exchange) SetStatus(status int) {
	s.set(func(s *Exchange) {
		if isSuccess(status) {
			s.status = int16(status)
		}
	})
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

// Status returns the status of a success; 0 if nobody set one.
func (s *Exchange) Status() (status int) {
	s.set(func(s *Exchange) { status = int(s.status) })
	return status
}

// SetRoute sets the pattern that a router found for the request.
func (s *Exchange) SetRoute(route string) { s.set(func(s *Exchange) { s.route = route }) }

// Route returns the pattern that a router found for the request; empty if nobody set one.
func (s *Exchange) Route() (route string) {
	s.set(func(s *Exchange) { route = s.route })
	return route
}

// Refuse says that the request was answered with an error already: a transcoder that could not
// decode it may run the handler all the same. It gives what the chain has left by then.
func (s *Exchange) Refuse() (recorded Record) {
	s.set(func(s *Exchange) { s.refused, recorded = true, s.recorded })
	return recorded
}

// Refused reports whether the request was answered with an error already.
func (s *Exchange) Refused() (refused bool) {
	s.set(func(s *Exchange) { refused = s.refused })
	return refused
}

// Abort says that http.ErrAbortHandler is on its way out, and that nothing written from now on
// counts.
func (s *Exchange) Abort() {
	if s != nil {
		s.aborted.Store(true)
	}
}

// Aborted reports whether the request is being aborted.
func (s *Exchange) Aborted() bool { return s != nil && s.aborted.Load() }

// set does something with an exchange under its lock; nothing with a nil one.
func (s *Exchange) set(do func(*Exchange)) {
	if s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		do(s)
	}
}
