// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package undeclared has handlers that return what their methods do not declare.
package undeclared

import (
	"context"
	"errors"
	"fmt"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

type (
	server = shopv1.UnimplementedShopServiceServer
	req    = shopv1.ReturnRequest
	resp   = shopv1.ReturnResponse
)

type direct struct{ server }

func (direct) Return(context.Context, *req) (*resp, error) {
	return nil, shopv1err.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which .*shop.proto:\d+ does not declare \[undeclared\]`
}

type built struct{ server }

func (built) Return(_ context.Context, r *req) (*resp, error) {
	return nil, shopv1err.OutOfStock.WithMetadata("a", "b").Wrap(errors.New("x")) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type reason struct{ server }

func (reason) Return(context.Context, *req) (*resp, error) {
	return nil, shopv1err.OutOfStockLastOne // want `Return returns SHOP_ERROR_OUT_OF_STOCK/LAST_ONE, which`
}

type withReason struct{ server }

func (withReason) Return(context.Context, *req) (*resp, error) {
	return nil, shopv1err.OutOfStock.WithReason("LAST_ONE").New("") // want `Return returns SHOP_ERROR_OUT_OF_STOCK/LAST_ONE, which`
}

type wrapped struct{ server }

func (wrapped) Return(context.Context, *req) (*resp, error) {
	return nil, fmt.Errorf("x: %w", shopv1err.OutOfStock) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type joined struct{ server }

func (joined) Return(_ context.Context, r *req) (*resp, error) {
	return nil, errors.Join(shopv1err.Payment, shopv1err.OutOfStock) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type branch struct{ server }

func (branch) Return(_ context.Context, r *req) (*resp, error) {
	err := error(shopv1err.Payment)
	if r != nil {
		err = shopv1err.OutOfStock
	}
	return nil, err // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type helper struct{ server }

func (h helper) Return(_ context.Context, r *req) (*resp, error) {
	return nil, h.help(r)
}

func (helper) help(r *req) error {
	if r == nil {
		return nil
	}
	return shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type far struct{ server }

func (far) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Find() // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which .* does not declare, made at deep.go:\d+ \[undeclared\]`
}

type variable struct{ server }

func (variable) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Gone // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

var errOwn = shopv1err.OutOfStock.New("own")

type ownVariable struct{ server }

func (ownVariable) Return(context.Context, *req) (*resp, error) {
	return nil, errOwn // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type closure struct{ server }

func (closure) Return(context.Context, *req) (*resp, error) {
	find := func() error {
		return shopv1err.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
	}
	return nil, find()
}

type passed struct{ server }

func (passed) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Run(func() error {
		return shopv1err.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
	})
}

type capturing struct{ server }

func (c capturing) Return(_ context.Context, r *req) (*resp, error) {
	return nil, deep.Run(func() error {
		if r == nil {
			return shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
		}
		return c.help()
	})
}

func (capturing) help() error { return shopv1err.Payment }

type bound struct{ server }

func (b bound) Return(context.Context, *req) (*resp, error) { return nil, deep.Run(b.help) }

func (bound) help() error {
	return shopv1err.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type argument struct{ server }

func (argument) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Through("x", shopv1err.OutOfStock) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type concrete struct {
	server
	store *deep.Store
}

func (c concrete) Return(context.Context, *req) (*resp, error) {
	return nil, c.store.Get() // want `Return returns SHOP_ERROR_OUT_OF_STOCK/LAST_ONE, which`
}

type dynamic struct {
	server
	store deep.Getter
}

func (d dynamic) Return(context.Context, *req) (*resp, error) {
	return nil, d.store.Get() // want `Return may return SHOP_ERROR_OUT_OF_STOCK/LAST_ONE, which`
}

type recursive struct{ server }

func (recursive) Return(context.Context, *req) (*resp, error) { return nil, even(10) }

func even(n int) error {
	if n == 0 {
		return nil
	}
	return odd(n - 1)
}

func odd(n int) error {
	if n == 0 {
		return shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	}
	return even(n - 1)
}

type passing struct{ server }

func (passing) Return(context.Context, *req) (*resp, error) { return nil, pass(shopv1err.Payment, 3) }

func pass(err error, n int) error {
	if n == 0 {
		return err
	}
	return pass(shopv1err.OutOfStock, n-1) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type guard struct{ server }

func (guard) Return(_ context.Context, r *req) (*resp, error) {
	err := some()
	if errors.Is(err, shopv1err.OutOfStock) {
		return nil, err
	}
	return nil, shopv1err.Payment.Wrap(errors.New("x"))
}

var some = func() error {
	return shopv1err.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type named struct{ server }

func (named) Return(_ context.Context, r *req) (_ *resp, err error) {
	defer func() {
		if r == nil {
			err = shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
		}
	}()
	return nil, nil
}

type table struct{ server }

var byName = map[string]mapping.Code{
	"a": shopv1err.OutOfStock, // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	"b": shopv1err.Payment,
}

func (table) Return(context.Context, *req) (*resp, error) {
	return nil, byName["a"].New("")
}

type inside struct{ server }

func (inside) Return(context.Context, *req) (*resp, error) {
	return nil, deep.LookBusy(shopv1err.OutOfStock) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type generic struct{ server }

func first[T any](_ T, err error) error { return err }

func (generic) Return(context.Context, *req) (*resp, error) {
	return nil, first(1, shopv1err.OutOfStock) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type connected struct {
	shopv1connect.UnimplementedShopServiceHandler
}

func (connected) Return(context.Context, *connect.Request[req]) (*connect.Response[resp], error) {
	return nil, shopv1err.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

func (connected) Watch(_ context.Context, _ *connect.Request[shopv1.WatchRequest], stream *connect.ServerStream[shopv1.WatchResponse]) error {
	if err := stream.Send(nil); err != nil {
		return err
	}
	if stream == nil {
		return shopv1err.OutOfStock
	}
	return shopv1err.Payment // want `Watch returns SHOP_ERROR_PAYMENT, which`
}

type quiet struct {
	shopv1connect.UnimplementedQuietServiceHandler
}

func (quiet) Hush(context.Context, *connect.Request[shopv1.HushRequest]) (*connect.Response[shopv1.HushResponse], error) {
	return nil, shopv1err.OutOfStock // want `Hush returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type connectError struct {
	shopv1connect.UnimplementedQuietServiceHandler
}

func (connectError) Hush(context.Context, *connect.Request[shopv1.HushRequest]) (*connect.Response[shopv1.HushResponse], error) {
	err := error(shopv1err.OutOfStock.New(""))             // want `Hush returns SHOP_ERROR_OUT_OF_STOCK, which`
	return nil, connect.NewError(connect.CodeAborted, err) // want `rawstatus`
}
