// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package exhaustive handles the errors of a service.
package exhaustive

import (
	"context"
	"errors"

	"connectrpc.com/connect"

	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connectv2"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func find(ctx context.Context, client shopv1connectv2.ShopServiceClient, v1 shopv1connect.ShopServiceClient, grpc shopv1.ShopServiceClient) {
	_, err := client.Buy(ctx, nil)
	switch mapping.CodeOf(err) { // want `the switch has no case for SHOP_ERROR_BASKET/EMPTY, SHOP_ERROR_CLOSED, which acme.shop.v1.ShopService.Buy declares, and no default \[exhaustive\]`
	case shopv1err.OutOfStock:
	}
	_, again := client.Buy(ctx, nil)
	switch { // want `no case for SHOP_ERROR_CLOSED`
	case errors.Is(again, shopv1err.OutOfStock), errors.Is(again, shopv1err.BasketEmpty):
	}
	_, second := v1.Return(ctx, connect.NewRequest(&shopv1.ReturnRequest{}))
	switch mapping.CodeOf(second) { // want `no case for SHOP_ERROR_PAYMENT, SHOP_ERROR_CLOSED`
	case shopv1err.Basket:
	}
	_, third := grpc.Return(ctx, nil)
	switch { // want `no case for SHOP_ERROR_PAYMENT, SHOP_ERROR_BASKET`
	case errors.Is(third, shopv1err.Closed):
	}
	_, fourth := grpc.Return(ctx, nil)
	func() {
		switch code := 1; { // want `no case for SHOP_ERROR_PAYMENT`
		case errors.Is(fourth, shopv1err.Closed), errors.Is(fourth, shopv1err.Basket):
			_ = code
		}
	}()
}

func fine(ctx context.Context, client shopv1connectv2.ShopServiceClient, legacy shopv1connectv2.LegacyServiceClient, other error) {
	_, err := client.Buy(ctx, nil)
	switch mapping.CodeOf(err) {
	case shopv1err.OutOfStock:
	default:
	}
	switch mapping.CodeOf(err) {
	case shopv1err.OutOfStock, shopv1err.Basket, shopv1err.Closed:
	}
	switch {
	case errors.Is(err, shopv1err.OutOfStock), errors.Is(err, shopv1err.BasketEmpty), errors.Is(err, shopv1err.Closed):
	}
	switch {
	case err == nil:
	case errors.Is(err, shopv1err.OutOfStock):
	}
	switch {
	case errors.Is(err, shopv1err.OutOfStock):
	case errors.Is(other, shopv1err.OutOfStock):
	}
	switch mapping.CodeOf(other) {
	case shopv1err.OutOfStock:
	}
	_, quiet := legacy.Ping(ctx, nil)
	switch mapping.CodeOf(quiet) {
	case shopv1err.OutOfStock:
	}
	_, mixed := client.Buy(ctx, nil)
	if mixed == nil {
		mixed = other
	}
	switch mapping.CodeOf(mixed) {
	case shopv1err.OutOfStock:
	}
	_, used := client.Buy(ctx, nil)
	switch mapping.CodeOf(used) {
	case shopv1err.OutOfStock:
		return
	}
	_ = used
	switch 1 {
	case 2:
	}
	switch {
	}
}
