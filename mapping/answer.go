// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"
	"slices"
	"sync/atomic"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping/catalogue"
	"github.com/errpact/errpact/internal/requestid"
)

// An Answer is what a policy decided to send. It belongs to one goroutine. A zero Answer is that of
// an UNKNOWN error, by the default policy.
type Answer struct {
	policy *Policy
	err    error
	sent   *Error
	// id is the request's, once it was asked for.
	id string

	// local is the handler's own coded error that passes, with message.
	local   *Origin
	message string
	// invalid says that it is one of validation, and goes out as what is sent.
	invalid bool

	redacted, callerGone bool
	stage                Stage
	dropped              []string
	panicked             *panicked
}

// panicked is what was panicked with, and where.
type panicked struct {
	value any
	stack []byte
}

// Error is what is sent; never nil. Its cause stays in the process.
func (a *Answer) Error() *Error {
	if a == nil || a.sent == nil {
		return (*Error)(nil).orZero()
	}
	return a.sent
}

// settle puts the request's id into the error, where that is one to look for.
func (a *Answer) settle(call *Call) {
	if a.redacted || a.sent.HTTPStatus() >= http.StatusInternalServerError {
		id := a.RequestID(call)
		sent, own := a.sent.cloneToSet()
		own.requestID = id
		a.sent = sent
	}
}

// RequestID is the id under which the report has the error: the request's own, or made up. What was
// answered once already, by another interceptor inside, keeps the id that was made up there: under it
// that one's report has the cause.
func (a *Answer) RequestID(call *Call) string {
	if a == nil {
		return ""
	}
	if a.id == "" {
		a.id = call.requestID()
	}
	if a.id == "" && a.sent != nil {
		a.id = a.sent.has().requestID
	}
	if a.id == "" {
		a.id = requestid.New()
	}
	return a.id
}

// Local is the handler's own coded error that passes with its metadata; nil if the answer is not
// one.
func (a *Answer) Local() error {
	if a == nil || a.local == nil {
		return nil
	}
	return a.local.Node
}

// Wire is the message and the details that an RPC caller gets, within the budget. A caller who sends
// Accept-Language gets a google.rpc.LocalizedMessage where there is one in that language: the message
// itself stays the default one, for logs and for those who compare. The details are
// shared: they must not be changed. If Local is not nil and keepMetadata is false, its metadata is
// too large to be sent.
func (a *Answer) Wire(call *Call) (message string, details []*anypb.Any, keepMetadata bool) {
	if a == nil {
		a = new(Answer)
	}
	e := a.Error()
	limit := &budget{limit: a.policy.self().budget}
	if a.local == nil || a.invalid {
		e = e.linked(a.policy.self().help).speaking(call.languages())
	}
	if s := e.static(); a.local == nil && s != nil && s.weight <= limit.limit {
		return s.message, s.anys, true
	}
	// A handler sets headers for a reason: details go first, and the headers all at once where they
	// do not fit beside what cannot go.
	keepMetadata = a.local == nil || a.local.MetadataSize+a.fixedSize() <= limit.limit
	if a.local != nil && keepMetadata {
		limit.spent = a.local.MetadataSize
	}
	p := a.pack(e, limit)
	a.dropped = append(a.dropped, p.dropped...)
	if !keepMetadata {
		a.dropped = append(a.dropped, "headers")
	}
	return p.message, p.anys, keepMetadata
}

func (a *Answer) pack(e *Error, limit *budget) parcel {
	if a.local == nil || a.invalid {
		return e.pack(limit)
	}
	id := ""
	if a.redacted {
		id = e.has().requestID
	}
	return repack(a.message, repackable(a.local.Details), id, limit)
}

// Memo is where package interceptor keeps what it makes of a detail that all answers of an entry share;
// nil for any other detail. What is kept must not be of two types.
func (a *Answer) Memo(detail *anypb.Any) *atomic.Value {
	s := a.Error().code.spec()
	if i := slices.Index(s.anys, detail); i >= 0 && i < len(s.memos) {
		return &s.memos[i]
	}
	return nil
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
			anys = append(anys, newAny(typePrefix+validText(name), d.Value(i)))
		}
	}
	return anys
}

func (p *Policy) answer(err error, sent *Error) Answer {
	return Answer{policy: p, err: err, sent: sent, stage: StageHandler}
}

func (p *Policy) redacted(err error, sent *Error) Answer {
	a := p.answer(err, sent)
	a.redacted = true
	return a
}

// Panicked is the answer for a panic, whose value and stack go to the report alone.
func (p *Policy) Panicked(call *Call, value any, stack []byte) Answer {
	p = p.self()
	a := p.redacted(nil, p.role(catalogue.RoleUnmapped))
	a.panicked = &panicked{value, stack}
	a.settle(call)
	return a
}
