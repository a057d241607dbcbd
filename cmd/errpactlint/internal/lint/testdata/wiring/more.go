// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package wiring

import (
	"context"
	"errors"
	"net/http"

	"connectrpc.com/connect"
	connectv2 "connectrpc.com/connect/v2"
	check "connectrpc.com/validate"
	"google.golang.org/grpc"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/interceptor"
	v2 "github.com/errpact/errpact/interceptor/connectv2"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

// newAuth is written as connect-go's documentation has it.
func newAuth() connect.UnaryInterceptorFunc {
	interceptor := func(next connect.UnaryFunc) connect.UnaryFunc {
		return connect.UnaryFunc(func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if req.Header().Get("Token") == "" {
				return nil, connect.NewError(connect.CodeUnauthenticated, errors.New("no token")) // want `rawstatus`
			}
			return next(ctx, req)
		})
	}
	return connect.UnaryInterceptorFunc(interceptor)
}

func newLimit(max int) connect.Interceptor { return &limit{max: max} }

type limit struct {
	connect.Interceptor
	max int
}

func (l *limit) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		if l.max == 0 {
			return shopv1err.Closed
		}
		return next(ctx, conn)
	}
}

func gate(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if ctx.Err() == nil {
			return nil, shopv1err.Closed
		}
		return next(ctx, req)
	}
}

func gateV2(next connectv2.ServerFunc) connectv2.ServerFunc {
	return func(ctx context.Context, spec connectv2.Spec, stream connectv2.ServerStream) error {
		if stream == nil {
			return shopv1err.Closed
		}
		return next(ctx, spec, stream)
	}
}

func timed(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		return next(ctx, req)
	}
}

type keys struct{ known map[string]bool }

func (k keys) wrap(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
		if !k.known[req.Header().Get("Key")] {
			return nil, shopv1err.Forbidden
		}
		return next(ctx, req)
	}
}

type generic[T any] struct {
	connect.Interceptor
	of T
}

func (generic[T]) WrapUnary(connect.UnaryFunc) connect.UnaryFunc {
	return func(context.Context, connect.AnyRequest) (connect.AnyResponse, error) { return nil, shopv1err.Closed }
}

func constructed() connect.Option {
	return connect.WithInterceptors(newAuth(), interceptor.New()) // want `newAuth can fail outside`
}

func constructedAsInterface() connect.Option {
	return connect.WithInterceptors(newLimit(1), interceptor.New()) // want `newLimit can fail outside`
}

func function() connect.Option {
	return connect.WithInterceptors(connect.UnaryInterceptorFunc(gate), interceptor.New()) // want `gate can fail outside`
}

func literal(closed bool) connect.Option {
	return connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc { // want `a function literal can fail outside`
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			if closed {
				return nil, shopv1err.Closed
			}
			return next(ctx, req)
		}
	}), interceptor.New())
}

func methodValue(k keys) connect.Option {
	return connect.WithInterceptors(connect.UnaryInterceptorFunc(k.wrap), interceptor.New()) // want `wrap can fail outside`
}

func listed() connect.Option {
	all := []connect.Interceptor{auth{}, interceptor.New()}
	return connect.WithInterceptors(all...) // want `auth can fail outside`
}

func streaming(l *limit) connect.Option {
	return connect.WithInterceptors(l, interceptor.New()) // want `limit can fail outside`
}

func instance() connect.Option {
	return connect.WithInterceptors(generic[int]{}, interceptor.New()) // want `generic\[int\] can fail outside`
}

func second() connect.Option {
	ours := interceptor.New()
	return connect.WithInterceptors(ours, timedOnly(), ours) // want `the list has errpact's interceptor twice`
}

func timedOnly() connect.Interceptor { return connect.UnaryInterceptorFunc(timed) }

func server() *connectv2.Server {
	return connectv2.NewServer(gateV2, v2.NewServerInterceptor()) // want `gateV2 can fail outside`
}

func twiceV2() *connectv2.Server {
	return connectv2.NewServer(v2.NewServerInterceptor(), v2.NewServerInterceptor()) // want `the list has errpact's interceptor twice`
}

func renamed() connect.Option {
	return connect.WithInterceptors(check.NewInterceptor(), interceptor.New()) // want `connectrpc.com/validate can fail outside`
}

var option = connect.WithInterceptors(auth{}, interceptor.New()) // want `auth can fail outside`

func restOfMux() http.Handler {
	mux := http.NewServeMux()
	return rest.Handler(mux) // want `rest.Handler has the default policy`
}

func fineInside() connect.Option { return connect.WithInterceptors(log{}, interceptor.New(), auth{}) }

func fineValidate() connect.Option {
	return connect.WithInterceptors(interceptor.New(), check.NewInterceptor())
}

func fineAlone() connect.Option { return connect.WithInterceptors(interceptor.New()) }

func fineWithout() connect.Option { return connect.WithInterceptors(auth{}) }

func fineEmpty() connect.Option { return connect.WithInterceptors() }

func fineGrpc() grpc.ServerOption { return grpc.ChainUnaryInterceptor() }

func fineRest(mux http.Handler, policy *mapping.Policy) http.Handler {
	return rest.Handler(mux, rest.WithPolicy(policy))
}

func fineRestOptions(mux http.Handler, more ...rest.Option) http.Handler {
	return rest.Handler(mux, more...)
}

func fineTimed() connect.Option { return connect.WithInterceptors(timedOnly(), interceptor.New()) }

func fineFunction() connect.Option {
	return connect.WithInterceptors(interceptor.New(), connect.UnaryInterceptorFunc(gate))
}

func fineConstructed() connect.Option {
	return connect.WithInterceptors(interceptor.New(), newAuth(), newLimit(1))
}

func fineListed() connect.Option {
	all := []connect.Interceptor{interceptor.New(), auth{}}
	return connect.WithInterceptors(all...)
}

func fineGiven(other connect.Interceptor) connect.Option {
	return connect.WithInterceptors(other, interceptor.New())
}

func fineServer() *connectv2.Server { return connectv2.NewServer(v2.NewServerInterceptor(), gateV2) }

func fineTwoLists() []connect.Option {
	return []connect.Option{connect.WithInterceptors(interceptor.New()), connect.WithInterceptors(auth{})}
}

func fineLiteral(seen func()) connect.Option {
	return connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			defer seen()
			res, err := next(ctx, req)
			return res, err
		}
	}), interceptor.New())
}

func fineRestVariable(mux http.Handler, policy *mapping.Policy) http.Handler {
	with := rest.WithPolicy(policy)
	return rest.Handler(mux, rest.WithChallenge("Bearer"), with)
}

func fineSlice(mux http.Handler, policy *mapping.Policy) http.Handler {
	options := []rest.Option{rest.WithPolicy(policy)}
	return rest.Handler(mux, options...)
}
