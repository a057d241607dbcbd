// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/rest"
)

// numberOfStatus is CATALOGUE's second table, spelt out: the number that stands in for a status.
func numberOfStatus(status int, credential bool) int {
	switch status {
	case 400, 406, 411, 413, 414, 415, 417, 431:
		return 3
	case 401:
		if credential {
			return 7
		}
		return 6
	case 402, 403, 451:
		return 9
	case 404, 410:
		return 10
	case 405:
		return 1
	case 408, 429, 499, 504:
		return 0
	case 501:
		return 2
	case 502, 503:
		return 11
	}
	if status < 500 {
		return 4
	}
	return 0
}

// messageOf is the text rule: the entry's message only where the entry's status is the answer's.
func messageOf(number, status int) string {
	code := errpactv1err.Catalogue.Code(int32(number))
	switch {
	case code.HTTPStatus() == status:
		return code.Message()
	case status == 499:
		return "Client Closed Request"
	case http.StatusText(status) != "":
		return http.StatusText(status)
	case status < 500:
		return "Client Error"
	}
	return "Server Error"
}

// TestStatusFallbacks walks every status that is an error, with and without a credential.
func TestStatusFallbacks(t *testing.T) {
	s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Path[1:])
		http.Error(w, canary, status)
	}))
	for status := 400; status <= 599; status++ {
		for _, credential := range []bool{false, true} {
			var header []string
			if credential {
				header = []string{"Authorization", "Bearer x"}
			}
			number := numberOfStatus(status, credential)
			a := send(t, s, "GET", fmt.Sprintf("/%d", status), "", header...)
			a.want(t, status, envelope(number, messageOf(number, status)))
		}
	}
}

// TestOddStatuses are those that are errors to nobody but net/http.
func TestOddStatuses(t *testing.T) {
	for status, want := range map[int]int{600: 500, 999: 500, 0: 500, 99: 500, 1000: 500, -1: 500} {
		s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		get(t, s).want(t, want, envelope(0, "Unknown server side error occurred"))
	}
}

// connectFallbacks is CATALOGUE's first table.
var connectFallbacks = []struct {
	code           connect.Code
	number, status int
	// speaks says that the handler's own text goes out, where the entry's does not.
	speaks bool
}{
	{connect.CodeCanceled, 0, 499, true},
	{connect.CodeUnknown, 0, 500, false},
	{connect.CodeInvalidArgument, 4, 400, true},
	{connect.CodeDeadlineExceeded, 0, 504, false},
	{connect.CodeNotFound, 10, 404, true},
	{connect.CodeAlreadyExists, 4, 409, true},
	{connect.CodePermissionDenied, 9, 403, true},
	{connect.CodeResourceExhausted, 0, 429, true},
	{connect.CodeFailedPrecondition, 4, 400, true},
	{connect.CodeAborted, 4, 409, true},
	{connect.CodeOutOfRange, 4, 400, true},
	{connect.CodeUnimplemented, 2, 501, true},
	{connect.CodeInternal, 0, 500, false},
	{connect.CodeUnavailable, 11, 503, false},
	{connect.CodeDataLoss, 12, 500, false},
	{connect.CodeUnauthenticated, 6, 401, true},
	{0, 0, 500, false},
	{17, 0, 500, false},
	{1<<32 - 1, 0, 500, false},
}

// TestConnectFallbacks sends every code the ways a Connect error can come: through rest.Error, and
// through the interceptor behind a transcoder. The handler's text is out where the rules let it out,
// as it is for RPC callers.
func TestConnectFallbacks(t *testing.T) {
	for _, test := range connectFallbacks {
		text := "the handler's own text"
		want := messageOf(test.number, test.status)
		if test.speaks {
			want = text
		}
		if !test.speaks {
			text = canary
		}
		fail := func() error { return connect.NewError(test.code, fmt.Errorf("%s", text)) }
		t.Run(fmt.Sprintf("%d/rest.Error", test.code), func(t *testing.T) {
			s := serve(t, quietFunc(t, func(w http.ResponseWriter, r *http.Request) { rest.Error(w, r, fail()) }))
			get(t, s).want(t, test.status, envelope(test.number, want))
		})
		t.Run(fmt.Sprintf("%d/interceptor", test.code), func(t *testing.T) {
			s := serve(t, quiet(t, transcoder(things{err: fail}.handler(t))))
			get(t, s).want(t, test.status, envelope(test.number, want))
		})
		// Without an interceptor no text goes out at all, and the code alone chooses.
		t.Run(fmt.Sprintf("%d/written", test.code), func(t *testing.T) {
			s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
				status := test.status
				w.Header().Set("Content-Type", "application/proto")
				w.WriteHeader(status)
				fmt.Fprintf(w, `{"code":%d,"message":%q,"details":[]}`, uint32(test.code), canary)
			}))
			get(t, s).want(t, test.status, envelope(test.number, messageOf(test.number, test.status)))
		})
	}
}
