// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package connectv2_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connectinprocess"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/mapping"
)

// callerEnds are what a handler may return when its request has ended.
var callerEnds = map[string]func(context.Context) error{
	"context's":      func(ctx context.Context) error { return ctx.Err() },
	"wrapped":        func(ctx context.Context) error { return errors.Join(errors.New(canary), ctx.Err()) },
	"coded canceled": func(context.Context) error { return connect.NewError(connect.CodeCanceled, canary) },
	"an upstream's": func(context.Context) error {
		return connect.NewError(connect.CodeDeadlineExceeded, canary).WithRemote()
	},
}

func TestG3TheCallersOwnEndIsNoFaultOfOurs(t *testing.T) {
	for name, end := range callerEnds {
		t.Run(name, func(t *testing.T) {
			entered, told := make(chan struct{}, 1), make(chan mapping.Report, 1)
			server := newServer(func(ctx context.Context) error {
				entered <- struct{}{}
				<-ctx.Done()
				return end(ctx)
			}, intercepted(t, mapping.WithReport(func(_ context.Context, r mapping.Report) { told <- r })))
			everyWay(t, server, func(t *testing.T, spec connect.Spec, transport connect.Transport, _ way) {
				ctx, cancel := context.WithCancel(t.Context())
				go func() {
					<-entered
					cancel()
				}()
				err := call(ctx, connect.NewClient(transport, connectv2.NewClientInterceptor()), spec)
				if e, ok := mapping.From(err); !ok || !errors.Is(err, context.Canceled) && e.ConnectCode() != mapping.ConnectCode(connect.CodeCanceled) {
					t.Errorf("the caller got %v", err)
				}
				if r := <-told; !r.CallerGone || r.Sent.ConnectCode() != mapping.ConnectCode(connect.CodeCanceled) || r.Sent.HTTPStatus() != 499 {
					t.Errorf("reported %d, %d", r.Sent.ConnectCode(), r.Sent.HTTPStatus())
				}
			})
		})
	}
}

// expiring has the request end by a deadline that its caller does not look at, so that the server's answer
// is seen.
func expiring(next connect.ServerFunc) connect.ServerFunc {
	return func(ctx context.Context, spec connect.Spec, stream connect.ServerStream) error {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		return next(ctx, spec, stream)
	}
}

func TestG3TheCallersDeadlineIsDeadlineExceeded(t *testing.T) {
	for name, end := range callerEnds {
		t.Run(name, func(t *testing.T) {
			server := newServer(func(ctx context.Context) error {
				<-ctx.Done()
				return end(ctx)
			}, expiring, intercepted(t))
			everyWay(t, server, func(t *testing.T, spec connect.Spec, transport connect.Transport, _ way) {
				err := call(t.Context(), connect.NewClient(transport, connectv2.NewClientInterceptor()), spec)
				e, ok := mapping.From(err)
				if !ok || connect.CodeOf(err) != connect.CodeDeadlineExceeded || e.Message() != "Gateway Timeout" {
					t.Errorf("the caller got %v", err)
				}
			})
		})
	}
}

func TestG3ADependencysOwnTimeoutIsNotTheCallers(t *testing.T) {
	server := newServer(func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, time.Nanosecond)
		defer cancel()
		<-ctx.Done()
		return errors.Join(errors.New(canary), ctx.Err())
	}, intercepted(t))
	everyWay(t, server, func(t *testing.T, spec connect.Spec, transport connect.Transport, _ way) {
		if err := call(t.Context(), connect.NewClient(transport, connectv2.NewClientInterceptor()), spec); !errors.Is(err, errpactv1err.ExternalServiceTimedOut) {
			t.Errorf("the caller got %v", err)
		}
	})
}

// TestG2ACallOfAServiceIsABorder also within the process, and by a plain client, too: what the handler
// there kept private, and its words, are for nobody behind. To our client its error is typed.
func TestG2ACallOfAServiceIsABorder(t *testing.T) {
	inner := newServer(func(context.Context) error { return errpactv1err.NotExist.New(canary).Wrap(errors.New(canary)) }, intercepted(t))
	for name, interceptors := range map[string][]connect.ClientInterceptor{"plain": nil, "ours": {connectv2.NewClientInterceptor()}} {
		everyWay(t, inner, func(t *testing.T, spec connect.Spec, transport connect.Transport, _ way) {
			toInner := connect.NewClient(transport, interceptors...)
			outer := newServer(func(ctx context.Context) error {
				err := call(ctx, toInner, spec)
				if e, ok := mapping.From(err); name == "ours" && (!ok || !e.Remote() || !errors.Is(err, errpactv1err.NotExist) || e.Message() != canary) {
					t.Errorf("the handler got %v", err)
				}
				return err
			}, intercepted(t))
			err := call(t.Context(), connect.NewClient(connectinprocess.New(outer), connectv2.NewClientInterceptor()), unary)
			e, _ := mapping.From(err)
			if !errors.Is(err, errpactv1err.ExternalServiceRejected) || e.Message() != errpactv1err.ExternalServiceRejected.Message() {
				t.Errorf("%s: the caller got %v", name, err)
			}
		})
	}
}
