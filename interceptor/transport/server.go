// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"sync/atomic"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/mapping"
)

// A Server is the server side of one procedure. Several goroutines may use it at once. It must not be
// copied. The zero Server, and a nil one, has the default policy.
type Server struct {
	// Policy decides what a caller gets. Nil is the default policy.
	Policy *mapping.Policy
	// Name is the function that users call for the interceptor, such as "interceptor.New", for a [Probe]. It may be
	// empty.
	Name string
	// NeverAbort is for a transport that would let http.ErrAbortHandler end the process: there it is a
	// panic like any other.
	NeverAbort bool

	// success is the status that the procedure declares for REST callers, plus 1; 0 is not read yet.
	success atomic.Int32
}

// A Call is one call as a transport serves it. Handle, Describe and Encode must be set: without one of them
// Serve returns an error, and does not run the handler.
//
// Handle runs once at most. Describe and Encode run once if the call fails, and once more if one of them
// panics, to answer that panic. A second panic is not recovered.
type Call struct {
	// Handle runs the handler, and all that is inside errpact.
	Handle func() error
	// Describe returns what the policy needs to know of the request. Its argument is the error to be
	// translated, or nil for a panic.
	Describe func(error) mapping.Call
	// Encode returns the transport's own error for the answer, which is complete and has been reported.
	Encode func(mapping.Answer) error

	// Probe is Handle without the procedure, for a [Probe]: it runs what is inside errpact, with a request that the
	// procedure cannot take. Its error does not count, and a panic ends there. If it is nil, nothing inside is seen.
	Probe func() error
	// Schema returns the method's protoreflect.MethodDescriptor, for the status of a success, and the JSON
	// names of the request's fields. Nil, and a nil result, declare none.
	Schema func() any
	// Passes finds a transport's answer to a conditional request, a 304, which is no error. It returns the
	// headers of that answer. It may be nil.
	Passes func(error) (http.Header, bool)
	// Received finds an error that came, as it is, of reading the request. It is for a transport that has
	// the interceptor around that, and may be nil.
	Received func(error) (StreamError, bool)
}

// Serve runs the call and returns nil for a success, else what Encode makes of the answer. It answers a
// panic of the handler as an unmapped error, but lets http.ErrAbortHandler pass, by which net/http aborts
// a response.
func (s *Server) Serve(ctx context.Context, call Call) (err error) {
	if err := call.check(); err != nil {
		return err
	}
	if s == nil {
		s = new(Server)
	}
	around := ExchangeOf(ctx)
	if around.Pass(Passage{Part: PartServer, Name: s.Name, Policy: s.Policy}) {
		return call.probe()
	}
	own := s.enter(around, call.Schema)
	defer func() {
		if value := recover(); value != nil {
			if !s.NeverAbort && value == http.ErrAbortHandler {
				own.Abort()
				panic(value)
			}
			err = s.fail(call, around, own, Failure{Panic: value, Stack: debug.Stack()})
		}
	}()
	if own.Refused() {
		return errRefused
	}
	if err = call.Handle(); err == nil {
		own.Succeed()
		return nil
	}
	if isRefusal(around, err) {
		return errRefused
	}
	return s.fail(call, around, own, Failure{Err: err})
}

// check finds what a call lacks.
func (c *Call) check() error {
	switch {
	case c.Handle == nil:
		return errors.New("transport: Call.Handle is nil")
	case c.Describe == nil:
		return errors.New("transport: Call.Describe is nil")
	case c.Encode == nil:
		return errors.New("transport: Call.Encode is nil")
	}
	return nil
}

// fail answers a call that failed. The REST request around it has an exchange; own is the same for the
// outermost interceptor of the request alone. A second interceptor inside has none, but goes by the
// request's id all the same.
func (s *Server) fail(call Call, around, own *Exchange, failure Failure) error {
	err := failure.Err
	if call.Passes != nil && err != nil {
		if header, ok := call.Passes(err); ok {
			own.SetNotModified(header)
			return err
		}
	}
	if call.Received != nil && own.answersUnread(err, call.Received) {
		return err
	}
	request := call.Describe(err)
	if request.Envelope = own.IsREST(); request.Envelope {
		request.Input = call.input()
	}
	if around != nil {
		request.RequestID = around.RequestID()
	}
	var answer mapping.Answer
	decide(&answer, s.Policy, &request, failure, own.SetError)
	return call.Encode(answer)
}

// errRefused goes to nobody: the answer has been written.
var errRefused = errors.New("the request has been refused")

// isRefusal finds what the handler's own stream gave of a request that has been refused, which the handler,
// or an interceptor inside, may have wrapped.
func isRefusal(around *Exchange, err error) bool {
	return around.Refused() && IsDirect(err, func(err error) (is, stop bool) {
		return err == errRefused, err == errRefused
	})
}

// enter finds the REST request that the call is part of, if there is one, and tells it what a success
// answers.
func (s *Server) enter(around *Exchange, schema func() any) *Exchange {
	own := around.Enter()
	if own == nil || schema == nil {
		return own
	}
	status := s.success.Load()
	if status == 0 {
		status = 1 + successStatus(schema())
		s.success.Store(status)
	}
	own.DeclareStatus(int(status - 1))
	return own
}

// successStatus returns what the method's (errpact.v1.rest) option says; 0 if it says nothing.
func successStatus(schema any) int32 {
	method := methodOf(schema)
	if method == nil {
		return 0
	}
	rest, ok := proto.GetExtension(method.Options(), errpactv1.E_Rest).(*errpactv1.Rest)
	if !ok {
		return 0
	}
	return rest.GetSuccessStatus()
}

// methodOf returns the method that a schema describes; nil if it describes none.
func methodOf(schema any) protoreflect.MethodDescriptor {
	method, ok := schema.(protoreflect.MethodDescriptor)
	if !ok || isNil(method) {
		return nil
	}
	return method
}

// input returns the message of the request; nil if it is not known.
func (c *Call) input() protoreflect.MessageDescriptor {
	if c.Schema == nil {
		return nil
	}
	return InputOf(c.Schema())
}

// InputOf returns the message that the request of a method is, which a schema describes; nil for anything that is
// not a protoreflect.MethodDescriptor, and for one that panics when it is asked.
func InputOf(schema any) (input protoreflect.MessageDescriptor) {
	defer func() {
		if recover() != nil {
			input = nil
		}
	}()
	method := methodOf(schema)
	if method == nil {
		return nil
	}
	return method.Input()
}
