// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"

	"github.com/errpact/errpact/interceptor/transport"
	"github.com/errpact/errpact/mapping"
)

// Auth returns an authentication function for [connectrpc.com/authn] whose errors are what callers get. It takes and
// returns an authn.AuthFunc, whose request is of type R:
//
//	middleware := authn.NewMiddleware(rest.Auth(func(ctx context.Context, req authn.Request) (any, error) {
//		…
//		return nil, errpactv1err.AuthExpired.Wrap(err)
//	}))
//	handler := rest.Handler(middleware.Wrap(mux))
//
// The policy of the [Handler] around decides on each error of f, as it does for [Error], and reports it once. authn
// writes the answer in the caller's protocol, and Handler makes it the envelope for a REST caller. A 401 has a
// challenge, as [WithChallenge] says. A panic of f becomes UNKNOWN.
//
// A nil f refuses every request, with an error that is reported. The result may be used by many goroutines at once if f
// may.
func Auth[R any](f func(context.Context, R) (any, error)) func(context.Context, R) (any, error) {
	if f == nil {
		f = func(context.Context, R) (any, error) { return nil, errNoAuth }
	}
	return func(ctx context.Context, request R) (info any, err error) {
		if ctx == nil {
			ctx = context.Background()
		}
		defer func() {
			switch value := recover(); value {
			case nil:
			case http.ErrAbortHandler:
				panic(value)
			default:
				info, err = nil, refuseAuth(ctx, request, transport.Failure{Panic: value, Stack: debug.Stack()})
			}
		}()
		if info, err = f(ctx, request); err != nil {
			return nil, refuseAuth(ctx, request, transport.Failure{Err: err})
		}
		return info, nil
	}
}

var errNoAuth = errors.New("rest: refuse a request: Auth was given a nil function")

// refuseAuth returns the error that authn writes. A request with a [transport.Probe] passes.
func refuseAuth(ctx context.Context, request any, failure transport.Failure) error {
	if transport.ExchangeOf(ctx).Pass(transport.Passage{Part: transport.PartAuth, Name: "rest.Auth"}) {
		return nil
	}
	failure.Stage = mapping.StageTransport
	c, _ := ctx.Value(crossingKey{}).(*crossing)
	c.passThrough(nil)
	return configOf(ctx).refuse(ctx, rpcOf(request), failure)
}

// rpcOf returns the protocol and procedure that a request of authn's names. A later version of authn hands on the request of net/http.
// A zero request, which panics when it is asked, tells nothing.
func rpcOf(request any) (known rpc) {
	defer func() { _ = recover() }()
	switch r := request.(type) {
	case *http.Request:
		known = requestOf(r)
	case interface {
		Header() http.Header
		Procedure() string
	}:
		known = rpc{procedure: r.Procedure(), header: r.Header()}
	}
	return known
}
