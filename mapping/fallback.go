// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"net/http"

	"github.com/errpact/errpact/mapping/catalogue"
)

// When narrows down which entry stands in for an error that names none.
type When uint8

// The conditions of a fallback, as a catalogue states them.
const (
	// WhenAny is no condition.
	WhenAny When = iota
	// WhenNoCredential: the request carries no credential.
	WhenNoCredential
	// WhenUndecodable: the request could not be decoded, or lacks what it must have.
	WhenUndecodable
	// WhenWrongType: a value of the request has the wrong type.
	WhenWrongType
	// WhenOutOfRange: a value of the right type is none of those allowed.
	WhenOutOfRange
	// WhenTooLarge: the request is larger than the server takes.
	WhenTooLarge

	whens
)

// fallbacks are the entries of a primary catalogue that stand in for errors that name none. They
// are taken from the catalogue's annotations when a policy is made, and do not change.
type fallbacks struct {
	byConnect [maxConnectCode + 1][whens]*Error
	byStatus  map[statusWhen]Code
	byRole    [catalogue.RoleUpstreamRejected + 1]Code
}

// statusWhen is an HTTP status of 400 to 599, or a class of 4 or 5.
type statusWhen struct {
	status int
	when   When
}

func newFallbacks(c *Catalogue) fallbacks {
	f := fallbacks{byStatus: make(map[statusWhen]Code)}
	data, err := c.loaded()
	if err != nil {
		return f
	}
	var byConnect [maxConnectCode + 1][whens]*Code
	for _, e := range data.Entries {
		code := c.Code(e.Number)
		f.byRole[e.Role] = code
		for _, r := range e.Reasons {
			f.byRole[r.Role] = code.WithReason(r.Name)
		}
		for _, fb := range e.Fallbacks {
			byConnect[fb.ConnectCode][whenOf(fb.When)] = &code
		}
		for _, fb := range e.HTTPFallbacks {
			f.byStatus[statusWhen{fb.Status + fb.Class, whenOf(fb.When)}] = code
		}
	}
	for connectCode := uint32(codeCanceled); connectCode <= maxConnectCode; connectCode++ {
		for when := range whens {
			code := firstCode(byConnect[connectCode][when], byConnect[connectCode][WhenAny], &f.byRole[catalogue.RoleUnmapped])
			f.byConnect[connectCode][when] = fallBack(*code, connectCode, fallbackStatus(connectCode, when), "")
		}
	}
	return f
}

// whenOf counts from 0, where the annotation counts from 1.
func whenOf(w catalogue.When) When { return When(w - catalogue.WhenAny) }

func firstCode(codes ...*Code) *Code {
	for _, c := range codes {
		if c != nil {
			return c
		}
	}
	return new(Code)
}

// fallbackStatus is the status that Connect gives the code, but that a request which is too large
// is 413 to a REST caller and not 429.
func fallbackStatus(connectCode uint32, when When) int {
	if when == WhenTooLarge && connectCode == codeResourceExhausted {
		return http.StatusRequestEntityTooLarge
	}
	return HTTPStatusOf(connectCode)
}

// fallBack is an error whose number was chosen for it, and whose Connect code and status are its
// own. Its text is the entry's only where the entry's status equals the answer's: else a 429 would
// say "Unknown server side error occurred".
func fallBack(code Code, connectCode uint32, status int, message string) *Error {
	e := &Error{code: code, connectCode: uint8(connectCode), httpStatus: uint16(status), inferred: true}
	if code.spec().retryDelay != nil {
		e.set().retry.set = true // and is none: the entry's own is about the entry's own failure
	}
	switch {
	case status == code.HTTPStatus():
	case message != "":
		e.message = message
	default:
		e.message = StatusText(status)
	}
	return e
}

// ByConnectCode is the error that stands in for a Connect code without an entry: the number that
// the primary catalogue chooses, and the code's own HTTP status. A code that is none of 1 to 16 is
// taken for unknown.
func (p *Policy) ByConnectCode(connectCode uint32, when When) *Error {
	if when >= whens {
		when = WhenAny
	}
	return p.self().byConnect[validCode(connectCode)][when]
}

// ByHTTPStatus is the error that stands in for an answer of which only its HTTP status is known: the
// number that the primary catalogue chooses, and the status itself. A status below 400 or over 599
// is taken for 500.
func (p *Policy) ByHTTPStatus(status int, when When) *Error {
	p = p.self()
	status = errorStatus(status)
	for _, key := range [...]statusWhen{{status, when}, {status, WhenAny}, {status / 100, when}, {status / 100, WhenAny}} {
		if code, ok := p.byStatus[key]; ok {
			return fallBack(code, ConnectCodeOf(status), status, "")
		}
	}
	return fallBack(p.byRole[catalogue.RoleUnmapped], ConnectCodeOf(status), status, "")
}

// WhenUnauthenticated is WhenNoCredential where the request's header carries no credential.
func (p *Policy) WhenUnauthenticated(header http.Header) When {
	if p.self().hasCredential(header) {
		return WhenAny
	}
	return WhenNoCredential
}

// role is the entry that plays a part.
func (p *Policy) role(r catalogue.Role) *Error { return p.byRole[r].bare() }
