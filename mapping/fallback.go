// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/mapping/catalogue"
)

// Condition narrows down which entry stands in for an error that names none.
type Condition uint8

// The conditions of a fallback, as a catalogue states them.
const (
	// ConditionAny always holds.
	ConditionAny Condition = iota
	// ConditionNoCredential: the request carries no credential.
	ConditionNoCredential
	// ConditionUndecodable: the request could not be decoded, or lacks what it must have.
	ConditionUndecodable
	// ConditionWrongType: a value of the request has the wrong type.
	ConditionWrongType
	// ConditionOutOfRange: a value of the right type is not allowed.
	ConditionOutOfRange
	// ConditionTooLarge: the request is larger than the server takes.
	ConditionTooLarge

	conditions
)

// fallbacks are the entries of a primary catalogue that stand in for errors that name none. They
// are taken from the catalogue's annotations when a policy is made, and do not change.
type fallbacks struct {
	byConnect [connectcode.Max + 1][conditions]*Error
	byStatus  map[statusCondition]Code
	byRole    [catalogue.RoleUpstreamBroken + 1]Code
}

// statusCondition is an HTTP status of 400 to 599, or a class of 4 or 5.
type statusCondition struct {
	status    int
	condition Condition
}

func newFallbacks(c *Catalogue) fallbacks {
	f := fallbacks{byStatus: make(map[statusCondition]Code)}
	data, err := c.loaded()
	if err != nil {
		return f
	}
	var byConnect [connectcode.Max + 1][conditions]*Code
	var broken bool
	for _, e := range data.Entries {
		code := c.Code(e.Number)
		f.byRole[e.Role] = code
		broken = broken || e.Role == catalogue.RoleUpstreamBroken
		for _, r := range e.Reasons {
			f.byRole[r.Role] = code.WithReason(r.Name)
			broken = broken || r.Role == catalogue.RoleUpstreamBroken
		}
		for _, fb := range e.Fallbacks {
			byConnect[fb.ConnectCode][conditionOf(fb.When)] = &code
		}
		for _, fb := range e.HTTPFallbacks {
			f.byStatus[statusCondition{fb.Status + fb.Class, conditionOf(fb.When)}] = code
		}
	}
	if !broken {
		f.byRole[catalogue.RoleUpstreamBroken] = f.byRole[catalogue.RoleUpstreamRejected]
	}
	for connectCode := ConnectCode(connectcode.Canceled); connectCode <= connectcode.Max; connectCode++ {
		for condition := range conditions {
			code := firstCode(byConnect[connectCode][condition], byConnect[connectCode][ConditionAny], &f.byRole[catalogue.RoleUnmapped])
			f.byConnect[connectCode][condition] = fallBack(*code, connectCode, fallbackStatus(connectCode, condition))
		}
	}
	return f
}

// conditionOf counts from 0, where the annotation counts from 1.
func conditionOf(w catalogue.When) Condition { return Condition(w - catalogue.WhenAny) }

func firstCode(codes ...*Code) *Code {
	for _, c := range codes {
		if c != nil {
			return c
		}
	}
	return new(Code)
}

// fallbackStatus returns the status that Connect gives the code. For a REST caller whose request is too
// large it returns 413 in place of 429.
func fallbackStatus(connectCode ConnectCode, condition Condition) int {
	if condition == ConditionTooLarge && connectCode == connectcode.ResourceExhausted {
		return http.StatusRequestEntityTooLarge
	}
	return connectCode.HTTPStatus()
}

// fallBack returns an error whose number was chosen for it, and whose Connect code and status are its
// own.
func fallBack(code Code, connectCode ConnectCode, status int) *Error {
	e := &Error{code: code, connectCode: uint8(connectCode), httpStatus: uint16(status), message: code.textAt(status), inferred: true}
	if code.spec().retryDelay != nil {
		e.set().retry.set = true // to no delay: the entry's is about the entry's own failure
	}
	return e
}

// withHTTPStatus returns the error with another status, and with that status's text unless somebody wrote one for it.
func (e *Error) withHTTPStatus(status int, authored bool) *Error {
	c := e.clone()
	if e.inferred && !authored && e.message == e.code.textAt(e.HTTPStatus()) {
		c.message = e.code.textAt(status)
	}
	c.httpStatus = uint16(status)
	return c
}

// textAt returns the text of an error without one that has this code and an HTTP status. It is empty, which stands for
// the entry's own, where the status is the entry's. Else it is that of the status: a 429 would say "Unknown server side
// error occurred".
func (c Code) textAt(status int) string {
	if status == c.HTTPStatus() {
		return ""
	}
	return StatusText(status)
}

// ByConnectCode returns the error that stands in for a Connect code without an entry. It has the number
// that the primary catalogue chooses, and the HTTP status of the code. A code outside 1 to 16 counts as
// unknown.
func (p *Policy) ByConnectCode(connectCode ConnectCode, condition Condition) *Error {
	if condition >= conditions {
		condition = ConditionAny
	}
	return p.self().byConnect[connectcode.Valid(connectCode)][condition]
}

// ByHTTPStatus returns the error that stands in for an answer of which only its HTTP status is known: the
// number that the primary catalogue chooses, and the status itself. A status below 400 or over 599
// is taken for 500. The Connect code is the entry's where the status is, else that of [ConnectCodeOf].
func (p *Policy) ByHTTPStatus(status int, condition Condition) *Error {
	p = p.self()
	status = errorStatus(status)
	code, connectCode := p.codeOfStatus(status, condition), ConnectCodeOf(status)
	if status == code.HTTPStatus() {
		connectCode = code.ConnectCode()
	}
	return fallBack(code, connectCode, status)
}

// codeOfStatus returns the code that the primary catalogue has for a status, or for its class.
func (p *Policy) codeOfStatus(status int, condition Condition) Code {
	for _, key := range [...]statusCondition{{status, condition}, {status, ConditionAny}, {status / 100, condition}, {status / 100, ConditionAny}} {
		if code, ok := p.byStatus[key]; ok {
			return code
		}
	}
	return p.byRole[catalogue.RoleUnmapped]
}

// UnauthenticatedCondition returns ConditionNoCredential if the request's header carries no credential,
// and ConditionAny if it carries one.
func (p *Policy) UnauthenticatedCondition(header http.Header) Condition {
	if p.self().hasCredential(header) {
		return ConditionAny
	}
	return ConditionNoCredential
}

// role returns the error of the entry that has a role.
func (p *Policy) role(r catalogue.Role) *Error { return p.byRole[r].bare() }
