// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/catalogue"
)

// Source says where an error comes from.
type Source uint8

const (
	// SourceLocal: a handler, or what it called in this process, made the error for its caller.
	SourceLocal Source = iota + 1
	// SourceRemote: the error came off a wire, or a client made it for want of an answer. It is a
	// border: nothing below it is this process's.
	SourceRemote
	// SourceCaller: reading from or writing to the caller failed.
	SourceCaller
)

// Origin is what a transport alone can tell of an error that has one of its types.
type Origin struct {
	Source Source
	// ConnectCode is the code that the error has.
	ConnectCode uint32
	// When tells what was wrong with the request, of SourceCaller.
	When When
	// Message and Details are those of the error, of SourceLocal, and MetadataSize what its headers weigh.
	Message      string
	Details      Details
	MetadataSize int
	// Node is the error itself, of SourceLocal.
	Node error
}

// Call is what a transport knows of the request whose error is to be translated.
type Call struct {
	// Context is the request's own. Nil never ends.
	Context context.Context
	// Procedure is for reports: "/acme.shop.v1.Shop/Buy", or a REST method and path.
	Procedure string
	// Header has the request's headers, for its id and its credential. It may be nil.
	Header http.Header
	// RequestID is the request's id where that was settled already; else it is found in Header, or
	// made up.
	RequestID string
	// Classify tells the origin of an error of the transport's types, judging that error alone and
	// not what it wraps. It may be nil.
	Classify func(error) (Origin, bool)
}

// deadlineMargin is how early a dependency that was given the request's own deadline may notice it.
const deadlineMargin = 25 * time.Millisecond

// Translate decides what the caller gets for err. The first that matches decides, of:
//
//  1. an Error or Code that this process made: itself;
//  2. the request's own end: canceled, or deadline_exceeded, if that is what err is about; and what
//     the caller's own stream gave: canceled, or INVALID_STRUCTURE;
//  3. the policy's rules, in order;
//  4. another service's error, a failed connection, or a dependency's own timeout: the entry of the
//     catalogue's upstream role, or, of an error to be relayed, that error;
//  5. a coded error of the transport that a handler made: as it is, its message where that speaks to
//     the caller;
//  6. anything else: the entry of the catalogue's unmapped role.
//
// A nil err, which has no answer, is taken for 6, and so is a panic in any method of err.
func (p *Policy) Translate(call Call, err error) (answer Answer) {
	p = p.self()
	defer func() {
		if value := recover(); value != nil {
			answer = p.Panicked(call, value, debug.Stack())
			answer.err = err
		}
	}()
	if e, ok := err.(*Error); ok && !e.Remote() {
		return p.answer(call, err, e.orZero())
	}
	view, ok := look(err, call.Classify)
	if !ok {
		return p.redacted(call, err, p.role(catalogue.RoleUnmapped))
	}
	return p.decide(call, err, view)
}

func (p *Policy) decide(call Call, err error, v *view) Answer {
	if v.own != nil {
		return p.answer(call, err, v.own.orZero())
	}
	if e := p.callersEnd(call, v); e != nil {
		a := p.answer(call, err, e)
		a.callerGone = e.ConnectCode() != codeInvalidArgument && e.ConnectCode() != codeResourceExhausted
		return a
	}
	if e := p.applyRules(v.domestic(err)); e != nil {
		return p.answer(call, err, e)
	}
	if v.relayed != nil && v.relayed.mayPass() {
		return p.answer(call, err, v.relayed.passed())
	}
	if role, ok := v.upstream(); ok {
		return p.redacted(call, err, p.role(role))
	}
	if v.local != nil {
		return p.pass(call, err, v)
	}
	return p.redacted(call, err, p.role(catalogue.RoleUnmapped))
}

// callersEnd is the error for a caller who is gone, whose deadline is over, or who sent what cannot
// be read; nil if err is not about that. A cause is judged before a code: Connect calls a cut
// connection to a dependency canceled.
func (p *Policy) callersEnd(call Call, v *view) *Error {
	if v.caller != nil {
		return p.ByConnectCode(v.caller.ConnectCode, v.caller.When)
	}
	ended := endOf(call.Context)
	if ended == 0 {
		return nil
	}
	coded := (v.codedCanceled || v.codedExpired) && !v.broken && !v.unreachable && !v.timedOut
	if v.canceled || v.expired || coded {
		return p.ByConnectCode(ended, WhenAny)
	}
	return nil
}

// endOf says how the request has ended: canceled, deadline_exceeded, or 0 if it is alive.
func endOf(ctx context.Context) uint32 {
	if ctx == nil {
		return 0
	}
	switch ctx.Err() {
	case nil:
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < deadlineMargin {
			return codeDeadlineExceeded
		}
		return 0
	case context.DeadlineExceeded:
		return codeDeadlineExceeded
	}
	return codeCanceled
}

func (p *Policy) applyRules(err error) *Error {
	if err == nil {
		return nil
	}
	for _, rule := range p.rules {
		if e, ok := rule(err); ok && e != nil {
			return e
		}
	}
	return nil
}

// upstream says which part a failure of another service plays. What failed on the way to it is
// judged before what it is coded as.
func (v *view) upstream() (catalogue.Role, bool) {
	switch {
	case v.unreachable, v.broken:
		return catalogue.RoleUpstreamUnreachable, true
	case v.canceled, v.expired, v.timedOut:
		return catalogue.RoleUpstreamTimedOut, true
	case v.border == nil:
		return 0, false
	}
	switch v.border.ConnectCode {
	case codeUnavailable, codeResourceExhausted:
		return catalogue.RoleUpstreamUnreachable, true
	case codeCanceled, codeDeadlineExceeded:
		return catalogue.RoleUpstreamTimedOut, true
	}
	return catalogue.RoleUpstreamRejected, true
}

