// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping/catalogue"
)

// Source says where an error comes from.
type Source uint8

const (
	// SourceLocal is an error that a handler, or what it called in this process, made for its caller.
	SourceLocal Source = iota + 1
	// SourceRemote is an error that came off a wire, or that a client made for want of an answer. It is a
	// border: nothing below it is this process's.
	SourceRemote
	// SourceCaller is an error of reading from the caller, or of writing to it.
	SourceCaller
	// SourceBackend is the answer of a backend that this process is the front of: a gateway, which sends
	// on the caller's own credential and deadline, and answers in the backend's name. It is a border, too.
	SourceBackend
)

// isBorder says that nothing below such an error is this process's.
func (s Source) isBorder() bool { return s == SourceRemote || s == SourceBackend }

// A Classification has what a transport alone knows about an error that has one of its types.
type Classification struct {
	Source Source
	// ConnectCode is the code that the error has.
	ConnectCode ConnectCode
	// Failure says how the call failed, of SourceRemote; 0 is CallAnswered.
	Failure CallFailure
	// Condition tells what was wrong with the request, of SourceCaller. Of SourceLocal, ConditionTooLarge says that
	// a response was too large to be sent. ConnectCode is what that means, and MadeCode what the transport made of
	// it; 0 where that is the same.
	Condition Condition
	MadeCode  ConnectCode
	// Message is the error's, of SourceLocal, SourceBackend and SourceCaller. Details are those of the
	// first two, and MetadataSize what the headers of SourceLocal weigh.
	Message      string
	Details      DetailList
	MetadataSize int
	// Fields are those of the request that are wrong, of SourceCaller, where they are known.
	Fields []Field
	// Public says that Message was written for the caller, whatever the code: it is never replaced.
	Public bool
	// Node is the error itself, of SourceLocal.
	Node error
}

// Call is what a transport knows of the request whose error is to be translated.
type Call struct {
	// Context is the request's own. Nil never ends.
	Context context.Context
	// Procedure is for reports: "/acme.shop.v1.Shop/Buy", or a REST request's path, and its Method.
	Procedure, Method string
	// Route is the pattern that a router found for a REST request, for reports; empty if it is not known.
	Route string
	// Header has the request's headers, for its id, its credential and its languages. It may be nil.
	Header http.Header
	// LazyHeader returns the headers of the request with that Context. The policy calls it where Header is nil
	// and the headers are needed, for a transport to which they cost something. It may be nil.
	LazyHeader func(context.Context) http.Header
	// Envelope says that the caller reads the envelope. The answer then has no details, and no budget.
	Envelope bool
	// Wire says how the error of an RPC travels.
	Wire Wire
	// HTTPStatus is the status of the answer to a REST caller where it is to have another than its error, 400
	// to 599; any other number but 0 is 500.
	HTTPStatus int
	// Input describes the request's message, whose fields may have JSON names of their own, for the envelope.
	// Nil is a message whose JSON names are those that protobuf derives.
	Input protoreflect.MessageDescriptor
	// RequestID is the request's id where that is known already; else it is found in Header, or
	// made up.
	RequestID string
	// Classify tells the origin of an error of the transport's types, judging that error alone and
	// not what it wraps. It may be nil.
	Classify func(error) (Classification, bool)
}

// header is the request's.
func (c *Call) header() http.Header {
	if c == nil {
		return nil
	}
	if c.Header == nil && c.LazyHeader != nil {
		c.Header, c.LazyHeader = c.LazyHeader(c.Context), nil
	}
	return c.Header
}

func (c *Call) orZero() *Call {
	if c == nil {
		return new(Call)
	}
	return c
}

