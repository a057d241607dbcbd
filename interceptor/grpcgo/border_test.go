// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	errpactv1 "github.com/errpact/errpact/gen/errpact/v1"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/carrier"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/mapping"
)

// An upstream is B in A → B: A's handler calls it, and returns what it gets.
type upstream func(context.Context) error

// throughA asserts what A's caller gets, of every procedure, and that no canary passes.
func throughA(t *testing.T, b upstream, want mapping.Code, options ...mapping.Option) {
	t.Helper()
	address := serveErrors(t, answerer(b), options...)
	conn := dial(t, address, decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		err := call(t.Context(), conn, procedure)
		found, _ := mapping.From(err)
		if !errors.Is(err, want) || found.Inferred() || found.ConnectCode() != want.ConnectCode() || found.Message() != want.Message() {
			t.Errorf("the caller got %v, want %v", err, want)
		}
		if raw := post(t, address, procedure, frame()).bytes(); hasCanary(raw) {
			t.Errorf("the upstream's words went out:\n%q", raw)
		}
	})
}

// forwarded is the context of a call to B with what A's caller asked for.
func forwarded(ctx context.Context) context.Context {
	received, _ := metadata.FromIncomingContext(ctx)
	return metadata.NewOutgoingContext(ctx, metadata.MD{"case": received["case"], "x-request-id": received["x-request-id"]})
}

// toB calls the upstream at an address by a client with the given options.
func toB(t *testing.T, address string, procedure string, options ...grpc.DialOption) upstream {
	t.Helper()
	conn := dial(t, address, options...)
	return func(ctx context.Context) error { return call(ctx, conn, procedure) }
}

// hostile answers with a code, and with a canary wherever there is a place for one.
func hostile(t *testing.T, code codes.Code) string {
	t.Helper()
	number := errpactv1.ErrorCode_ERROR_CODE_NOT_EXIST
	st, err := status.New(code, canary).WithDetails(&errpactv1.ErrorDetail{Code: &number, Reason: canary, DetailsJson: `"` + canary + `"`})
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, func(ctx context.Context) error {
		md := metadata.Pairs("x-words", canary, "set-cookie", canary)
		if err := errors.Join(grpc.SetTrailer(ctx, md), grpc.SetHeader(ctx, md)); err != nil {
			return err
		}
		return st.Err()
	})
}

func TestG2AHostileUpstreamNeverSpeaksToOurCaller(t *testing.T) {
	unreachable, timedOut, rejected := errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceTimedOut, errpactv1err.ExternalServiceRejected
	for code, want := range map[codes.Code]mapping.Code{
		codes.NotFound: rejected, codes.Unauthenticated: rejected, codes.InvalidArgument: rejected, codes.Internal: rejected, 17: rejected,
		codes.Unavailable: unreachable, codes.ResourceExhausted: unreachable,
		codes.Canceled: timedOut, codes.DeadlineExceeded: timedOut,
	} {
		t.Run(code.String(), func(t *testing.T) { throughA(t, toB(t, hostile(t, code), unary, decoding()...), want) })
	}
}

func TestG2AnUpstreamsStatusWithoutDetailsIsTheUpstreams(t *testing.T) {
	for code, want := range map[codes.Code]mapping.Code{
		codes.NotFound: errpactv1err.ExternalServiceRejected, codes.PermissionDenied: errpactv1err.ExternalServiceRejected,
		codes.ResourceExhausted: errpactv1err.ExternalServiceUnreachable, codes.DeadlineExceeded: errpactv1err.ExternalServiceTimedOut,
	} {
		address := serve(t, func(context.Context) error { return status.Error(code, canary) })
		for _, procedure := range procedures {
			t.Run(code.String()+procedure, func(t *testing.T) { throughA(t, toB(t, address, procedure, decoding()...), want) })
		}
	}
}

func TestG2ABorderIsFoundWhereverItIs(t *testing.T) {
	address := hostile(t, codes.NotFound)
	for name, wrap := range map[string]func(error) error{
		"in fmt.Errorf":      wrapped,
		"joined, first":      func(err error) error { return errors.Join(err, errPlain) },
		"joined, last":       func(err error) error { return errors.Join(errPlain, wrapped(err)) },
		"found again":        func(err error) error { e, _ := mapping.From(err); return e },
		"with things added":  func(err error) error { e, _ := mapping.From(err); return e.WithMetadata("k", canary) },
		"with another cause": func(err error) error { e, _ := mapping.From(err); return e.Wrap(errPlain) },
		"in a rule's":        func(err error) error { return &holder{err} },
	} {
		t.Run(name, func(t *testing.T) {
			callB := toB(t, address, unary, decoding()...)
			throughA(t, func(ctx context.Context) error { return wrap(callB(ctx)) }, errpactv1err.ExternalServiceRejected,
				mapping.WithRules(mapping.MapAs(func(h *holder) *mapping.Error { e, _ := mapping.From(h.held); return e })))
		})
	}
}

// holder has an error in it that is not below it.
type holder struct{ held error }

