// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"

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

	// local is the handler's own coded error that passes, with message. Its metadata may be too large.
	local           *Classification
	message         string
	withoutMetadata bool
	// invalid says that it is one of validation, and goes out as what is sent.
	invalid bool

	redacted, callerGone bool
	stage                Stage
	dropped              []string
	panicValue           *panicValue
}

// panicValue is the value of a panic, and where it was.
type panicValue struct {
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

// complete gives the answer all that goes out.
func (a *Answer) complete(call *Call) {
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
// in another form too; nil where its encoded form is shared, or there is none.
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

// Local returns the handler's own coded error whose metadata goes out with the answer; nil if there is
// none, or its metadata is larger than the budget allows.
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
		a.text = a.sent.Message()
		return
	}
	if a.local != nil && !a.invalid {
		a.fillLocal()
		return
	}
	a.shared = a.policy.prepare(a.sent.code)
	e := a.sent.speaking(call)
	if message := e.Message(); a.local == nil && e.isBare() && a.shared.weighs(message) <= a.policy.budget {
		a.text, a.details, a.whole = message, a.shared.details, message == a.shared.message
		return
	}
	a.fit(e.pack(a.shared.help))
}

// fillLocal is fill for a handler's own coded error, which keeps its details.
func (a *Answer) fillLocal() {
	id := ""
	if a.redacted {
		id = a.sent.has().requestID
	}
	a.fit(repack(a.message, repackable(a.local.Details), id))
}

// fit takes what is within the budget. A handler sets headers for a reason: details go first, and the headers all
// at once where they do not fit beside what cannot go.
func (a *Answer) fit(p packing) {
	limit := budget{limit: a.policy.budget}
	if a.local != nil {
		if a.withoutMetadata = a.local.MetadataSize+a.fixedSize() > limit.limit; !a.withoutMetadata {
			limit.spent = a.local.MetadataSize
		}
	}
	p = p.within(limit)
	a.text, a.details, a.metadata = p.message, p.anys, p.metadata
	a.dropped = append(a.dropped, p.dropped...)
	if a.withoutMetadata {
		a.dropped = append(a.dropped, "headers")
	}
}

// repackable rebuilds the details of a handler's own coded error from their types and bytes, so
// that no rendering of them that a peer forged goes on. A DebugInfo never leaves.
func repackable(d DetailList) []*anypb.Any {
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

// Panicked decides what the caller gets for a panic, whose value and stack go to the report alone.
func (p *Policy) Panicked(call *Call, value any, stack []byte) Answer {
	a := p.self().panicked(value, stack)
	a.complete(call.orZero())
	return a
}

func (p *Policy) panicked(value any, stack []byte) Answer {
	a := p.redacted(nil, p.role(catalogue.RoleUnmapped))
	a.panicValue = &panicValue{value, stack}
	return a
}
