// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package page has the examples of docs/findings.md.
package page

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"

	"connectrpc.com/connect"
	"connectrpc.com/validate"

	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connectv2"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/interceptor"
	"github.com/errpact/errpact/mapping"
)

type shop struct {
	shopv1connect.UnimplementedShopServiceHandler
	payments shopv1connect.ShopServiceClient
}

// Buy declares OUT_OF_STOCK and BASKET/EMPTY.
func (s *shop) Buy(ctx context.Context, req *connect.Request[shopv1.BuyRequest]) (*connect.Response[shopv1.BuyResponse], error) {
	if s.payments == nil {
		return nil, shopv1err.Payment.New("no payments today")
	}
	return nil, shopv1err.OutOfStock
}

// Return hands out the error of a decoder.
func (s *shop) Return(ctx context.Context, req *connect.Request[shopv1.ReturnRequest]) (*connect.Response[shopv1.ReturnResponse], error) {
	if err := json.Unmarshal(nil, s); err != nil {
		return nil, err
	}
	_, err := s.payments.Return(ctx, req)
	if errors.Is(err, shopv1err.Payment) {
		return nil, err
	}
	return nil, nil
}

func raw() error {
	return connect.NewError(connect.CodeFailedPrecondition, errors.New("out of stock"))
}

func leak(err error) error {
	return shopv1err.Closed.New("cannot open: " + err.Error())
}

func compare(err error) bool {
	return err == shopv1err.Closed
}

func remove(name string) error {
	err := os.Remove(name)
	return shopv1err.Closed.Wrap(err)
}

func describe(err *mapping.Error) error {
	err.WithMetadata("day", "Sunday")
	return err
}

func wiring() connect.HandlerOption {
	return connect.WithInterceptors(validate.NewInterceptor(), interceptor.New())
}

func handle(ctx context.Context, client shopv1connectv2.ShopServiceClient) string {
	_, err := client.Buy(ctx, new(shopv1.BuyRequest))
	switch mapping.CodeOf(err) {
	case shopv1err.OutOfStock:
		return "sold out"
	case shopv1err.Basket:
		return "fill the basket first"
	}
	return ""
}

func allowed() int {
	return http.StatusOK //errpact:allow rawstatus nothing is wrong here
}