func (h *holder) Error() string { return canary }

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// page is the address of what is no gRPC server, and speaks HTTP/2.
func page(t *testing.T, code int) string {
	t.Helper()
	return loopback.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<h1>"+canary+"</h1>", code)
	})).Listener.Addr().String()
}

// TestG2WhatIsNoAnswerIsTheUpstreamsToo, by a client with our interceptor and by one without.
func TestG2WhatIsNoAnswerIsTheUpstreamsToo(t *testing.T) {
	unreachable, rejected := errpactv1err.ExternalServiceUnreachable, errpactv1err.ExternalServiceRejected
	plain := serve(t, func(context.Context) error { return nil })
	closed := dial(t, plain)
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		address string
		options []grpc.DialOption
		want    mapping.Code
	}{
		"nobody listens":      {closedPort(t), nil, unreachable},
		"the name is unknown": {"dns:///" + strings.ToLower(canary) + ".invalid:1", nil, unreachable},
		"no TLS":              {plain, []grpc.DialOption{grpc.WithTransportCredentials(credentials.NewTLS(nil))}, unreachable},
		"a balancer's 401":    {page(t, 401), nil, rejected},
		"a balancer's 403":    {page(t, 403), nil, rejected},
		"a balancer's 404":    {page(t, 404), nil, rejected},
		"a balancer's 503":    {page(t, 503), nil, unreachable},
		"a page":              {page(t, 200), nil, rejected},
		"a too large answer":  {plain, []grpc.DialOption{grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(1))}, rejected},
		"a too large request": {plain, []grpc.DialOption{grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(1))}, rejected},
	} {
		for side, options := range map[string][]grpc.DialOption{"plain client": nil, "our client": decoding(), "relaying client": decoding(grpcgo.WithRelay())} {
			t.Run(name+"/"+side, func(t *testing.T) {
				throughA(t, toB(t, test.address, unary, append(test.options, options...)...), test.want)
			})
		}
	}
	for side, i := range map[string]*grpcgo.Interceptor{"our client": nil, "relaying client": grpcgo.New(grpcgo.WithRelay())} {
		t.Run("closed by this process/"+side, func(t *testing.T) {
			throughA(t, func(ctx context.Context) error {
				return i.UnaryClient(ctx, unary, new(text), new(text), closed, func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, opts ...grpc.CallOption) error {
					return conn.Invoke(ctx, method, req, reply, opts...)
				})
			}, unreachable)
		})
	}
	t.Run("closed by this process/plain client", func(t *testing.T) {
		throughA(t, func(ctx context.Context) error { return call(ctx, closed, unary) }, unreachable)
	})
}

func TestG3AnUpstreamThatTakesTooLongTimedOut(t *testing.T) {
	address := serve(t, func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	})
	for side, options := range map[string][]grpc.DialOption{"plain client": nil, "our client": decoding(), "relaying client": decoding(grpcgo.WithRelay())} {
		t.Run(side, func(t *testing.T) {
			b := toB(t, address, unary, options...)
			throughA(t, func(ctx context.Context) error {
				ctx, cancel := context.WithTimeout(ctx, 1)
				defer cancel()
				return b(ctx)
			}, errpactv1err.ExternalServiceTimedOut)
			throughA(t, func(ctx context.Context) error {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return b(ctx)
			}, errpactv1err.ExternalServiceTimedOut)
		})
	}
}

// TestG2RulesNeverSeeAnUpstreamsError, neither as a code of a catalogue nor as a status, on a server of
// any transport. A status of this process's own they do see.
func TestG2RulesNeverSeeAnUpstreamsError(t *testing.T) {
	rules := mapping.WithRules(
		mapping.MapIs(errpactv1err.NotExist, errpactv1err.AuthForbidden),
		mapping.MapAs(func(interface {
			error
			GRPCStatus() *status.Status
		}) *mapping.Error {
			return errpactv1err.Database.New("")
		}))
	callB := toB(t, hostile(t, codes.NotFound), unary, decoding()...)
	throughA(t, callB, errpactv1err.ExternalServiceRejected, rules)
	throughA(t, func(ctx context.Context) error { return wrapped(callB(ctx)) }, errpactv1err.ExternalServiceRejected, rules)
	throughA(t, func(context.Context) error { return status.Error(codes.NotFound, canary) }, errpactv1err.Database, rules)
	answer := newPolicy(t, rules).Translate(&mapping.Call{}, callB(t.Context()))
	if !errors.Is(answer.Error(), errpactv1err.ExternalServiceRejected) {
		t.Errorf("a policy that knows nothing of grpc-go answers %v", answer.Error())
	}
}

// TestCallsOfOthersAreNotPartOfTheRequest: a REST request's own place for its error is not theirs.
func TestCallsOfOthersAreNotPartOfTheRequest(t *testing.T) {
	ctx := context.WithValue(t.Context(), carrier.Key{}, new(carrier.Slot))
	err := grpcgo.New().UnaryClient(ctx, unary, nil, nil, nil, func(ctx context.Context, _ string, _, _ any, _ *grpc.ClientConn, _ ...grpc.CallOption) error {
		if carrier.From(ctx) != nil {
			t.Error("the call has the request's place")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
