// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package opaque has what goes wrong in handlers and is for nobody outside, for the tests of each
// interceptor.
package opaque

import (
	"errors"
	"fmt"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// Canary is planted where it must not come out.
const Canary = "CanaryThatNobodyMaySee"

// A Failure is one of which a caller must learn nothing.
type Failure struct {
	Name   string
	Fail   func() error
	Panics bool
}

// Failures are all of them.
func Failures() []Failure {
	return []Failure{
		{"plain", give(errors.New(Canary)), false},
		{"wrapped", give(fmt.Errorf("a: %w", errors.New(Canary))), false},
		{"joined", give(errors.Join(errors.New(Canary), errors.New(Canary))), false},
		{"typed", give(&secretError{Canary}), false},
		{"uncomparable", give(uncomparable{Canary}), false},
		{"typed nil", give((*secretError)(nil)), false},
		{"typed nil of Connect's", give((*connect.Error)(nil)), false},
		{"typed nil of Connect v2's", give((*connectv2.Error)(nil)), false},
		{"typed nil of errpact's", give((*mapping.Error)(nil)), false},
		{"wraps itself", give(newLoop()), false},
		{"Connect's wraps itself", give(connect.NewError(connect.CodeInternal, newLoop())), false},
		{"Error panics", give(PanickyError{}), false},
		{"Unwrap panics", give(panickyUnwrap{}), true},
		{"Error panics in Connect's", give(connect.NewError(connect.CodeNotFound, PanickyError{})), true},
		{"panic", raise(Canary), true},
		{"panic with an error", raise(errors.New(Canary)), true},
		{"panic with an error that panics", raise(PanickyError{}), true},
		{"panic with errpact's error", raise(errpactv1err.NotExist.New(Canary)), true},
		{"panic with nil", raise(nil), true},
		{"panic with a slice", raise([]string{Canary}), true},
		{"nil pointer", func() error { var s *secretError; return errors.New(s.text) }, true},
		{"a rule panics", give(errRule), true},
	}
}

// errRule makes PanickyRule panic.
var errRule = errors.New("rule")

// PanickyRule is one of a policy's.
func PanickyRule(err error) (*mapping.Error, bool) {
	if errors.Is(err, errRule) {
		panic(Canary)
	}
	return nil, false
}

// Errors of a handler that does not know what it does.
type (
	secretError   struct{ text string }
	panickyUnwrap struct{}
	uncomparable  []string
	loop          struct{ next error }

	// PanickyError panics when it is asked what it is.
	PanickyError struct{}
)

func (e *secretError) Error() string { return e.text } // panics on nil

// Error implements error.
func (PanickyError) Error() string   { panic(Canary) }
func (panickyUnwrap) Error() string  { return Canary }
func (panickyUnwrap) Unwrap() error  { panic(Canary) }
func (u uncomparable) Error() string { return u[0] }
func (l *loop) Error() string        { return Canary }
func (l *loop) Unwrap() error        { return l.next }
func newLoop() error                 { l := new(loop); l.next = l; return l }
func raise(value any) func() error   { return func() error { panic(value) } }
func give(err error) func() error    { return func() error { return err } }
