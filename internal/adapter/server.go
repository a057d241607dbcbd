// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package adapter is what the interceptors of all transports share: one implementation of how a call is
// surrounded, on either side. What a transport's own errors are like, it is told.
package adapter

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"sync/atomic"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/carrier"
	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// Server is the server side of one procedure. It may be used by many at once, and is not to be copied.
type Server struct {
	Policy *mapping.Policy
	// NeverAbort is for a transport that would let http.ErrAbortHandler end the process: to it that is a
	// panic like others.
	NeverAbort bool
	// success is the status that the procedure declares for REST callers, plus 1; 0 is not read yet.
	success atomic.Int32
}

// Serve surrounds a call. What handle fails with, or panics with, goes to fail, which gives what is
// returned to the transport. http.ErrAbortHandler, by which net/http aborts an answer, passes.
func (s *Server) Serve(ctx context.Context, schema func() any, handle func() error, fail func(Failure) error) (err error) {
	around := carrier.From(ctx)
	slot := s.enter(around, schema)
	defer func() {
		if value := recover(); value != nil {
			if !s.NeverAbort && isAbort(value) {
				slot.Abort()
				panic(value)
			}
			err = fail(Failure{policy: s.Policy, around: around, slot: slot, panicked: &panicked{value, debug.Stack()}})
		}
	}()
	if slot.Refused() {
		return errRefused
	}
	if err = handle(); err == nil {
		slot.Succeed()
		return nil
	}
	if isRefusal(around, err) {
		return errRefused
	}
	return fail(Failure{Err: err, policy: s.Policy, around: around, slot: slot})
}

func isAbort(value any) bool { return value == http.ErrAbortHandler }

// errRefused goes to nobody: the answer has been written.
var errRefused = errors.New("the request has been refused")

// isRefusal finds what the handler's own stream gave of a request that has been refused, which the handler,
// or an interceptor inside, may have wrapped.
func isRefusal(around *carrier.Slot, err error) bool {
	return around.Refused() && origin.IsDirect(err, func(err error) (is, stop bool) {
		return err == errRefused, err == errRefused
	})
}

// enter finds the REST request that the call is part of, if it is, and tells it what a success
// answers.
func (s *Server) enter(around *carrier.Slot, schema func() any) *carrier.Slot {
	slot := around.Enter()
	if slot == nil {
		return nil
	}
	status := s.success.Load()
	if status == 0 {
		status = 1 + successStatus(schema())
		s.success.Store(status)
	}
	slot.DeclareStatus(int(status - 1))
	return slot
}

// successStatus is what the method's (errpact.v1.rest) option says; 0 if it says nothing.
func successStatus(schema any) int32 {
	method, ok := schema.(protoreflect.MethodDescriptor)
	if !ok {
		return 0
	}
	rest, ok := proto.GetExtension(method.Options(), errpactv1.E_Rest).(*errpactv1.Rest)
	if !ok {
		return 0
	}
	return rest.GetSuccessStatus()
}

// Failure is what a call failed with. It belongs to one goroutine.
type Failure struct {
	// Err is the error as it came; nil for a panic.
	Err error

	policy *mapping.Policy
	// around is the REST request's, and slot the same for the outermost interceptor of it alone.
	around, slot *carrier.Slot
	panicked     *panicked
}

// panicked is what was panicked with, and where.
type panicked struct {
	value any
	stack []byte
}

// IsMiddlewares says that what the handler's own stream gave of a request is for a REST caller's middleware
// to answer: it tells by the transport's own text what is wrong with the request, as it does where no
// interceptor sees that, or it has an answer already.
func (f *Failure) IsMiddlewares(received StreamError) bool {
	return f.slot.IsREST() && (received.Receive().When != mapping.WhenAny || f.slot.Refused())
}

// NotModified leaves the headers of a 304 to the middleware that answers a REST caller.
func (f *Failure) NotModified(header http.Header) { f.slot.SetNotModified(header) }

// Answer decides what the caller gets. A second interceptor inside has no slot, but goes by the
// request's id all the same.
func (f *Failure) Answer(call *mapping.Call) mapping.Answer {
	if f.around != nil {
		call.RequestID = f.around.RequestID()
	}
	if f.panicked != nil {
		return f.policy.Panicked(call, f.panicked.value, f.panicked.stack)
	}
	return f.policy.Translate(call, f.Err)
}

// Static is [mapping.Policy.Static], for an RPC caller. Of a REST caller's answer nothing is static.
func (f *Failure) Static(header func() http.Header) (sent *mapping.Error, answer *mapping.Shared) {
	if f.slot.IsREST() {
		return nil, nil
	}
	return f.policy.Static(f.Err, header)
}

// Wire is [mapping.Answer.Wire] for an RPC caller. For a REST caller it leaves the answer itself to the
// middleware that writes the envelope: nobody would read the details of what passes through the chain
// in between.
func (f *Failure) Wire(call *mapping.Call, answer *mapping.Answer) (message string, details []*anypb.Any, keepMetadata bool) {
	if !f.slot.IsREST() {
		return answer.Wire(call)
	}
	sent := answer.Error()
	f.slot.SetError(sent)
	return sent.Message(), nil, true
}
