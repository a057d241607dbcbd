// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/errpact/errpact/internal/connectcode"
)

// maxNodes bounds how much of an error's tree is looked at. What is deeper, or a tree that contains
// itself, is taken for an error that nobody mapped.
const maxNodes = 4096

// findings is what one walk through an error's tree found, outermost first.
type findings struct {
	// own is the outermost error of a catalogue that this process made, above any border.
	own *Error
	// ownNil says that it stands for a nil *Error.
	ownNil bool
	// relayed is the outermost one that was received and may be passed on.
	relayed *Error
	// local is the outermost coded error of the transport, made by this process; caller is one that
	// the caller's own stream gave.
	local, caller *Classification
	// backend is the outermost error that came off a wire and whose answer is ours.
	backend *Classification

	// canceled and expired: a context's own errors are in the tree, or in a code.
	canceled, expired           bool
	codedCanceled, codedExpired bool
	// overdue: the deadline of a connection was over, which a client may have set to the request's.
	overdue bool
	// failed has what became of the calls of other services whose errors are in the tree.
	failed failures
	// networked says that the network itself failed, whatever a code makes of that.
	networked bool
	// undecodable: protobuf's own text is in the tree.
	undecodable bool
	// foreign says that rules must not see all of the tree.
	foreign bool
	// answered says that the error is the answer of another interceptor of errpact's, inside, which has reported it.
	answered bool

	classify func(error) (Classification, bool)
	nodes    int
}

// walk looks through the tree, until it finds an own error, which decides all. It reports false where there is
// more of the tree than is looked at.
func walk(err error, classify func(error) (Classification, bool)) (v findings, ok bool) {
	v.classify = classify
	v.visit(err, 0)
	return v, v.own != nil || v.nodes <= maxNodes
}

// A place is what is known of a node by what is above it.
type place uint8

const (
	// belowBorder: nothing here is ours.
	belowBorder place = 1 << iota
	// belowClient: it is what a client made for want of an answer, whose texts count.
	belowClient
	// belowUnreadable: the client has read an answer to its end, and that is not the end of a connection.
	belowUnreadable
	// belowConnecting: it says why nothing was sent.
	belowConnecting
	// belowConnection: a certificate here is the other side's.
	belowConnection
)

// belowClientOf is the place below an error that a client made. Clients call an answer that they cannot read
// internal, also if something is missing at its end.
func belowClientOf(connectCode ConnectCode) place {
	if connectCode == connectcode.Internal {
		return belowClient | belowUnreadable
	}
	return belowClient
}

func (at place) is(p place) bool { return at&p != 0 }

// decoded is an error of a client's transport that stands for the remote Error below it, and is a border
// as that one is. Where a transport needs its own type for what a client returns, it has this method.
type decoded interface{ Decoded() *Error }

// visit looks at one node and what is below it. Below a border nothing is ours; what is below is
// looked at only for what became of the call.
func (v *findings) visit(err error, at place) {
	err = v.skipWraps(err)
	if v.nodes++; v.own != nil || v.nodes > maxNodes {
		return
	}
	if isNilNode(err) {
		v.foreign = true // a rule's errors.Is would call its methods
		return
	}
	failure := CallFailure(0)
	switch e := err.(type) {
	case *Error:
		at, failure = v.visitError(e, at)
	case *public:
		v.answered = v.answered || !at.is(belowBorder)
		at, failure = v.visitError((*Error)(e), at)
	case *publicText:
		v.answered = v.answered || !at.is(belowBorder)
		if !e.passed {
			at, failure = v.visitError(e.sent, at)
		}
	case Code:
		if !at.is(belowBorder) && v.own == nil {
			v.own = e.bare()
		}
	case decoded:
		v.foreign = true
	default:
		at, failure = v.visitOther(err, at)
	}
	if failure == 0 {
		v.visitBelow(err, at)
		return
	}
	// What is below tells more of a call than the code of its answer does, and less than its client.
	before := v.failed
	v.failed = 0
	v.visitBelow(err, at)
	if v.failed == 0 || at.is(belowBorder) && at.is(belowClient) {
		v.failed = failure.asFailures()
	}
	v.failed |= before
}

