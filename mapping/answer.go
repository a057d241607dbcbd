// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"
	"slices"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/internal/requestid"
	"github.com/errpact/errpact/mapping/catalogue"
)

// An Answer is what a policy decided to send. It belongs to one goroutine. A zero Answer is that of
// an UNKNOWN error, by the default policy.
type Answer struct {
	policy *Policy
	err    error
	sent   *Error
	// id is the request's, once it was asked for.
	id string

	// text and details are what goes out. shared is what the error's code has in common with others, and
	// whole says that the answer is no more than that.
	text    string
	details []*anypb.Any
	shared  *prepared
	whole   bool
	// metadata is what the ErrorInfo among the details has of its own.
	metadata []pair
	// headers say some of it again.
	headers headers
	// envelope says that the caller gets the error as JSON, and none of these.
	envelope bool
	// less is what of sent is within the budget; nil if that is all.
	less *Error

	// local is the handler's own coded error that passes, with message. Its metadata may be too large.
	local           *Classification
	message         string
	withoutMetadata bool
	// invalid says that it is one of validation, and goes out as what is sent.
	invalid bool

	redacted, callerGone bool
	// undeclared says that the method does not declare the error.
	undeclared bool
	// repeats says that another interceptor, inside, has made and reported the answer.
	repeats bool
	// handlerText says that the message is the handler's own, of an error without an entry.
	handlerText bool
	// relayed says that another service's error goes on.
	relayed    bool
	stage      Stage
	origin     Origin
	dropped    []string
	budget     int // the limit that dropped did not fit into
	panicValue *panicValue
}

// panicValue is the value of a panic, and where it was.
type panicValue struct {
	value any
	stack []byte
}

// Error returns the error that is sent. It is never nil. Its cause stays in the process.
func (a *Answer) Error() *Error {
	if a == nil || a.sent == nil {
		return (*Error)(nil).orZero()
	}
	return a.sent
}

// complete gives the answer all that goes out.
func (a *Answer) complete(call *Call) {
	if call.HTTPStatus != 0 {
		a.sent = a.sent.withHTTPStatus(errorStatus(call.HTTPStatus), a.handlerText)
	}
	a.identify(call)
	a.fill(call)
}

// identify puts the request's id into the error, where that is one to look for.
func (a *Answer) identify(call *Call) {
	if a.redacted || a.sent.HTTPStatus() >= http.StatusInternalServerError {
		id := a.RequestID(call)
		sent, own := a.sent.cloneToSet()
		own.requestID = id
		a.sent = sent
	}
}

// RequestID returns the id under which the report has the error: the request's own, or a new one. If an
// interceptor inside has answered already, RequestID returns the id of that answer, since the inner report
// has the cause.
func (a *Answer) RequestID(call *Call) string {
	if a == nil {
		return ""
	}
	if a.id == "" {
		a.id = a.policy.self().requestIDOf(call)
	}
	if a.id == "" && a.sent != nil {
		a.id = a.sent.has().requestID
	}
	if a.id == "" && a.local != nil {
		a.id = answeredID(a.err)
	}
	if a.id == "" {
		a.id = requestid.New()
	}
	return a.id
}

// answeredID is the id of an answer that another interceptor made of err; empty if none did.
func answeredID(err error) (id string) {
	defer func() { _ = recover() }() // a method of the handler's own error
	found, _ := From(err)
	return found.has().requestID
}

// Message returns the message that an RPC caller gets.
func (a *Answer) Message() string {
	if a == nil || a.sent == nil {
		return a.Error().Message()
	}
	return a.text
}

// Details returns the details that an RPC caller gets, in their order; nil where [Call.Envelope] says that
// the caller is another. They are shared, and must not be changed.
func (a *Answer) Details() []*anypb.Any {
	if a == nil || a.sent == nil {
		return (*Policy)(nil).self().prepare(Code{}).details
	}
	return a.details
}

// ErrorInfo returns the google.rpc.ErrorInfo among the details as a message, for a transport that sends it
// in another form too. It returns nil if many answers share the encoded form, or if there is no ErrorInfo.
func (a *Answer) ErrorInfo() *errdetails.ErrorInfo {
	if a == nil || len(a.metadata) == 0 {
		return nil
	}
	s := a.sent.code.spec()
	info := &errdetails.ErrorInfo{Reason: a.sent.code.infoReason(), Domain: s.domain, Metadata: make(map[string]string, len(a.metadata))}
	for _, p := range a.metadata {
		info.Metadata[p.key] = p.value
	}
	return info
}

// Local returns the handler's own coded error whose metadata goes out with the answer. It returns nil if
// there is no such error, or if its metadata is over the budget.
func (a *Answer) Local() error {
	if a == nil || a.local == nil || a.withoutMetadata {
		return nil
	}
	return a.local.Node
}

