// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package unreturned has handlers whose methods declare more than they return.
package unreturned

import (
	"context"
	"errors"
	"fmt"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"google.golang.org/grpc"
)

type (
	server = shopv1.UnimplementedShopServiceServer
	req    = shopv1.BuyRequest
	resp   = shopv1.BuyResponse
	stream = grpc.ServerStreamingServer[shopv1.WatchResponse]
)

type neither struct{ server }

func (neither) Buy(context.Context, *req) (*resp, error) { // want `Buy never returns SHOP_ERROR_OUT_OF_STOCK, which .*shop.proto:\d+ declares \[unreturned\]` `Buy never returns SHOP_ERROR_BASKET/EMPTY, which`
	return new(resp), nil
}

type half struct{ server }

func (half) Buy(context.Context, *req) (*resp, error) { // want `Buy never returns SHOP_ERROR_BASKET/EMPTY, which`
	return nil, deep.Find()
}

type wrongReason struct{ server }

func (wrongReason) Buy(_ context.Context, r *req) (*resp, error) { // want `Buy never returns SHOP_ERROR_BASKET/EMPTY, which`
	if r == nil {
		return nil, shopv1err.BasketFull // want `Buy returns SHOP_ERROR_BASKET/FULL, which`
	}
	return nil, shopv1err.OutOfStock
}

type bareEntry struct{ server }

func (bareEntry) Buy(_ context.Context, r *req) (*resp, error) { // want `Buy never returns SHOP_ERROR_BASKET/EMPTY, which`
	if r == nil {
		return nil, shopv1err.Basket // want `Buy returns SHOP_ERROR_BASKET, which`
	}
	return nil, shopv1err.OutOfStock
}

type hidden struct{ server }

func (hidden) Watch(*shopv1.WatchRequest, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	return shopv1err.Closed.Wrap(shopv1err.OutOfStock) // a cause stays private
}

type replaced struct{ server }

func (replaced) Watch(*shopv1.WatchRequest, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	if err := deep.Find(); errors.Is(err, shopv1err.OutOfStock) {
		return shopv1err.Closed.Wrap(err)
	}
	return nil
}

type unused struct{ server }

func (unused) Watch(*shopv1.WatchRequest, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	_ = deep.Find()
	return nil
}

type never struct{ server }

func (never) Watch(*shopv1.WatchRequest, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	err := deep.Find()
	if err == nil {
		return err
	}
	return nil
}

type compared struct{ server }

func (compared) Watch(*shopv1.WatchRequest, stream) error { // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`
	if errors.Is(deep.Run(closed), shopv1err.OutOfStock) {
		return nil
	}
	return nil
}

func closed() error { return shopv1err.Closed }

type fineBoth struct{ server }

func (fineBoth) Buy(_ context.Context, r *req) (*resp, error) {
	if r == nil {
		return nil, shopv1err.BasketEmpty
	}
	return nil, shopv1err.OutOfStock
}

func (fineBoth) Watch(*shopv1.WatchRequest, stream) error { return deep.Gone }

type fineByReason struct{ server }

func (fineByReason) Watch(*shopv1.WatchRequest, stream) error { return shopv1err.OutOfStockLastOne }

type fineDeeply struct{ server }

func (fineDeeply) Watch(*shopv1.WatchRequest, stream) error {
	return deep.Through("a", deep.Through("b", fmt.Errorf("c: %w", deep.Find())))
}

type fineOpened struct {
	server
	next func() error
}

// Watch may return it by a call that nobody can follow.
func (o fineOpened) Watch(*shopv1.WatchRequest, stream) error {
	return o.Next()
}

func (o fineOpened) Next() error { return hooks.Func() } // want `Watch may return any error: the call of field Func`

var hooks = deep.Hooks{}

type fineBare struct{ server }

// Watch may return it by its Connect code.
func (fineBare) Watch(*shopv1.WatchRequest, stream) error {
	return connect.NewError(connect.CodeFailedPrecondition, nil) // want `rawstatus`
}

type fineLiteral struct{ server }

func (fineLiteral) Watch(*shopv1.WatchRequest, stream) error {
	for range 3 {
		if err := func() error { return shopv1err.OutOfStock }(); err != nil {
			return err
		}
	}
	return nil
}

type fineSet struct{ server }

// Return has a set, of which it need not return all.
func (fineSet) Return(context.Context, *shopv1.ReturnRequest) (*shopv1.ReturnResponse, error) {
	return nil, shopv1err.Payment
}

type fineCaptured struct{ server }

func (fineCaptured) Watch(*shopv1.WatchRequest, stream) error {
	var err error
	func() { err = deep.Find() }()
	return err
}

type fineLooped struct{ server }

func (fineLooped) Watch(*shopv1.WatchRequest, stream) (err error) {
	for i := 0; i < 3 && err == nil; i++ {
		err = deep.Find()
	}
	return err
}

type fineHeld struct {
	server
	err error
}

func (h *fineHeld) fill() { h.err = shopv1err.OutOfStock }

func (h *fineHeld) Watch(*shopv1.WatchRequest, stream) error {
	h.fill()
	return h.err
}

type fineList struct{ server }

func (fineList) Watch(*shopv1.WatchRequest, stream) error {
	for _, err := range []error{shopv1err.OutOfStock, shopv1err.Closed} {
		if err != nil {
			return err
		}
	}
	return nil
}

type fineAsserted struct{ server }

func (fineAsserted) Watch(*shopv1.WatchRequest, stream) error {
	if own, ok := errors.AsType[interface {
		error
		Reason() string
	}](deep.Find()); ok {
		return own
	}
	return nil
}
