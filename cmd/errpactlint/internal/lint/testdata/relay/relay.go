// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package relay returns other services' errors.
package relay

import (
	"context"
	"errors"
	"fmt"

	"connectrpc.com/connect"

	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connect"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connectv2"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

type (
	server = shopv1.UnimplementedShopServiceServer
	req    = shopv1.ReturnRequest
	resp   = shopv1.ReturnResponse
	client = shopv1connectv2.ShopServiceClient
)

type is struct {
	server
	client client
}

func (s is) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.client.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service as it is, and callers get the entry for upstream errors: return an entry, or the error's Relay\(\) \[relay\]`
	if errors.Is(err, shopv1err.Payment) {
		return nil, err
	}
	return nil, shopv1err.Closed.Wrap(errors.New("x"))
}

func uselessSentinel() error { return shopv1err.Closed.New("").Relay() } // want `Relay changes nothing in an error that this process made`

func uselessBuilt() error { return shopv1err.Closed.WithMetadata("a", "b").Relay() } // want `Relay changes nothing`

var errOwn = shopv1err.Closed.New("")

func uselessVariable() error { return errOwn.Relay() } // want `Relay changes nothing`

func uselessHelper() error { return helper().Relay() } // want `Relay changes nothing`

func helper() *mapping.Error { return shopv1err.Payment.New("") }

type connected struct {
	shopv1connect.UnimplementedShopServiceHandler
	client shopv1connect.ShopServiceClient
}

func (c connected) Return(ctx context.Context, r *connect.Request[req]) (*connect.Response[resp], error) {
	out, err := c.client.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service` `Return returns SHOP_ERROR_BASKET of another service`
	switch {
	case errors.Is(err, shopv1err.Payment), errors.Is(err, shopv1err.Basket):
		return nil, fmt.Errorf("again: %w", err)
	}
	return out, err
}

type fineWhole struct {
	server
	next client
}

func (s fineWhole) Return(ctx context.Context, r *req) (*resp, error) { return s.next.Return(ctx, r) }

type fineRelayed struct {
	server
	next client
}

func (s fineRelayed) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.next.Return(ctx, r)
	if e, ok := mapping.From(err); ok && errors.Is(err, shopv1err.Payment) {
		return nil, e.Relay()
	}
	return nil, err
}

type fineMapped struct {
	server
	next client
}

func (s fineMapped) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.next.Return(ctx, r)
	if errors.Is(err, shopv1err.Payment) {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, err
}

type fineOther struct {
	server
	next client
}

func (s fineOther) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.next.Return(ctx, r)
	if errors.Is(err, context.Canceled) {
		return nil, err
	}
	return nil, nil
}