// Translate decides what the caller gets for err. The first that matches decides, of:
//
//  1. an Error or Code that this process made: itself;
//  2. the request's own end: canceled, or deadline_exceeded, if that is what err is about, also in the words
//     of a database's driver, or as the cause that its context was ended with; and what the caller's own stream gave: canceled, or INVALID_STRUCTURE;
//  3. the policy's rules, in order;
//  4. another service's error, a failed connection, or a dependency's own timeout: the entry of the
//     catalogue's upstream role, or, of an error to be relayed, that error;
//  5. a coded error of the transport that a handler made: as it is, its message where that speaks to
//     the caller; so is a backend's that names no entry, and one that does is that entry. One of
//     protovalidate is the entry that the rule asks for which the request violates, with its fields;
//  6. anything else: the entry of the catalogue's unmapped role, or, with [Call.HTTPStatus], of that status.
//
// With [WithDeclared], an error that the method does not declare is reported, or answered as 6.
// A nil err, which has no answer, is taken for 6, and so is a panic in any method of err. A nil
// call is one of which nothing is known.
func (p *Policy) Translate(call *Call, err error) Answer {
	p, call = p.self(), call.orZero()
	a := p.judge(call, err)
	p.hold(call, &a)
	a.complete(call)
	return a
}

func (p *Policy) judge(call *Call, err error) Answer {
	switch e := err.(type) { // most are one of these
	case Code:
		return p.answer(err, e.bare())
	case *Error:
		if e == nil {
			return p.answer(errNil, e.orZero())
		}
		if !e.Remote() {
			return p.owned(call, err, e)
		}
	}
	return p.search(call, err)
}

// errNil is the cause in the report of a nil *Error, which has nothing to say and is not nil as an error.
var errNil = errors.New("a nil *mapping.Error was returned as an error: declare the result or variable that holds it as error")

// search survives what a method of err does.
func (p *Policy) search(call *Call, err error) (answer Answer) {
	defer func() {
		if value := recover(); value != nil {
			answer = p.panicked(value, debug.Stack())
			answer.err = err
		}
	}()
	v, ok := walk(err, call.Classify)
	if !ok {
		return p.unmapped(call, err)
	}
	answer = p.decide(call, err, &v)
	answer.repeats = v.answered
	return answer
}

func (p *Policy) decide(call *Call, err error, v *findings) Answer {
	if v.ownNil {
		return p.answer(fmt.Errorf("%w: %w", err, errNil), v.own)
	}
	if v.own != nil {
		return p.owned(call, err, v.own)
	}
	if e := p.callersEnd(call, err, v); e != nil {
		return p.ended(err, e, v.caller)
	}
	if e, by := p.applyRules(call.Context, v.forRules(err)); e != nil {
		v.answered = false // this is another answer
		switch {
		case !e.Remote() && p.known(e.Code().Catalogue().Name()) != nil:
			return p.answer(err, e)
		case !e.Remote():
			return p.failed(p.rules[by].unsendable(by, e, err), catalogue.RoleUnmapped)
		}
		// A rule that finds a received error in one of its own does not make it ours.
		found, _ := walk(e, call.Classify)
		v = &found
	}
	if v.relayed != nil && v.relayed.mayPass() {
		return p.passedOn(err, v.relayed)
	}
	if v.backend != nil {
		return p.front(call, err, v)
	}
	if role, ok := v.upstream(); ok {
		return p.failed(err, role)
	}
	if v.local != nil {
		return p.pass(call, err, v)
	}
	return p.unmapped(call, err)
}

// unmapped answers with the entry for errors that nobody mapped, or with the one for the HTTP status that a front
// asks for.
func (p *Policy) unmapped(call *Call, err error) Answer {
	if call.HTTPStatus == 0 {
		return p.failed(err, catalogue.RoleUnmapped)
	}
	condition := ConditionAny
	if call.HTTPStatus == http.StatusUnauthorized {
		condition = p.UnauthenticatedCondition(call.header())
	}
	a := p.answer(err, p.ByHTTPStatus(call.HTTPStatus, condition))
	a.origin = OriginUnmapped
	a.redacted = a.sent.HTTPStatus() >= http.StatusInternalServerError // else the status says what there is to say
	return a
}

// owned answers with a handler's own error, which it may have made of the request's own end.
func (p *Policy) owned(call *Call, err error, e *Error) Answer {
	a := p.answer(err, e.orZero())
	if a.sent.cause != nil && endOf(call.Context) != 0 {
		a.callerGone = p.meansEnd(call, a.sent.cause)
	}
	return a
}

// applyRules returns the error of the first rule that handles err, and the rule's place.
func (p *Policy) applyRules(ctx context.Context, err error) (e *Error, by int) {
	if err == nil {
		return nil, 0
	}
	for i, rule := range p.rules {
		if e := rule.apply(ctx, err); e != nil {
			return e, i
		}
	}
	return nil, 0
}

