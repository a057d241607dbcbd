// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/internal/testkit/linked"
	"github.com/errpact/errpact/mapping"
)

// TestInferredErrorsPrintTheirConnectCode: the entry stands in, and says less than the code.
func TestInferredErrorsPrintTheirConnectCode(t *testing.T) {
	policy := (*mapping.Policy)(nil)
	answered := func(code mapping.ConnectCode, message string) error {
		return policy.Decode(&mapping.ErrorResponse{ConnectCode: code, Message: message, Wire: true})
	}
	status := func(status int) error { return policy.DecodeHTTP(&mapping.ErrorResponse{HTTPStatus: status}) }
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"resource exhausted", answered(8, "slower"), "ERROR_CODE_UNKNOWN (resource_exhausted): slower"},
		{"without a message", answered(8, ""), "ERROR_CODE_UNKNOWN (resource_exhausted): Too Many Requests"},
		{"already exists", answered(6, "is there"), "ERROR_CODE_INVALID_VALUE (already_exists): is there"},
		{"unknown", answered(2, "x"), "ERROR_CODE_UNKNOWN (unknown): x"},
		{"a code that does not exist", answered(17, "x"), "ERROR_CODE_UNKNOWN (unknown): x"},
		{"the entry's own code", answered(5, "gone"), "ERROR_CODE_NOT_EXIST (not_found): gone"},
		{"nobody answered", policy.Decode(&mapping.ErrorResponse{ConnectCode: 14, Message: "dial", Failure: mapping.CallUnsent}), "ERROR_CODE_EXTERNAL_SERVICE (unavailable): dial"},
		{"an HTTP status", status(429), "ERROR_CODE_UNKNOWN (resource_exhausted): Too Many Requests"},
		{"a page", status(502), "ERROR_CODE_EXTERNAL_SERVICE (unavailable): External service failed"},
		{"what is sent for a Connect code", policy.ByConnectCode(10, 0), "ERROR_CODE_INVALID_VALUE (aborted): Conflict"},
		{"what is sent for a status", policy.ByHTTPStatus(418, 0), "ERROR_CODE_INVALID_VALUE (invalid_argument): I'm a teapot"},
		{"a named entry", decode(t, nil, nil, errpactv1err.NotExist.New("gone")), "ERROR_CODE_NOT_EXIST: gone"},
		{"one that a linked catalogue names", policy.Decode(answerWith(t, 9, infoOf(linked.StockDomain, "SOLD_OUT"))), "STOCK_ERROR_SOLD_OUT: words"},
		{"a handler's own", errpactv1err.NotExist.New("gone"), "ERROR_CODE_NOT_EXIST: gone"},
	} {
		for _, verb := range []string{"%v", "%s"} {
			if got := fmt.Sprintf(verb, test.err); got != test.want {
				t.Errorf("%s: %s prints %q, want %q", test.name, verb, got, test.want)
			}
		}
		if got := fmt.Sprintf("%+v", test.err); !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: %%+v prints %q, want %q first", test.name, got, test.want)
		}
	}
}
