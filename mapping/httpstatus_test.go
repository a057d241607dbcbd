// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// TestAFrontsStatusChoosesForWhatNobodyMapped: an error that the policy knows keeps what it is.
func TestAFrontsStatusChoosesForWhatNobodyMapped(t *testing.T) {
	taken := errors.New("taken")
	policy := newPolicy(t, mapping.WithRules(mapping.MapIs(taken, errpactv1err.ContainerUnpackingFailedInvalidHash)))
	credential := http.Header{"Authorization": {"Bearer x"}}
	for _, test := range []struct {
		name    string
		status  int
		err     error
		header  http.Header
		want    int
		code    mapping.Code
		message string
	}{
		{"an error that nobody mapped", 410, errMine, nil, 410, errpactv1err.NotExist, "Gone"},
		{"with a status of the server's", 503, errMine, nil, 503, errpactv1err.ExternalService, "Service Unavailable"},
		{"with 401", 401, errMine, nil, 401, errpactv1err.AuthNotProvided, "Access token is not provided"},
		{"with 401, and a credential", 401, errMine, credential, 401, errpactv1err.AuthInvalid, "Access token is invalid"},
		{"with no status of an error's", 200, errMine, nil, 500, errpactv1err.Unknown, "Unknown server side error occurred"},
		{"with none", 0, errMine, nil, 500, errpactv1err.Unknown, "Unknown server side error occurred"},
		{"one that a rule maps", 422, taken, nil, 422, errpactv1err.ContainerUnpackingFailedInvalidHash, "Invalid hash"},
		{"an entry", 423, errpactv1err.InvalidValue.New("It is locked"), nil, 423, errpactv1err.InvalidValue, "It is locked"},
		{"another service's", 504, &url.Error{Op: "Get", Err: io.EOF}, nil, 504, errpactv1err.ExternalServiceBroken, "Connection to the external service broke"},
		{"a fallback", 404, (*mapping.Policy)(nil).ByConnectCode(13, mapping.ConditionAny), nil, 404, errpactv1err.Unknown, "Not Found"},
		{"a fallback, with its entry's status", 500, (*mapping.Policy)(nil).ByConnectCode(8, mapping.ConditionAny), nil, 500, errpactv1err.Unknown, "Unknown server side error occurred"},
		{"a Connect error", 418, connect.NewError(connect.CodeNotFound, errors.New("It is gone")), nil, 418, errpactv1err.NotExist, "It is gone"},
		{"one in the words of its entry", 418, connect.NewError(connect.CodeNotFound, errors.New("Resource does not exist")), nil, 418, errpactv1err.NotExist, "Resource does not exist"},
		{"one without words", 418, connect.NewError(connect.CodeNotFound, nil), nil, 418, errpactv1err.NotExist, "I'm a teapot"},
		{"one that speaks of the server", 404, connect.NewError(connect.CodeInternal, errMine), nil, 404, errpactv1err.Unknown, "Not Found"},
		{"nil", 410, nil, nil, 410, errpactv1err.NotExist, "Gone"},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer := policy.Translate(&mapping.Call{Context: t.Context(), Envelope: true, HTTPStatus: test.status, Header: test.header, Classify: transport.ClassifyConnect}, test.err)
			if got := answer.Error(); got.HTTPStatus() != test.want || !errors.Is(got, test.code) || got.Message() != test.message {
				t.Errorf("%d %v %q, want %d %v %q", got.HTTPStatus(), got, got.Message(), test.want, test.code, test.message)
			}
		})
	}
}