// pass answers with a handler's own coded error.
func (p *Policy) pass(call *Call, err error, v *findings) Answer {
	o := v.local
	if o.Condition == ConditionTooLarge {
		return p.unsendable(err, o)
	}
	code, condition := connectcode.Valid(o.ConnectCode), ConditionAny
	violations := violationsOf(code, o.Details)
	switch {
	case code == connectcode.Unauthenticated:
		condition = p.UnauthenticatedCondition(call.header())
	case violations != nil:
		condition = conditionOfViolations(violations)
	case code == connectcode.InvalidArgument && v.undecodable:
		condition = ConditionUndecodable
	}
	sent := described(p.byConnect[code][condition], o.Details)
	message := cleanMessage(o.Message)
	if p.connectMessages {
		message = validText(o.Message)
	} else if violations == nil && (isBlank(message) || p.catalogueMessages || !o.Public && (v.undecodable || speaksOfServer(code) || o.ConnectCode != code)) {
		a := p.answer(err, sent)
		a.local, a.message = o, sent.Message()
		a.redacted = !isBlank(message) && message != a.message
		return a
	}
	if violations == nil || sent.message != "" { // else the entry's says as much as a validator's
		sent = sent.saying(cleanMessage(message))
	}
	if violations != nil {
		sent = sent.violating(violations, o.Details)
	}
	a := p.answer(err, sent)
	a.local, a.message = o, message
	if violations != nil {
		a.origin = OriginValidation
	}
	a.invalid = violations != nil && !p.connectMessages
	a.handlerText = violations == nil && message != ""
	return a
}

// unsendable answers for a response that was too large to be sent. That is no fault of the caller's, and has the
// code that frameworks give it where they answer by themselves.
func (p *Policy) unsendable(err error, o *Classification) Answer {
	sent := p.role(catalogue.RoleUnmapped).clone()
	sent.connectCode = uint8(connectcode.Valid(o.ConnectCode))
	a := p.redacted(err, sent)
	a.origin = OriginResponse
	if p.connectMessages {
		a.local, a.message, a.redacted = o, validText(o.Message), false
	}
	return a
}

// front answers with what a backend answered, rebuilt.
func (p *Policy) front(call *Call, err error, v *findings) Answer {
	e := p.Decode(&ErrorResponse{
		ConnectCode: v.backend.ConnectCode, Message: v.backend.Message, Details: v.backend.Details,
		RequestHeader: call.header(), Cause: err, Wire: true,
	}).byGiven()
	if e.Inferred() {
		v.local = v.backend
		return p.pass(call, err, v)
	}
	return p.passedOn(err, p.overLimit(e))
}

// overLimit gives a backend's error about a message over a limit the HTTP status that the backend's own REST callers get:
// 413 for a request that is too large, 500 for a response. Connect and gRPC call both resource_exhausted, which would be
// 429. A rate limiter may answer with the same entry and code, but not with the same message.
func (p *Policy) overLimit(e *Error) *Error {
	received, unsent := p.byConnect[connectcode.ResourceExhausted][ConditionTooLarge], p.role(catalogue.RoleUnmapped)
	for _, sent := range [...]*Error{received, unsent} {
		if e.ConnectCode() == connectcode.ResourceExhausted && e.code == sent.code && e.Message() == sent.Message() {
			return e.withHTTPStatus(sent.HTTPStatus(), true)
		}
	}
	return e
}

// described adds what a handler's own details say to what a REST caller reads: RPC callers get the
// details themselves.
func described(e *Error, d DetailList) *Error {
	if d == nil || d.Len() == 0 {
		return e
	}
	delay, _ := receivedRetryDelay(d)
	e, own := e.cloneToSet()
	own.fields, own.retry = receivedFields(d), retryDelay{delay, true}
	e.metadata = receivedPairs(d)
	return e
}

// speaksOfServer says whose messages are written for the server's own people.
func speaksOfServer(code ConnectCode) bool {
	switch code {
	case connectcode.Unknown, connectcode.Internal, connectcode.DataLoss, connectcode.Unavailable, connectcode.DeadlineExceeded:
		return true
	}
	return false
}
