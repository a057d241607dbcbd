// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// transportsError is what a client returns whose transport needs a type of its own.
type transportsError struct{ below *mapping.Error }

func (e *transportsError) Error() string           { return e.below.Error() }
func (e *transportsError) Unwrap() error           { return e.below }
func (e *transportsError) Is(target error) bool    { return e.below.Is(target) }
func (e *transportsError) Decoded() *mapping.Error { return e.below }
func classifyAsLocal(error) (mapping.Classification, bool) {
	return mapping.Classification{Source: mapping.SourceLocal, ConnectCode: 9}, true
}
func classifyAsRemote(error) (mapping.Classification, bool) {
	return mapping.Classification{Source: mapping.SourceRemote, ConnectCode: 9}, true
}

// TestG2ATransportsOwnTypeIsTheErrorBelow: no rule sees it, and what the transport says about it is not
// asked for.
func TestG2ATransportsOwnTypeIsTheErrorBelow(t *testing.T) {
	policy, err := mapping.NewPolicy(mapping.WithReport(nil), mapping.WithRules(
		mapping.MapIs(errpactv1err.NotExist, errpactv1err.AuthForbidden),
		mapping.MapAs(func(*transportsError) *mapping.Error { return errpactv1err.Database.New("") })))
	if err != nil {
		t.Fatal(err)
	}
	received := policy.Decode(&mapping.ErrorResponse{Known: errpactv1err.NotExist.New("x"), Cause: errors.New("x")})
	for _, classify := range []func(error) (mapping.Classification, bool){nil, classifyAsLocal, classifyAsRemote} {
		for relayed, want := range map[*mapping.Error]mapping.Code{
			received: errpactv1err.ExternalServiceRejected, received.Relay(): errpactv1err.NotExist,
		} {
			for _, err := range []error{&transportsError{relayed}, errors.Join(errors.New("x"), &transportsError{relayed})} {
				call := mapping.Call{}
				if classify != nil {
					call.Classify = func(err error) (mapping.Classification, bool) {
						if _, ok := err.(*transportsError); ok {
							return classify(err)
						}
						return mapping.Classification{}, false
					}
				}
				if answer := policy.Translate(&call, err); !errors.Is(answer.Error(), want) {
					t.Errorf("%v is answered with %v, want %v", err, answer.Error(), want)
				}
			}
		}
	}
}
