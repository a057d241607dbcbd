// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package interceptor

import (
	"context"
	"net/http"
	"runtime/debug"
	"sync/atomic"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/internal/carrier"
	"github.com/errpact/errpact/internal/origin"
	"github.com/errpact/errpact/mapping"
)

// server is the server side of one procedure.
type server struct {
	policy *mapping.Policy
	// success is the status that the procedure declares for REST callers, plus 1; 0 is not read yet.
	success atomic.Int32
}

func (s *server) serveUnary(ctx context.Context, req connect.AnyRequest, next connect.UnaryFunc) (res connect.AnyResponse, err error) {
	slot := s.enter(ctx, req.Spec())
	defer func() {
		if value := recover(); value != nil {
			res, err = nil, s.panicked(ctx, slot, req.Spec(), req.Header(), value)
		}
	}()
	if slot.Refused() {
		return nil, errRefused()
	}
	if res, err = next(ctx, req); err == nil {
		slot.Succeed()
		return res, nil
	}
	return nil, s.translate(ctx, slot, req.Spec(), req.Header(), origin.Connect, err)
}

func (s *server) serveStream(ctx context.Context, conn *handlerConn, next connect.StreamingHandlerFunc) (err error) {
	slot := s.enter(ctx, conn.Spec())
	defer func() {
		if value := recover(); value != nil {
			err = s.panicked(ctx, slot, conn.Spec(), conn.RequestHeader(), value)
		}
	}()
	if slot.Refused() {
		return errRefused()
	}
	if err = next(ctx, conn); err == nil {
		slot.Succeed()
		return nil
	}
	return s.translate(ctx, slot, conn.Spec(), conn.RequestHeader(), conn.classify, err)
}

// errRefused goes to nobody: the answer has been written.
func errRefused() error { return connect.NewError(connect.CodeInvalidArgument, nil) }

// enter finds the REST request that the call is part of, if it is, and tells it what a success
// answers.
func (s *server) enter(ctx context.Context, spec connect.Spec) *carrier.Slot {
	slot := carrier.From(ctx).Enter()
	if slot == nil {
		return nil
	}
	status := s.success.Load()
	if status == 0 {
		status = 1 + successStatus(spec)
		s.success.Store(status)
	}
	slot.DeclareStatus(int(status - 1))
	return slot
}

// successStatus is what the method's (errpact.v1.rest) option says; 0 if it says nothing.
func successStatus(spec connect.Spec) int32 {
	method, ok := spec.Schema.(protoreflect.MethodDescriptor)
	if !ok {
		return 0
	}
	rest, ok := proto.GetExtension(method.Options(), errpactv1.E_Rest).(*errpactv1.Rest)
	if !ok {
		return 0
	}
	return rest.GetSuccessStatus()
}

// call is what the policy needs to know. A second interceptor inside has no slot, but goes by the
// request's id all the same.
func (s *server) call(ctx context.Context, spec connect.Spec, header http.Header) mapping.Call {
	call := mapping.Call{Context: ctx, Procedure: spec.Procedure, Header: header}
	if slot := carrier.From(ctx); slot != nil {
		call.RequestID = slot.RequestID()
	}
	return call
}

func (s *server) translate(
	ctx context.Context, slot *carrier.Slot, spec connect.Spec, header http.Header,
	classify func(error) (mapping.Origin, bool), err error,
) error {
	if origin.IsNotModified(err) {
		slot.SetNotModified(origin.Metadata(err))
		return err
	}
	call := s.call(ctx, spec, header)
	call.Classify = classify
	answer := s.policy.Translate(call, err)
	return deliver(ctx, slot, &answer)
}

// panicked answers a panic, but for the one that net/http knows: that aborts the answer.
func (s *server) panicked(ctx context.Context, slot *carrier.Slot, spec connect.Spec, header http.Header, value any) error {
	if value == http.ErrAbortHandler {
		slot.Abort()
		panic(value)
	}
	answer := s.policy.Panicked(s.call(ctx, spec, header), value, debug.Stack())
	return deliver(ctx, slot, &answer)
}

// deliver makes Connect's error of an answer.
func deliver(ctx context.Context, slot *carrier.Slot, answer *mapping.Answer) error {
	var out *connect.Error
	if slot.IsREST() {
		out = restError(slot, answer)
	} else {
		out = wireError(answer)
	}
	answer.Report(ctx)
	return out
}

// wireError is the error that travels to an RPC caller.
func wireError(answer *mapping.Answer) *connect.Error {
	message, details, keepMetadata := answer.Wire()
	out := connect.NewError(connect.Code(answer.Error().ConnectCode()), answer.Public(message))
	for _, detail := range details {
		// An Any needs no marshalling, and so there is no error.
		if d, err := connect.NewErrorDetail(detail); err == nil {
			out.AddDetail(d)
		}
	}
	if keepMetadata {
		addMetadata(out, answer.Local())
	}
	return out
}

// restError leaves the answer itself to the middleware that writes the envelope. Nobody would read
// the details of what passes through the chain in between.
func restError(slot *carrier.Slot, answer *mapping.Answer) *connect.Error {
	sent := answer.Error()
	slot.SetError(sent)
	out := connect.NewError(connect.Code(sent.ConnectCode()), answer.Public(sent.Message()))
	addMetadata(out, answer.Local())
	return out
}

func addMetadata(to *connect.Error, local error) {
	if e, ok := local.(*connect.Error); ok && e != nil {
		origin.CopyMetadata(to.Meta(), e)
	}
}
