// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/errpact/errpact/internal/connectcode"
	"github.com/errpact/errpact/internal/requestid"
	"github.com/errpact/errpact/mapping/catalogue"
)

// DecodeHTTP makes an Error of what the caller of a REST API received: by the envelope's number, else inferred
// from the HTTP status. It looks for the number in the policy's catalogues, then in those that are linked into
// the program, of which it takes the only one that has it, and keeps a number that it does not find. The result
// is Remote. A nil response is a zero one.
func (p *Policy) DecodeHTTP(r *ErrorResponse) *Error {
	p = p.self()
	if r == nil {
		r = new(ErrorResponse)
	}
	status := errorStatus(r.HTTPStatus)
	e := &Error{
		httpStatus: uint16(status), remote: true, wire: true,
		parts: &parts{requestID: requestid.Valid(r.RequestID), retry: retryDelay{max(r.RetryDelay, 0), true}},
	}
	if r.Envelope == nil {
		condition := ConditionAny
		if status == http.StatusUnauthorized {
			condition = p.UnauthenticatedCondition(r.RequestHeader)
		}
		inferred := p.ByHTTPStatus(status, condition)
		e.code, e.message, e.inferred, e.cause = inferred.code, inferred.message, true, r.Cause
		e.connectCode = uint8(ConnectCodeOf(status))
		e.failed = FailureOfStatus(status)
		return e
	}
	e.message = cleanMessage(r.Envelope.Message)
	code, known := p.numbered(r.Envelope.Code)
	e.code = code
	e.carried(r.Envelope.Details)
	e.codedFor(status)
	if !known {
		if code, ok := linkedNumber(r.Envelope.Code); ok {
			e.byLinked(code.WithReason(e.Reason())).codedFor(status)
		}
	}
	return e
}

// codedFor chooses the Connect code: the entry's own if it has that HTTP status.
func (e *Error) codedFor(status int) {
	e.connectCode = uint8(ConnectCodeOf(status))
	if e.code.HTTPStatus() == status {
		e.connectCode = uint8(e.code.ConnectCode())
	}
}

// FailureOfStatus judges a call that was answered with an HTTP status, and nothing of the service's own: by
// what stands in front of it, as a rule.
func FailureOfStatus(httpStatus int) CallFailure {
	switch httpStatus {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return CallUnsent
	case http.StatusBadGateway:
		return CallBroken
	case http.StatusGatewayTimeout, http.StatusRequestTimeout, connectcode.StatusClientClosedRequest:
		return CallTimedOut
	}
	return CallRejected
}

// errorStatus is the status where it is one of an error, else 500.
func errorStatus(status int) int {
	if status < 400 || status > 599 {
		return http.StatusInternalServerError
	}
	return status
}

// numbered finds the entry of a number in any of the policy's catalogues, whose numbers don't overlap. If none
// has it, the code is the primary catalogue's.
func (p *Policy) numbered(number int32) (code Code, known bool) {
	for _, c := range p.catalogues {
		if data, err := c.loaded(); err == nil && data.declares(number, "") {
			return c.code(number, ""), true
		}
	}
	return p.catalogues[0].code(number, ""), false
}

// carried reads what an envelope's details say. They are the payload, unless they have only what errpact writes
// for an error without a payload.
func (e *Error) carried(details json.RawMessage) {
	own := e.set()
	own.payload = validText(string(details))
	var d struct {
		Reason     string            `json:"reason"`
		Metadata   map[string]string `json:"metadata"`
		Violations []struct {
			Field       string `json:"field"`
			Description string `json:"description"`
			Reason      string `json:"reason"`
		} `json:"field_violations"`
		RetryDelay string `json:"retry_delay"`
		RequestID  string `json:"request_id"`
	}
	if json.Unmarshal(details, &d) != nil {
		return // a payload of another form
	}
	if catalogue.IsReason(d.Reason) {
		e.code = e.code.WithReason(d.Reason)
	}
	if d.Reason == e.code.Reason() && isWritten(details) {
		own.payload = ""
	}
	for key, value := range d.Metadata {
		if isMetadataKey(key) {
			e.metadata = append(e.metadata, pair{key, value})
		}
	}
	slices.SortFunc(e.metadata, byKey)
	for _, v := range d.Violations {
		f := Field{Path: v.Field, Description: v.Description, Reason: v.Reason}
		if f.jsonPath("") != v.Field {
			f.JSONPath = v.Field // an unknown field that the caller sent, which stays as it is
		}
		own.fields = append(own.fields, f)
	}
	if own.requestID == "" {
		own.requestID = requestid.Valid(d.RequestID)
	}
	if delay, err := time.ParseDuration(d.RetryDelay); err == nil && delay > 0 && strings.HasSuffix(d.RetryDelay, "s") {
		own.retry = retryDelay{delay, true}
	}
}

// isWritten reports whether details are an object of the keys that extra writes, with values of their kinds. That
// those of other keys fit has been seen already. The TypeScript package goes by the keys, too.
func isWritten(details json.RawMessage) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(details, &members) != nil {
		return false
	}
	for key, value := range members {
		switch key {
		case "reason", "metadata", "field_violations", "retry_delay", "request_id":
		case "resolution":
			if value[0] != '"' {
				return false
			}
		case "retryable":
			if value[0] != 't' && value[0] != 'f' {
				return false
			}
		default:
			return false
		}
	}
	return len(members) > 0
}