// mayPass says whether a relayed error is one that the peer answered, and not about this process's
// own credential.
func (e *Error) mayPass() bool {
	return (e.wire || !e.inferred) && e.ConnectCode() != codeUnauthenticated
}

// maxRelayedDelay bounds the retry delay that another service can impose on our callers.
const maxRelayedDelay = time.Hour

// passed is what goes on of a relayed error, rebuilt.
func (e *Error) passed() *Error {
	delay, _ := e.RetryDelay()
	return &Error{
		code:        e.code,
		message:     e.message,
		metadata:    e.pairs(),
		fields:      e.Fields(),
		payload:     e.payload,
		retry:       retryDelay{min(delay, maxRelayedDelay), true},
		connectCode: e.ConnectCode(),
		httpStatus:  e.HTTPStatus(),
		inferred:    e.inferred,
		cause:       e,
	}
}

// pass answers with a handler's own coded error.
func (p *Policy) pass(call Call, err error, v *view) Answer {
	o := v.local
	code, when := validCode(o.ConnectCode), WhenAny
	switch {
	case code == codeUnauthenticated:
		when = p.WhenUnauthenticated(call.Header)
	case code == codeInvalidArgument && v.undecodable:
		when = WhenUndecodable
	}
	sent := p.byConnect[code][when]
	message := cleanMessage(o.Message)
	if p.connectMessages {
		message = validText(o.Message)
	} else if v.undecodable || speaksOfServer(code) || o.ConnectCode != code {
		a := p.answer(call, err, sent)
		a.local, a.message = o, sent.Message()
		a.redacted = message != "" && message != a.message
		return a
	}
	if sent.message != "" { // not the entry's
		sent = fallBack(sent.code, code, sent.httpStatus, cleanMessage(message))
	}
	a := p.answer(call, err, sent)
	a.local, a.message = o, message
	return a
}

// speaksOfServer says whose messages are written for the server's own people.
func speaksOfServer(code uint32) bool {
	switch code {
	case codeUnknown, codeInternal, codeDataLoss, codeUnavailable, codeDeadlineExceeded:
		return true
	}
	return false
}

func (p *Policy) answer(call Call, err error, sent *Error) Answer {
	return Answer{policy: p, call: call, err: err, sent: sent, stage: StageHandler}
}

func (p *Policy) redacted(call Call, err error, sent *Error) Answer {
	a := p.answer(call, err, sent)
	a.redacted = true
	return a
}

// Panicked is the answer for a panic, whose value and stack go to the report alone.
func (p *Policy) Panicked(call Call, value any, stack []byte) Answer {
	p = p.self()
	a := p.redacted(call, nil, p.role(catalogue.RoleUnmapped))
	a.panicked, a.stack = value, stack
	return a
}

// An Answer is what a policy decided to send. It belongs to one goroutine.
type Answer struct {
	policy *Policy
	call   Call
	err    error
	sent   *Error

	// local is the handler's own coded error that passes, with message.
	local   *Origin
	message string

	redacted, callerGone bool
	identified           bool
	stage                Stage
	panicked             any
	stack                []byte
	dropped              []string
}

// Error is what is sent; never nil, and never an error with a nil cause of its own that leaks: its
// cause stays in the process.
func (a *Answer) Error() *Error {
	if a.sent.HTTPStatus() >= http.StatusInternalServerError || a.redacted {
		a.identify()
	}
	return a.sent
}

// identify puts the request's id into the error, once.
func (a *Answer) identify() {
	if a.identified {
		return
	}
	a.identified = true
	a.sent = a.sent.clone()
	a.sent.requestID = a.RequestID()
}

// RequestID is the id under which the report has the error: the request's own, or made up.
func (a *Answer) RequestID() string {
	if a.call.RequestID == "" {
		a.call.RequestID = RequestIDOf(a.call.Header)
	}
	return a.call.RequestID
}

// Local is the handler's own coded error that passes with its metadata; nil if the answer is not
// one.
func (a *Answer) Local() error {
	if a.local == nil {
		return nil
	}
	return a.local.Node
}

// Wire is the message and the details that an RPC caller gets, within the budget. The details are
// shared: they must not be changed. If Local is not nil and keepMetadata is false, its metadata is
// too large to be sent.
func (a *Answer) Wire() (message string, details []*anypb.Any, keepMetadata bool) {
	e := a.Error()
	limit := &budget{limit: a.policy.budget}
	var p *parcel
	keepMetadata = true
	if a.local != nil {
		keepMetadata = a.local.MetadataSize <= limit.limit/2
		if keepMetadata {
			limit.spent = a.local.MetadataSize
		} else {
			a.dropped = append(a.dropped, "headers")
		}
		id := ""
		if a.redacted {
			id = e.requestID
		}
		p = repack(a.message, repackable(a.local.Details), id, limit)
	} else {
		p = e.pack(limit)
	}
	a.dropped = append(a.dropped, p.dropped...)
	return p.message, p.anys, keepMetadata
}

// repackable rebuilds the details of a handler's own coded error from their types and bytes, so
// that no rendering of them that a peer forged goes on. A DebugInfo never leaves.
func repackable(d Details) []*anypb.Any {
	if d == nil {
		return nil
	}
	anys := make([]*anypb.Any, 0, d.Len())
	for i := range d.Len() {
		if name := d.Type(i); name != "" && name != debugInfoName {
			anys = append(anys, newAny(name, d.Value(i)))
		}
	}
	return anys
}
