// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/grpcgo"
	"github.com/errpact/errpact/internal/testkit/loopback"
	"github.com/errpact/errpact/internal/testkit/suite"
	"github.com/errpact/errpact/mapping"
)

// throughA checks what A's caller gets of an error that A's handler got of B, and that no canary goes out.
func throughA(t *testing.T, b func(context.Context) error, want mapping.Code, options ...mapping.Option) {
	t.Helper()
	address := serveErrors(t, suite.Service{Answer: func(ctx context.Context, _ suite.Header) error { return b(ctx) }}, options...)
	conn := dial(t, address, decoding()...)
	everyProcedure(t, func(t *testing.T, procedure string) {
		err := call(t.Context(), conn, procedure)
		found, _ := mapping.From(err)
		if !errors.Is(err, want) || found.Inferred() || found.ConnectCode() != want.ConnectCode() || found.Message() != want.Message() {
			t.Errorf("the caller got %v, want %v", err, want)
		}
	})
}

// TestG2ConnectionClosedByThisProcessIsBroken, to a client with our interceptor and to one without.
func TestG2ConnectionClosedByThisProcessIsBroken(t *testing.T) {
	closed := dial(t, serve(t, answers(nil)))
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	invoke := func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, opts ...grpc.CallOption) error {
		return conn.Invoke(ctx, method, req, reply, opts...)
	}
	for side, i := range map[string]*grpcgo.Interceptor{"our client": nil, "relaying client": grpcgo.New(grpcgo.WithRelay())} {
		t.Run(side, func(t *testing.T) {
			throughA(t, func(ctx context.Context) error {
				return i.UnaryClient(ctx, unary, new(text), new(text), closed, invoke)
			}, errpactv1err.ExternalServiceBroken)
		})
	}
	t.Run("plain client", func(t *testing.T) {
		throughA(t, func(ctx context.Context) error { return call(ctx, closed, unary) }, errpactv1err.ExternalServiceBroken)
	})
}

// TestG3AResetIsTheUpstreams while the request is alive, also one of code CANCEL, to a client with our interceptor and
// to one without.
func TestG3AResetIsTheUpstreams(t *testing.T) {
	address := loopback.Frames(t, loopback.Reset(8))
	for side, options := range map[string][]grpc.DialOption{"our client": decoding(), "plain client": nil} {
		t.Run(side, func(t *testing.T) {
			b := dial(t, address, options...)
			throughA(t, func(ctx context.Context) error { return call(ctx, b, unary) }, errpactv1err.ExternalServiceBroken)
		})
	}
}

// TestG2RulesSeeOwnStatusesOnly: they never see an upstream's status.
func TestG2RulesSeeOwnStatusesOnly(t *testing.T) {
	rules := mapping.WithRules(mapping.MapAs(func(interface {
		error
		GRPCStatus() *status.Status
	}) *mapping.Error {
		return errpactv1err.Database.New("")
	}))
	b := dial(t, serve(t, answers(status.Error(codes.NotFound, canary))), decoding()...)
	callB := func(ctx context.Context) error { return call(ctx, b, unary) }
	throughA(t, callB, errpactv1err.ExternalServiceRejected, rules)
	throughA(t, func(ctx context.Context) error { return wrapped(callB(ctx)) }, errpactv1err.ExternalServiceRejected, rules)
	throughA(t, func(context.Context) error { return status.Error(codes.NotFound, canary) }, errpactv1err.Database, rules)
}
