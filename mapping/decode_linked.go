// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import "google.golang.org/genproto/googleapis/rpc/errdetails"

// A reading is a received error as the policy's own catalogues have it. It is kept in an error whose code is of
// a catalogue that is only linked into the program. Servers go by it: what they send depends on their policy
// alone.
type reading struct {
	code        Code
	message     string
	httpStatus  uint16
	connectCode uint8
	inferred    bool
}

// byLinked sets the code of a linked catalogue in an error that nobody else has yet, and returns that error.
func (e *Error) byLinked(code Code) *Error {
	e.set().given = &reading{e.code, e.message, e.httpStatus, e.connectCode, e.inferred}
	e.code, e.inferred = code, false
	return e
}

// byGiven returns the error as the policy's own catalogues have it.
func (e *Error) byGiven() *Error {
	given := e.has().given
	if given == nil {
		return e
	}
	c, own := e.cloneToSet()
	own.given = nil
	c.code, c.message, c.httpStatus, c.connectCode, c.inferred = given.code, given.message, given.httpStatus, given.connectCode, given.inferred
	return c
}

// linkedCode returns the code of a linked catalogue that an answer names where the policy's own do not have it:
// by the catalogue that its ErrorDetail names, else by the domain of its ErrorInfo.
func (e *Error) linkedCode() (Code, bool) {
	switch c := e.code.Catalogue(); {
	case c.source == nil:
		if c = linkedByName(c.name); c == nil {
			return Code{}, false
		}
		return c.code(e.code.Number(), e.code.Reason()), true
	case e.inferred && e.wire && e.received != nil:
		return linkedInfo(e.received)
	}
	return Code{}, false
}

// linkedInfo returns the code that an ErrorInfo names, if one linked catalogue alone has its domain.
func linkedInfo(d DetailList) (Code, bool) {
	var info errdetails.ErrorInfo
	if !find(d, &info) {
		return Code{}, false
	}
	c := onlyLinked(func(d *catalogueData) bool { return d.Domain == info.GetDomain() })
	if c == nil {
		return Code{}, false
	}
	return c.named(info.GetReason())
}

// linkedNumber returns the entry of that number if one linked catalogue alone has it.
func linkedNumber(number int32) (Code, bool) {
	c := onlyLinked(func(d *catalogueData) bool { return d.declares(number, "") })
	if c == nil {
		return Code{}, false
	}
	return c.code(number, ""), true
}
