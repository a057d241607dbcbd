// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package both has one interceptor for its server and its client.
package both

import (
	"net/http"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/interceptor/rest"
	"github.com/errpact/errpact/mapping"
)

type service struct {
	shopv1connect.UnimplementedShopServiceHandler
	client shopv1connect.ShopServiceClient
}

func newHandler(policy *mapping.Policy) http.Handler {
	both := options(policy)
	mux := http.NewServeMux()
	mux.Handle(shopv1connect.NewShopServiceHandler(service{
		client: shopv1connect.NewShopServiceClient(http.DefaultClient, "http://shop", both),
	}, both))
	return rest.Handler(mux) // want `rest.Handler has the default policy, and the interceptor another`
}

func options(policy *mapping.Policy) connect.Option {
	return connect.WithInterceptors(interceptor.New(interceptor.WithPolicy(policy)))
}

var list [1]connect.Interceptor

func setList(policy *mapping.Policy) { list[0] = interceptor.New(interceptor.WithPolicy(policy)) }
