// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"encoding/json"
	"net/http"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/requestid"
	"github.com/errpact/errpact/mapping/catalogue"
)

// An ErrorResponse is an error answer as a transport received it.
type ErrorResponse struct {
	// ConnectCode counts as unknown if it is outside 1 to 16.
	ConnectCode ConnectCode
	// Wire says that the peer answered, rather than that a client had no answer, and Relay that the error may
	// be passed on.
	Wire, Relay bool
	// IsWire is asked about Cause where Wire is false, if that makes a difference: to ask may cost more than
	// all the rest. It may be nil.
	IsWire func(cause error) bool
	// Failure says how the call failed if the transport knows, of an error that is not Wire. If it is 0, Cause
	// tells, or else ConnectCode.
	Failure CallFailure
	Message string
	// Details may be nil.
	Details DetailList
	// Cause is the transport's own error. Unwrap gives it. [Policy.DecodeHTTP] keeps it where there is no Envelope.
	Cause error
	// RequestHeader has the request's headers, which tell whether it carried a credential.
	RequestHeader http.Header
	// HTTPStatus is the answer's own where it is known to a caller of a REST API; else 0. RequestID is
	// its X-Request-Id, and RetryDelay what its Retry-After says, where no detail does.
	HTTPStatus int
	RequestID  string
	RetryDelay time.Duration
	// Envelope is the body that a REST API answered with, where it is one; else nil. [Policy.DecodeHTTP]
	// alone looks at it.
	Envelope *Envelope
	// Known is an error that this process made on the client's way to the peer; else nil. All but its
	// being made here is kept.
	Known *Error

	// errorDetail is what SetErrorDetail has read.
	errorDetail namedCode
}

// SetErrorDetail reads the bytes of the first errpact.v1.ErrorDetail among the details, and keeps none of
// them; nil says that there is no such detail. A transport need not call it: Decode finds the detail in
// Details, at the cost of a copy.
func (r *ErrorResponse) SetErrorDetail(encoded []byte) {
	if encoded == nil {
		r.errorDetail = namedCode{sought: true}
		return
	}
	r.errorDetail.read(encoded)
}

// Decode makes an Error of what a client received: by its ErrorDetail if there is one, else by an
// ErrorInfo of a domain that it knows, else inferred from the Connect code. It knows the policy's catalogues,
// and after them those that are linked into the program. Of these it takes a domain only if one of them alone
// has it. Other details are not decoded until asked for. A number or a catalogue that is not known is kept.
// The result is Remote. A nil response is a zero one.
func (p *Policy) Decode(r *ErrorResponse) *Error {
	p = p.self()
	if r == nil {
		r = new(ErrorResponse)
	}
	details := r.Details
	if isNil(details) {
		details = nil
	}
	if r.Known != nil {
		e := r.Known.clone()
		e.remote, e.relay, e.cause = true, r.Relay, r.Cause
		return e
	}
	e := &Error{
		cause:       r.Cause,
		connectCode: uint8(connectcode.Valid(r.ConnectCode)), received: details,
		remote: true, relay: r.Relay,
	}
	switch {
	case details != nil && p.decodeDetail(e, &r.errorDetail):
	case details != nil && p.decodeInfo(e):
	default:
		e.inferred = true
		e.wire = r.Wire || r.IsWire != nil && r.IsWire(r.Cause)
		e.code = p.infer(ConnectCode(e.connectCode), r.RequestHeader)
		if !e.wire {
			p.inferUnanswered(e, r)
		}
	}
	e.answered(r)
	if id := requestid.Valid(r.RequestID); id != "" {
		e.set().requestID = id
	}
	if r.RetryDelay > 0 {
		if _, said := e.RetryDelay(); !said {
			e.set().retry = retryDelay{r.RetryDelay, true}
		}
	}
	if e.message == "" && e.inferred {
		e.message = e.code.textAt(int(e.httpStatus))
	}
	if code, ok := e.linkedCode(); ok {
		e.byLinked(code).answered(r)
	}
	return e
}

