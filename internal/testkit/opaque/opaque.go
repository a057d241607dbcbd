// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package opaque lists the failures of handlers that callers must learn nothing about, and finds what
// must not leave the process in the bytes of an answer.
package opaque

import (
	"errors"
	"fmt"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// Canary is planted wherever it must not come out: in texts, in names of types and of functions.
const Canary = "squintingostrich"

// A Failure is an error or a panic that callers must learn nothing about.
type Failure struct {
	Name   string
	Fail   func() error
	Panics bool
}

// Failures returns the failures that every stack must hide.
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
		{"wraps itself", give(NewLoop()), false},
		{"Connect's wraps itself", give(connect.NewError(connect.CodeInternal, NewLoop())), false},
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
		{"a rule panics", give(&ruleError{}), true},
	}
}

// PanickyRule returns a rule that panics on one of the [Failures].
func PanickyRule() mapping.Rule {
	return mapping.MapAs(func(*ruleError) *mapping.Error { panic(Canary) })
}

// Errors of a handler that does not know what it does.
type (
	secretError   struct{ text string }
	panickyUnwrap struct{}
	uncomparable  []string
	loop          struct{ next error }
	ruleError     struct{}

	// PanickyError panics when it is asked what it is.
	PanickyError struct{}
)

func (e *secretError) Error() string { return e.text } // panics on nil

// Error implements error.
func (PanickyError) Error() string   { panic(Canary) }
func (*ruleError) Error() string     { return Canary }
func (panickyUnwrap) Error() string  { return Canary }
func (panickyUnwrap) Unwrap() error  { panic(Canary) }
func (u uncomparable) Error() string { return u[0] }
func (l *loop) Error() string        { return Canary }
func (l *loop) Unwrap() error        { return l.next }

// NewLoop returns an error that wraps itself.
func NewLoop() error               { l := new(loop); l.next = l; return l }
func raise(value any) func() error { return func() error { panic(value) } }
func give(err error) func() error  { return func() error { return err } }