func (v *findings) visitBelow(err error, at place) {
	kids, kid := unwrap(err)
	if kid != nil {
		v.visit(kid, at)
	}
	for _, kid := range kids {
		v.visit(kid, at)
	}
}

// skipWraps passes over what fmt.Errorf makes with one %w, of which a long chain consists, and which has
// nothing to say that a transport does not claim.
func (v *findings) skipWraps(err error) error {
	for reflect.TypeOf(err) == wrapType && v.nodes <= maxNodes {
		if v.classify != nil {
			if _, ok := v.classify(err); ok {
				return err
			}
		}
		v.nodes++
		err = errors.Unwrap(err)
	}
	return err
}

var wrapType = reflect.TypeOf(fmt.Errorf("%w", context.Canceled))

// visitError also returns how the call failed of which a remote error is. It is 0 of any other.
func (v *findings) visitError(e *Error, at place) (place, CallFailure) {
	if !e.Remote() {
		if !at.is(belowBorder) && v.own == nil {
			v.own, v.ownNil = e.orZero(), e == nil
		}
		return at, 0
	}
	e = e.byGiven()
	v.foreign = true
	v.coded(e.ConnectCode())
	if at.is(belowBorder) {
		return at, 0
	}
	if e.relay && v.relayed == nil {
		v.relayed = e
	}
	at |= belowBorder
	if e.isOfClient() {
		at |= belowClientOf(e.ConnectCode())
	}
	return at, e.failure()
}

func (v *findings) visitOther(err error, at place) (place, CallFailure) {
	if pruned, ok := err.(*prunedError); ok {
		err = pruned.err
	}
	at = v.network(err, at)
	if v.classify == nil {
		return at, callOf(err, at)
	}
	o, ok := v.classify(err)
	if !ok {
		return at, callOf(err, at)
	}
	v.coded(o.ConnectCode)
	if o.Source.isBorder() {
		v.foreign = true
	}
	if at.is(belowBorder) {
		return at, 0
	}
	switch o.Source {
	case SourceRemote:
		if o.Failure <= CallAnswered {
			return at | belowBorder, answeredAs(o.ConnectCode)
		}
		return at | belowBorder | belowClientOf(o.ConnectCode), o.Failure
	case SourceBackend:
		keep(&v.backend, o)
		return at | belowBorder, 0
	case SourceCaller:
		keep(&v.caller, o)
	case SourceLocal:
		if isNil(o.Details) {
			o.Details = nil
		}
		keep(&v.local, o)
		if o.ConnectCode == connectcode.Unavailable { // a client without our interceptor gives no other
			at |= belowConnection
		}
	}
	return at, 0
}

// keep is for the first: it is the outermost.
func keep(kept **Classification, o Classification) {
	if *kept == nil {
		first := o // only that one needs the heap
		*kept = &first
	}
}

func (v *findings) coded(connectCode ConnectCode) {
	v.codedCanceled = v.codedCanceled || connectCode == connectcode.Canceled
	v.codedExpired = v.codedExpired || connectCode == connectcode.DeadlineExceeded
}

// unwrap gives what is directly below a node: several errors, or one, or neither.
func unwrap(err error) (kids []error, kid error) {
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return nil, e.Unwrap()
	case interface{ Unwrap() []error }:
		return e.Unwrap(), nil
	}
	return nil, nil
}

// isNilNode finds nil and typed-nil pointers, on which most methods panic. Our own survive it.
func isNilNode(err error) bool {
	switch err.(type) {
	case *Error, *public, Code:
		return false
	}
	return isNil(err)
}

// isNil finds nil, and a nil pointer inside an interface.
func isNil(value any) bool {
	v := reflect.ValueOf(value)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}