// answered takes over the message, and the HTTP status, for the error's code.
func (e *Error) answered(r *ErrorResponse) {
	e.setMessage(r.Message)
	e.httpStatus = uint16(e.answeredWith(r.HTTPStatus))
}

// answeredWith is the answer's HTTP status: what a REST caller saw, if it is known, else that of the entry
// if it was answered with its own Connect code, else that of the Connect code.
func (e *Error) answeredWith(seen int) int {
	switch s := e.code.spec(); {
	case seen != 0:
		return errorStatus(seen)
	case !e.inferred && s.connectCode == ConnectCode(e.connectCode):
		return s.httpStatus
	}
	return ConnectCode(e.connectCode).HTTPStatus()
}

// setMessage is for a message that was received. Most are the code's own, which need not be looked at.
func (e *Error) setMessage(message string) {
	if s := e.code.spec(); message == s.message {
		e.message = s.message
		return
	}
	e.message = cleanMessage(message)
}

func (p *Policy) infer(connectCode ConnectCode, header http.Header) Code {
	condition := ConditionAny
	if connectCode == connectcode.Unauthenticated {
		condition = p.UnauthenticatedCondition(header)
	}
	return p.byConnect[connectCode][condition].code
}

// inferUnanswered gives a client's own unavailable the entry that a server would answer with: that another
// service could not be reached, say, and that trying again can help.
func (p *Policy) inferUnanswered(e *Error, r *ErrorResponse) {
	e.failed = r.unanswered()
	if e.failed == CallAnswered || e.connectCode != connectcode.Unavailable {
		return
	}
	e.code = p.byRole[roles[e.failed]]
	if delay := e.code.spec().retryDelay; delay != nil {
		e.set().retry = retryDelay{*delay, true}
	}
}

// decodeDetail goes by the first ErrorDetail, which may have been read already.
func (p *Policy) decodeDetail(e *Error, d *namedCode) bool {
	if !d.sought {
		d = new(namedCode)
		if value, ok := bytesOf(e.received, errorDetailName); ok {
			d.read(value)
		}
	}
	if !d.found {
		return false
	}
	e.code = p.codeNamed(d)
	if payload := validText(d.payload); payload != "" && json.Valid([]byte(payload)) {
		e.set().payload = payload
	}
	return true
}

// codeNamed is the code that an ErrorDetail names. What the policy does not know keeps its number,
// and its catalogue's name.
func (p *Policy) codeNamed(d *namedCode) Code {
	reason := d.reason
	if reason != "" && !catalogue.IsReason(reason) {
		reason = ""
	}
	name := d.catalogue
	if d.builtin {
		name = ""
	} else if name == "" || len(name) > maxMessage || !protoreflect.FullName(name).IsValid() {
		name = "unknown"
	}
	if c := p.known(name); c != nil {
		return c.code(d.number, reason)
	}
	if name == "" {
		// Read first: a catalogue keeps every number that it is asked for before that.
		_, _ = builtin.loaded()
		return builtin.code(d.number, reason)
	}
	return foreignCode(name, d.number, reason)
}

// foreignCode is a code of a catalogue of which only the name is known. It is not kept.
func foreignCode(name string, number int32, reason string) Code {
	foreign := new(struct {
		catalogue Catalogue
		entry     entry
	})
	foreign.catalogue.name = protoreflect.FullName(name)
	foreign.entry.catalogue, foreign.entry.number, foreign.entry.reason = &foreign.catalogue, number, reason
	return Code{&foreign.entry}
}

// decodeInfo goes by google.rpc.ErrorInfo, of a server that does not send ErrorDetail.
func (p *Policy) decodeInfo(e *Error) bool {
	var info errdetails.ErrorInfo
	if !find(e.received, &info) {
		return false
	}
	for _, c := range p.catalogues {
		if c.Domain() != info.GetDomain() {
			continue
		}
		if code, ok := c.named(info.GetReason()); ok {
			e.code = code
			return true
		}
	}
	return false
}
