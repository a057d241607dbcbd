// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// wantText is the text of an error without one: the entry's where the statuses are the same, else that of the status.
func wantText(e *mapping.Error) string {
	if e.HTTPStatus() == e.Code().HTTPStatus() {
		return e.Code().Message()
	}
	return mapping.StatusText(e.HTTPStatus())
}

var credentials = map[string]http.Header{"no credential": {}, "a credential": {"Authorization": {"Bearer x"}}}

// TestInferredErrorsHaveTheTextOfTheirCode asks for every Connect code without a message, with and without a credential,
// and as a caller of a REST API sees it, with a status that need not be the code's.
func TestInferredErrorsHaveTheTextOfTheirCode(t *testing.T) {
	for code := mapping.ConnectCode(0); code <= 17; code++ {
		for name, header := range credentials {
			for _, status := range []int{0, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504, 999} {
				for _, message := range []string{"", " ", "\x00", "\t\n"} {
					e := (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{
						ConnectCode: code, Wire: true, RequestHeader: header, HTTPStatus: status, Message: message,
					})
					if want := wantText(e); message == "" && e.Message() != want {
						t.Errorf("%v, %s, status %d: %v %q, want %q", code, name, status, e.Code(), e.Message(), want)
					} else if e.Message() == "" {
						t.Errorf("%v, %s, status %d, message %q: no text", code, name, status, message)
					}
				}
			}
		}
	}
}

// TestInferredStatusesHaveTheTextOfTheirCode is the same for answers of which only the HTTP status is known.
func TestInferredStatusesHaveTheTextOfTheirCode(t *testing.T) {
	for status := 399; status <= 601; status++ {
		for name, header := range credentials {
			e := (*mapping.Policy)(nil).DecodeHTTP(&mapping.ErrorResponse{HTTPStatus: status, RequestHeader: header})
			if want := wantText(e); e.Message() != want {
				t.Errorf("%d, %s: %v %q, want %q", status, name, e.Code(), e.Message(), want)
			}
		}
	}
}

// TestUnauthenticatedTextGoesByTheCredential spells out what callers read who are not let in.
func TestUnauthenticatedTextGoesByTheCredential(t *testing.T) {
	for name, want := range map[string]mapping.Code{"no credential": errpactv1err.AuthNotProvided, "a credential": errpactv1err.AuthInvalid} {
		for kind, e := range map[string]*mapping.Error{
			"a status": (*mapping.Policy)(nil).DecodeHTTP(&mapping.ErrorResponse{HTTPStatus: 401, RequestHeader: credentials[name]}),
			"a code":   (*mapping.Policy)(nil).Decode(&mapping.ErrorResponse{ConnectCode: 16, Wire: true, RequestHeader: credentials[name]}),
		} {
			if got := fmt.Sprint(e.Code().Number(), " ", e.Message()); got != fmt.Sprint(want.Number(), " ", want.Message()) {
				t.Errorf("%s, %s: %s, want %v", name, kind, got, want)
			}
		}
	}
}

// TestErrorsOfAStatusHaveTheCodeOfTheirEntry where the status is the entry's: a 502 is no unavailable, which clients
// repeat by themselves.
func TestErrorsOfAStatusHaveTheCodeOfTheirEntry(t *testing.T) {
	for status := 400; status <= 599; status++ {
		e := (*mapping.Policy)(nil).ByHTTPStatus(status, mapping.ConditionAny)
		want := mapping.ConnectCodeOf(status)
		if e.Code().HTTPStatus() == status {
			want = e.Code().ConnectCode()
		}
		if e.ConnectCode() != want || e.HTTPStatus() != status {
			t.Errorf("%d: %v of code %v and status %d, want %v", status, e, e.ConnectCode(), e.HTTPStatus(), want)
		}
	}
}
