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

type (
	client   = shopv1connectv2.ShopServiceClient
	clientV1 = shopv1connect.ShopServiceClient
	grpc     = shopv1.ShopServiceClient
)

func byCode(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) { // want `the switch has no case for SHOP_ERROR_BASKET/EMPTY, SHOP_ERROR_CLOSED, which acme.shop.v1.ShopService.Buy declares, and no default \[exhaustive\]`
	case shopv1err.OutOfStock:
	}
}

func byIs(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch { // want `no case for SHOP_ERROR_CLOSED`
	case errors.Is(err, shopv1err.OutOfStock), errors.Is(err, shopv1err.BasketEmpty):
	}
}

func ofConnect(ctx context.Context, c clientV1) {
	_, err := c.Return(ctx, connect.NewRequest(&shopv1.ReturnRequest{}))
	switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_PAYMENT, SHOP_ERROR_CLOSED`
	case shopv1err.Basket:
	}
}

func ofGrpc(ctx context.Context, c grpc) {
	_, err := c.Return(ctx, nil)
	switch { // want `no case for SHOP_ERROR_PAYMENT, SHOP_ERROR_BASKET`
	case errors.Is(err, shopv1err.Closed):
	}
}

func inLiteral(ctx context.Context, c grpc) {
	_, err := c.Return(ctx, nil)
	func() {
		switch code := 1; { // want `no case for SHOP_ERROR_PAYMENT`
		case errors.Is(err, shopv1err.Closed), errors.Is(err, shopv1err.Basket):
			_ = code
		}
	}()
}

func orNil(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch { // want `no case for SHOP_ERROR_BASKET/EMPTY, SHOP_ERROR_CLOSED`
	case err == nil:
	case errors.Is(err, shopv1err.OutOfStock):
	}
}

func or(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch { // want `no case for SHOP_ERROR_CLOSED`
	case errors.Is(err, shopv1err.OutOfStock) || errors.Is(err, shopv1err.BasketEmpty):
	}
}

func inIf(ctx context.Context, c client) string {
	if _, err := c.Buy(ctx, nil); err != nil {
		switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_BASKET/EMPTY, SHOP_ERROR_CLOSED`
		case shopv1err.OutOfStock:
			return "sold out"
		}
	}
	return ""
}

func initialized(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch code := mapping.CodeOf(err); code { // want `no case for SHOP_ERROR_BASKET/EMPTY, SHOP_ERROR_CLOSED`
	case shopv1err.OutOfStock:
	}
}

func variable(ctx context.Context, c client) {
	var _, err = c.Buy(ctx, nil)
	code := mapping.CodeOf(err)
	switch code { // want `no case for SHOP_ERROR_BASKET/EMPTY, SHOP_ERROR_CLOSED`
	case shopv1err.OutOfStock:
	}
}

func from(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	e, ok := mapping.From(err)
	if !ok {
		return
	}
	switch e.Code() { // want `no case for SHOP_ERROR_BASKET/EMPTY, SHOP_ERROR_CLOSED`
	case shopv1err.OutOfStock:
	}
}

func again(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_CLOSED, which acme.shop.v1.ShopService.Buy`
	case shopv1err.OutOfStock, shopv1err.Basket:
	}
	_, err = c.Return(ctx, nil)
	switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_BASKET, SHOP_ERROR_CLOSED, which acme.shop.v1.ShopService.Return`
	case shopv1err.Payment:
	}
}

func either(ctx context.Context, c client, back bool) {
	var err error
	if back {
		_, err = c.Return(ctx, nil)
	} else {
		_, err = c.Buy(ctx, nil)
	}
	switch mapping.CodeOf(err) { // want `no case for`
	case shopv1err.Payment:
	}
}

type holder[T any] struct {
	next client
	of   T
}

func (h *holder[T]) looped(ctx context.Context) {
	for range 3 {
		_, err := h.next.Return(ctx, nil)
		switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_BASKET`
		case shopv1err.Payment, shopv1err.Closed:
			continue
		}
	}
}

var handle = func(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_BASKET/EMPTY, SHOP_ERROR_CLOSED`
	case shopv1err.OutOfStock:
	}
}

func streamed(ctx context.Context, c grpc) {
	_, err := c.Watch(ctx, nil)
	switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_CLOSED`
	case shopv1err.OutOfStock:
	}
}

func inGoroutine(ctx context.Context, c client, done chan<- bool) {
	go func() {
		_, err := c.Return(ctx, nil)
		switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_BASKET, SHOP_ERROR_CLOSED`
		case shopv1err.Payment:
			done <- false
		}
	}()
}

func after(ctx context.Context, c client, other func() error) {
	err := other()
	if err != nil {
		return
	}
	_, err = c.Return(ctx, nil)
	switch mapping.CodeOf(err) { // want `no case for SHOP_ERROR_BASKET, SHOP_ERROR_CLOSED`
	case shopv1err.Payment:
	}
}