// fill makes what an RPC caller gets: the message, and the details within the budget. A caller who
// sends Accept-Language gets a google.rpc.LocalizedMessage where there is one in that language: the message
// itself stays the default one, for logs and for those who compare.
func (a *Answer) fill(call *Call) {
	if call.Envelope {
		a.sent = a.sent.inJSON(call.Input)
		a.text, a.envelope = a.sent.Message(), true
		return
	}
	a.headers = a.policy.headersOf(call, a.sent)
	if a.local != nil && !a.invalid {
		a.fillLocal(call)
		return
	}
	a.shared = a.policy.prepare(a.sent.code)
	e := a.sent.speaking(call)
	if message := e.Message(); a.local == nil && e.isBare() && a.shared.weighs(message)+a.headers.droppable() <= a.policy.budget {
		a.text, a.details = message, a.shared.details
		a.whole = message == a.shared.message && a.sent.isAsEntry()
		return
	}
	p := e.pack(a.shared.help)
	if a.headers.requestID != "" {
		p.request = nil // it is a header
		p.build()
	}
	if p = a.fit(p, budget{limit: a.policy.budget, weighing: weighTwice}); len(p.dropped) > 0 {
		a.less = a.sent.reduced(p)
	}
}

// fillLocal is fill for a handler's own coded error, which keeps its details.
func (a *Answer) fillLocal(call *Call) {
	id, details := a.sent.has().requestID, repackable(a.local.Details)
	if a.headers.requestID != "" {
		id = "" // it is a header
	} else if id != "" {
		details = slices.DeleteFunc(details, func(d *anypb.Any) bool { return d.MessageName() == requestInfoName })
	}
	limit := budget{limit: a.policy.budget, weighing: weighTwice}
	if a.policy.connectMessages {
		limit = a.policy.messageBudget(call.Wire)
	}
	a.fit(repack(a.message, details, id), limit)
}

// fit takes what is within the budget. A handler sets headers for a reason: details go first, and the headers all
// at once where they do not fit beside what cannot go.
func (a *Answer) fit(p packing, limit budget) packing {
	p.weighing, p.retryKey, p.retryWeight = limit.weighing, a.headers.retryKey, a.headers.droppable()
	limit.spent = a.headers.fixed()
	if a.local != nil {
		size := a.local.MetadataSize
		if a.withoutMetadata = size > 0 && size+limit.spent+a.fixedSize(limit.weighing) > limit.limit; !a.withoutMetadata {
			limit.spent += size
		}
	}
	p = p.within(limit)
	a.text, a.details, a.metadata = p.message, p.anys, p.metadata
	a.dropped = append(a.dropped, p.dropped...)
	if p.retryWeight == 0 {
		a.headers.retryKey, a.headers.retry = "", ""
	}
	if a.withoutMetadata {
		a.dropped = append(a.dropped, "headers")
	}
	if len(a.dropped) > 0 {
		a.budget = limit.limit
	}
	return p
}

// repackable rebuilds the details of a handler's own coded error from their types and bytes, so
// that no rendering of them that a peer forged goes on. A DebugInfo never leaves. A list that knows the URLs of
// the types keeps them.
func repackable(d DetailList) []*anypb.Any {
	if d == nil {
		return nil
	}
	urls, _ := d.(interface{ TypeURL(i int) string })
	anys := make([]*anypb.Any, 0, d.Len())
	for i := range d.Len() {
		name := d.Type(i)
		if name == "" || name == debugInfoName {
			continue
		}
		url := typePrefix + name
		if urls != nil {
			url = urls.TypeURL(i)
		}
		anys = append(anys, newAny(validText(url), d.Value(i)))
	}
	return anys
}

func (p *Policy) answer(err error, sent *Error) Answer {
	return Answer{policy: p, err: err, sent: sent, stage: StageHandler, origin: OriginEntry}
}

func (p *Policy) redacted(err error, sent *Error) Answer {
	a := p.answer(err, sent)
	a.redacted = true
	return a
}

// failed answers with the entry of a role, which says nothing of err.
func (p *Policy) failed(err error, role catalogue.Role) Answer {
	a := p.redacted(err, p.role(role))
	if a.origin = OriginUpstream; role == catalogue.RoleUnmapped {
		a.origin = OriginUnmapped
	}
	return a
}

// passedOn answers with another service's error.
func (p *Policy) passedOn(err error, e *Error) Answer {
	a := p.answer(err, e.passed())
	a.relayed, a.origin = true, OriginUpstream
	return a
}

// Panicked decides what the caller gets for a panic, whose value and stack go to the report alone.
func (p *Policy) Panicked(call *Call, value any, stack []byte) Answer {
	a := p.self().panicked(value, stack)
	a.complete(call.orZero())
	return a
}

func (p *Policy) panicked(value any, stack []byte) Answer {
	a := p.failed(nil, catalogue.RoleUnmapped)
	a.panicValue = &panicValue{value, stack}
	return a
}
