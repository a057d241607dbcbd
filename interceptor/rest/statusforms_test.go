// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
)

// statusForms are how handlers write a code: by its name in Connect's spelling and in Google's, its number, and the
// answer's HTTP status. Each has the canary in all that is free text.
var statusForms = map[string]func(name, upper string, code, status int) string{
	"Connect's JSON": func(name, _ string, _, _ int) string {
		return fmt.Sprintf(`{"code":%q,"message":%q,"details":[{"type":"errpact.v1.ErrorDetail","value":"CAo"},{"type":%q,"value":"eA"}]}`, name, canary, canary)
	},
	"Connect's end of a stream": func(name, _ string, _, _ int) string {
		return fmt.Sprintf(`{"error":{"code":%q,"message":%q},"metadata":{%q:[%q]}}`, name, canary, canary, canary)
	},
	"google.rpc.Status": func(_, _ string, code, _ int) string {
		return fmt.Sprintf(`{"code":%d,"message":%q,"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"NOT_EXIST","domain":"errpact.dev","metadata":{"a":%q}}]}`, code, canary, canary)
	},
	"google.rpc.Status with a fraction": func(_, _ string, code, _ int) string {
		return fmt.Sprintf(`{"code":%d.0,"message":%q}`, code, canary)
	},
	"Google's JSON": func(_, upper string, _, status int) string {
		return fmt.Sprintf(`{"error":{"code":%d,"message":%q,"status":%q,"details":[{"@type":"type.googleapis.com/google.rpc.DebugInfo","detail":%q}]}}`, status, canary, upper, canary)
	},
	"Google's JSON behind a byte order mark": func(_, upper string, _, status int) string {
		return "\ufeff" + fmt.Sprintf(`{"error":{"code":%d.0,"message":%q,"status":%q}}`, status, canary, upper)
	},
}

// TestHandlersStatusesAreReadInEachForm: a handler of another library writes its error's code in JSON, and the caller
// gets the entry for that code, where the HTTP status alone would give another one. Nothing else of it goes out.
func TestHandlersStatusesAreReadInEachForm(t *testing.T) {
	for _, c := range []struct {
		name, upper  string
		code, status int
		want         string
	}{
		{"canceled", "CANCELLED", 1, 499, envelope(0, "Client Closed Request")},
		{"unknown", "UNKNOWN", 2, 500, envelope(0, "Unknown server side error occurred")},
		{"invalid_argument", "INVALID_ARGUMENT", 3, 400, envelope(4, "Invalid value")}, // 3 by its status
		{"deadline_exceeded", "DEADLINE_EXCEEDED", 4, 504, envelope(0, "Gateway Timeout")},
		{"not_found", "NOT_FOUND", 5, 404, envelope(10, "Resource does not exist")},
		{"already_exists", "ALREADY_EXISTS", 6, 409, envelope(4, "Conflict")},
		{"permission_denied", "PERMISSION_DENIED", 7, 403, envelope(9, "Access is denied")},
		{"resource_exhausted", "RESOURCE_EXHAUSTED", 8, 429, envelope(0, "Too Many Requests")},
		{"failed_precondition", "FAILED_PRECONDITION", 9, 400, envelope(4, "Invalid value")}, // 3 by its status
		{"aborted", "ABORTED", 10, 409, envelope(4, "Conflict")},
		{"out_of_range", "OUT_OF_RANGE", 11, 400, envelope(4, "Invalid value")}, // 3 by its status
		{"unimplemented", "UNIMPLEMENTED", 12, 501, envelope(2, "Method is not realized")},
		{"internal", "INTERNAL", 13, 500, envelope(0, "Unknown server side error occurred")},
		{"unavailable", "UNAVAILABLE", 14, 503, envelope(11, "Service Unavailable")},
		{"data_loss", "DATA_LOSS", 15, 500, envelope(12, "Critical database error")}, // 0 by its status
		{"unauthenticated", "UNAUTHENTICATED", 16, 401, envelope(6, "Access token is not provided")},
	} {
		for form, write := range statusForms {
			t.Run(c.name+"/"+form, func(t *testing.T) {
				s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, write(c.name, c.upper, c.code, c.status))
				}))
				a := get(t, s)
				a.want(t, c.status, c.want)
				a.wantNoCanary(t)
			})
		}
	}
}

// TestHandlersStatusesThatAreNone: the HTTP status decides alone.
func TestHandlersStatusesThatAreNone(t *testing.T) {
	for _, body := range []string{
		`{"error":{"code":400,"message":"` + canary + `"}}`,
		`{"error":{"code":404,"status":"NOT_FOUND","message":"` + canary + `"}}`, // the code of another status
		`{"error":{"code":400,"status":"` + canary + `"}}`,
		`{"error":"` + canary + `"}`,
		`{"error":{"error":{"code":"invalid_argument","message":"` + canary + `"}}}`,
		`{"code":3,"message":"` + canary + `","success":false}`,
		`{"code":3,"msg":"` + canary + `","data":null}`,
		`{"code":"3","message":"` + canary + `"}`,
		`{"code":3.5,"message":"` + canary + `"}`,
		`{"code":"INVALID_ARGUMENT","message":"` + canary + `"}`,
		"\ufeff" + canary,
		`[{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"` + canary + `"}}]`,
	} {
		t.Run(body, func(t *testing.T) {
			s := serve(t, quietFunc(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusBadRequest)
				_, _ = io.WriteString(w, body)
			}))
			a := get(t, s)
			a.want(t, 400, envelope(3, "Invalid structure"))
			a.wantNoCanary(t)
		})
	}
}
