// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package interceptor installs errpact in Connect's servers and clients (connectrpc.com/connect v1).
// One interceptor serves both sides, and all kinds of RPC:
//
//	connect.WithInterceptors(interceptor.New())
//
// On a server it turns whatever a handler returns into an error of a catalogue, as the
// [mapping.Policy] says, and hides what is not for the caller. On a client it turns what the server
// sent into a [*mapping.Error], which unwraps to Connect's own error:
//
//	if errors.Is(err, errpactv1err.NotExist) { … }
//
// On a server, put it outside all that can fail, and inside what observes, such as logging and
// tracing:
//
//	connect.WithInterceptors(otel, logging, errpact, auth, validate)
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

// Interceptor implements [connect.Interceptor] for servers and clients. It may be used by many at
// once. Nil and zero are as New without options.
type Interceptor struct {
	policy *mapping.Policy
	relay  bool
}

var _ connect.Interceptor = (*Interceptor)(nil)

// An Option changes what [New] makes.
type Option interface{ apply(*Interceptor) }

type option func(*Interceptor)

func (o option) apply(i *Interceptor) { o(i) }

// WithPolicy sets the catalogues, rules and limits. The default, and nil, is the default policy of
// package mapping.
func WithPolicy(policy *mapping.Policy) Option {
	return option(func(i *Interceptor) { i.policy = policy })
}

// WithRelay is for a client to a service whose errors its own callers may see, such as one of the
// same team's: a server that returns such an error passes it on. The default is to answer that an
// external service failed.
func WithRelay() Option { return option(func(i *Interceptor) { i.relay = true }) }

// New makes an interceptor.
func New(opts ...Option) *Interceptor {
	i := new(Interceptor)
	for _, o := range opts {
		if o != nil {
			o.apply(i)
		}
	}
	return i
}

func (i *Interceptor) config() Interceptor {
	if i == nil {
		return Interceptor{}
	}
	return *i
}

// WrapUnary implements [connect.Interceptor].
func (i *Interceptor) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	config := i.config()
	server := &server{policy: config.policy}
	client := &client{config}
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if req.Spec().IsClient {
			res, err := next(ctx, req)
			if err != nil {
				return nil, client.decode(err, req.Header())
			}
			return res, nil
		}
		return server.serveUnary(ctx, req, next)
	}
}

// WrapStreamingHandler implements [connect.Interceptor].
func (i *Interceptor) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	server := &server{policy: i.config().policy}
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		return server.serveStream(ctx, &handlerConn{StreamingHandlerConn: conn}, next)
	}
}

// WrapStreamingClient implements [connect.Interceptor].
func (i *Interceptor) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	client := &client{i.config()}
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		return &clientConn{StreamingClientConn: next(ctx, spec), client: client}
	}
}

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

func (s *server) call(ctx context.Context, slot *carrier.Slot, spec connect.Spec, header http.Header) mapping.Call {
	call := mapping.Call{Context: ctx, Procedure: spec.Procedure, Header: header}
	if slot != nil {
		call.RequestID = slot.RequestID()
	}
	return call
}

func (s *server) translate(
	ctx context.Context, slot *carrier.Slot, spec connect.Spec, header http.Header,
	classify func(error) (mapping.Origin, bool), err error,
) error {
	if isNotModified(err) {
		return err
	}
	call := s.call(ctx, slot, spec, header)
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
	answer := s.policy.Panicked(s.call(ctx, slot, spec, header), value, debug.Stack())
	return deliver(ctx, slot, &answer)
}

// deliver makes Connect's error of an answer. Where a REST caller is waiting, the answer itself goes
// to the middleware, and nobody would read the details.
func deliver(ctx context.Context, slot *carrier.Slot, answer *mapping.Answer) error {
	sent := answer.Error()
	message, details, keepMetadata := answer.Wire()
	out := connect.NewError(connect.Code(sent.ConnectCode()), publicText(sent, message))
	if local, ok := answer.Local().(*connect.Error); ok && keepMetadata {
		origin.CopyMetadata(out.Meta(), local)
	}
	if slot != nil {
		slot.SetError(sent)
	} else {
		for _, detail := range details {
			// An Any needs no marshalling, and so there is no error.
			if d, err := connect.NewErrorDetail(detail); err == nil {
				out.AddDetail(d)
			}
		}
	}
	answer.Report(ctx)
	return out
}

// publicText is an error whose text is what the caller reads, and which unwraps to the typed error,
// for interceptors that observe.
func publicText(sent *mapping.Error, message string) error {
	if message == sent.Message() {
		return sent.Public()
	}
	return &text{message, sent}
}

type text struct {
	message string
	sent    *mapping.Error
}

func (t *text) Error() string { return t.message }
func (t *text) Unwrap() error { return t.sent }
