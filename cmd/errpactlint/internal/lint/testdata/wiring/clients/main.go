// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command clients serves with the default policy, and calls other services with policies of their own.
package main

import (
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

const url = "http://shop"

func main() {
	policy, err := mapping.NewPolicy()
	if err != nil {
		panic(err)
	}
	fineClients(policy)
	mux := http.NewServeMux()
	mux.Handle(shopv1connect.NewShopServiceHandler(nil, connect.WithInterceptors(interceptor.New())))
	_ = (&http.Server{Handler: rest.Handler(mux)}).ListenAndServe()
}

func fineClients(policy *mapping.Policy) []shopv1connect.ShopServiceClient {
	direct := shopv1connect.NewShopServiceClient(http.DefaultClient, url, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))

	ours := interceptor.New(interceptor.WithPolicy(policy))
	options := []connect.ClientOption{connect.WithGRPC()}
	options = append(options, connect.WithInterceptors(ours))
	appended := shopv1connect.NewShopServiceClient(http.DefaultClient, url, options...)

	returned := shopv1connect.NewShopServiceClient(http.DefaultClient, url, fineOptions(policy))

	var wrapped connect.Option
	if policy == nil {
		wrapped = connect.WithInterceptors()
	} else {
		wrapped = connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))
	}
	later := func() shopv1connect.ShopServiceClient {
		return shopv1connect.NewShopServiceClient(http.DefaultClient, url, connect.WithClientOptions(wrapped))
	}

	fineGlobal = connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))
	global := shopv1connect.NewShopServiceClient(http.DefaultClient, url, fineGlobal)

	c := fineConfig{interceptors: []connect.Interceptor{interceptor.New(interceptor.WithPolicy(policy))}}
	return []shopv1connect.ShopServiceClient{
		direct, appended, returned, later(), global, c.fineClient(),
		fineGiven(interceptor.New(interceptor.WithPolicy(policy))),
		fineShop(http.DefaultClient, connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))),
	}
}

func fineOptions(policy *mapping.Policy) connect.Option {
	return connect.WithOptions(connect.WithReadMaxBytes(1), connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy))))
}

var fineGlobal connect.Option

type fineConfig struct{ interceptors []connect.Interceptor }

func (c fineConfig) fineClient() shopv1connect.ShopServiceClient {
	return shopv1connect.NewShopServiceClient(http.DefaultClient, url, connect.WithInterceptors(c.interceptors...))
}

func fineGiven(ours *interceptor.Interceptor) shopv1connect.ShopServiceClient {
	return shopv1connect.NewShopServiceClient(http.DefaultClient, url, connect.WithInterceptors(ours))
}

// fineShop is a constructor that is given.
var fineShop = func(connect.HTTPClient, ...connect.Option) shopv1connect.ShopServiceClient { return nil }
