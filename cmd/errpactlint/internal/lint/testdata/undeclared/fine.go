// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package undeclared

import (
	"context"
	"errors"
	"fmt"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connectv2"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"google.golang.org/grpc"

	"connectrpc.com/connect"
)

type fineSet struct{ server }

func (fineSet) Return(context.Context, *req) (*resp, error) { return nil, shopv1err.Payment }

type fineConstructor struct{ server }

func (fineConstructor) Return(context.Context, *req) (*resp, error) {
	return nil, shopv1err.NewPayment("5 €")
}

type fineReason struct{ server }

func (fineReason) Return(context.Context, *req) (*resp, error) {
	return nil, shopv1err.BasketFull // the entry is declared with all its reasons
}

type fineService struct{ server }

func (fineService) Return(context.Context, *req) (*resp, error) { return nil, shopv1err.Closed }

type fineForbidden struct{ server }

func (fineForbidden) Return(context.Context, *req) (*resp, error) {
	return nil, shopv1err.Forbidden // permission_denied needs no declaring
}

type fineRole struct{ server }

func (fineRole) Return(context.Context, *req) (*resp, error) {
	return nil, errpactv1err.Unknown.Wrap(errors.New("x"))
}

type fineNil struct{ server }

func (fineNil) Return(context.Context, *req) (*resp, error) { return new(resp), nil }

type fineMapped struct{ server }

func (fineMapped) Return(context.Context, *req) (*resp, error) {
	err := deep.Find()
	if errors.Is(err, shopv1err.OutOfStock) {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, err
}

type fineTarget struct{ server }

func (fineTarget) Return(context.Context, *req) (*resp, error) {
	return nil, shopv1err.Payment.Wrap(deep.Gone) // a cause is private
}

type fineRow struct{ server }

func (fineRow) Return(context.Context, *req) (*resp, error) {
	_, err := deep.Look()
	return nil, deep.RowToStock(err)
}

type fineRule struct{ server }

func (fineRule) Return(context.Context, *req) (*resp, error) {
	return nil, deep.LookMapped() // a rule makes it SHOP_ERROR_PAYMENT
}

type fineType struct{ server }

func (fineType) Return(context.Context, *req) (*resp, error) {
	return nil, deep.LookBusy(errors.New("x")) // a rule makes it SHOP_ERROR_CLOSED
}

type fineContext struct{ server }

func (fineContext) Return(ctx context.Context, _ *req) (*resp, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait: %w", err)
	}
	return nil, context.Cause(ctx)
}

type fineClient struct {
	server
	client shopv1connectv2.ShopServiceClient
}

func (f fineClient) Return(ctx context.Context, r *req) (*resp, error) {
	return f.client.Return(ctx, r) // another service's error is the policy's
}

type fineRelay struct {
	server
	client shopv1connectv2.ShopServiceClient
}

func (f fineRelay) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := f.client.Return(ctx, r)
	if errors.Is(err, shopv1err.OutOfStock) {
		return nil, shopv1err.Basket.Wrap(err)
	}
	return nil, err
}

type fineStream struct{ server }

func (fineStream) Watch(_ *shopv1.WatchRequest, s grpc.ServerStreamingServer[shopv1.WatchResponse]) error {
	if s == nil {
		return shopv1err.OutOfStock
	}
	return s.Send(nil)
}

// fineLegacy declares nothing, and is not checked.
type fineLegacy struct {
	shopv1connect.UnimplementedLegacyServiceHandler
}

func (fineLegacy) Ping(context.Context, *connect.Request[shopv1.PingRequest]) (*connect.Response[shopv1.PingResponse], error) {
	return nil, shopv1err.OutOfStock
}

// fineOther has a method of the name, and is no handler.
type fineOther struct{}

func (fineOther) Return() error { return shopv1err.OutOfStock }

// fineFake stands in for a client.
type fineFake struct{}

func (fineFake) Buy(context.Context, *connect.Request[shopv1.BuyRequest]) (*connect.Response[shopv1.BuyResponse], error) {
	return nil, shopv1err.Payment
}

func (fineFake) Return(context.Context, *connect.Request[req]) (*connect.Response[resp], error) {
	return nil, shopv1err.OutOfStock
}

func (fineFake) Watch(context.Context, *connect.Request[shopv1.WatchRequest]) (*connect.ServerStreamForClient[shopv1.WatchResponse], error) {
	return nil, shopv1err.Payment
}

var _ shopv1connect.ShopServiceClient = fineFake{}
