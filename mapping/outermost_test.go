// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// loop wraps itself.
type loop struct{}

func (l *loop) Error() string { return "loop" }
func (l *loop) Unwrap() error { return l }

func TestFromFindsWhatIsSent(t *testing.T) {
	inner := errpactv1err.InvalidType.Wrap(errors.New("cause"))
	for name, err := range map[string]error{
		"code before error": fmt.Errorf("%w: %w", errpactv1err.NotExist, inner),
		"error before code": fmt.Errorf("%w: %w", errpactv1err.NotExist.New("gone"), errpactv1err.InvalidType),
		"join":              errors.Join(errors.New("other"), errpactv1err.NotExist, inner),
		"public":            fmt.Errorf("log: %w", publicOf(errpactv1err.NotExist.New("gone"))),
	} {
		answer := (*mapping.Policy)(nil).Translate(&mapping.Call{}, err)
		if mapping.CodeOf(err) != errpactv1err.NotExist || answer.Error().Code() != errpactv1err.NotExist {
			t.Errorf("%s: CodeOf = %v, sent %v, want NotExist twice", name, mapping.CodeOf(err), answer.Error())
		}
	}
	if found, ok := mapping.From(new(loop)); ok {
		t.Errorf("From(loop) = %v", found)
	}
}

func TestG7ZeroAnswersDoNotPanic(t *testing.T) {
	for _, a := range []*mapping.Answer{nil, {}} {
		a.At(mapping.StageResponse)
		a.Report(nil)
		message, details := a.Message(), a.Details()
		if message != errpactv1err.Unknown.Message() || len(details) < 2 || a.Local() != nil {
			t.Errorf("Wire() = %q, %v", message, details)
		}
		if a.Error().Code() != errpactv1err.Unknown || a.Public().Error() != message {
			t.Errorf("a zero answer is %v, %v", a.Error(), a.Public())
		}
		_ = a.RequestID(nil)
	}
}

func TestStatusOfReceivedErrorsIsOne(t *testing.T) {
	for _, status := range []int{0, 200, 399, 600, 999} {
		e := (*mapping.Policy)(nil).DecodeHTTP(&mapping.ErrorResponse{HTTPStatus: status, Envelope: &mapping.Envelope{Code: 10}})
		if e.HTTPStatus() != 500 {
			t.Errorf("HTTPStatus() of a received %d = %d, want 500", status, e.HTTPStatus())
		}
	}
}

func TestErrorfKeepsSlicesOfErrorsPrivate(t *testing.T) {
	secret := errors.New("secret")
	err := errpactv1err.NotExist.Errorf("two: %v", []error{secret, nil})
	if err.Message() != "two: (error not shown)" || !errors.Is(err, secret) {
		t.Errorf("Message() = %q, cause %v", err.Message(), err.Unwrap())
	}
}

// publicOf is what a transport sends an error as.
func publicOf(err error) error {
	answer := (*mapping.Policy)(nil).Translate(nil, err)
	return answer.Public()
}
