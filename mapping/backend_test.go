// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// answered is a backend's error, as its front received it.
type answered struct {
	origin mapping.Classification
	below  error
}

func (a answered) Error() string { return "answered: " + a.origin.Message }

func (a answered) Unwrap() error { return a.below }

func classifyAnswered(err error) (mapping.Classification, bool) {
	a, ok := err.(answered)
	return a.origin, ok
}

type wireDetails []*anypb.Any

func (w wireDetails) Len() int { return len(w) }
func (w wireDetails) Type(i int) string {
	return strings.TrimPrefix(w[i].GetTypeUrl(), "type.googleapis.com/")
}
func (w wireDetails) Value(i int) []byte { return w[i].GetValue() }

// inner stands in texts that no caller may see.
const inner = "inner-8f3a"

// A front answers in the backend's name: also where that is about a token, which is the caller's.
func TestBackendsAnswerIsTheFronts(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(mapping.MapFunc(func(context.Context, error) (*mapping.Error, bool) {
		return errpactv1err.Database.New("a rule has seen it"), true
	})))
	if err != nil {
		t.Fatal(err)
	}
	named := policy.Translate(&mapping.Call{}, errpactv1err.AuthExpired.New("").WithMetadata("token", "t1"))
	message, anys := named.Message(), named.Details()
	for name, c := range map[string]struct {
		origin  mapping.Classification
		code    mapping.Code
		status  int
		message string
	}{
		"that names an entry": {
			mapping.Classification{ConnectCode: 16, Message: message, Details: wireDetails(anys)},
			errpactv1err.AuthExpired, 401, "Access token has expired",
		},
		"of a code that speaks to the caller": {mapping.Classification{ConnectCode: 6, Message: "It is there"}, errpactv1err.InvalidValue, 409, "It is there"},
		"of a code that speaks of the server": {mapping.Classification{ConnectCode: 13, Message: inner}, errpactv1err.Unknown, 500, "Unknown server side error occurred"},
		"that is unavailable":                 {mapping.Classification{ConnectCode: 14, Message: inner}, errpactv1err.ExternalService, 503, "Service Unavailable"},
		"of a code that is none":              {mapping.Classification{ConnectCode: 17, Message: inner}, errpactv1err.Unknown, 500, "Unknown server side error occurred"},
		"about a token, without a credential": {mapping.Classification{ConnectCode: 16, Message: "Who are you?"}, errpactv1err.AuthNotProvided, 401, "Who are you?"},
		"without a text":                      {mapping.Classification{ConnectCode: 5}, errpactv1err.NotExist, 404, "Resource does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			c.origin.Source = mapping.SourceBackend
			// What is below is the backend's, whatever it looks like.
			below := errpactv1err.NotExist.Wrap(errors.New(inner))
			answer := policy.Translate(&mapping.Call{Classify: classifyAnswered}, answered{c.origin, below})
			got := answer.Error()
			if got.Code() != c.code || got.HTTPStatus() != c.status || got.Message() != c.message {
				t.Errorf("answer = %v %d %q, want %v %d %q", got.Code(), got.HTTPStatus(), got.Message(), c.code, c.status, c.message)
			}
			if want := c.code == errpactv1err.AuthExpired; want != (got.Metadata()["token"] == "t1") {
				t.Errorf("metadata = %v", got.Metadata())
			}
			if got.Remote() {
				t.Error("the answer is Remote: it would be an upstream's to whoever gets it in process")
			}
		})
	}
}
