// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package relay

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

type grpcClient = shopv1.ShopServiceClient

type ifNot struct {
	server
	next grpcClient
}

func (s ifNot) Return(ctx context.Context, r *req) (*resp, error) {
	out, err := s.next.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service`
	if !errors.Is(err, shopv1err.Payment) {
		return out, shopv1err.Closed
	}
	return nil, err
}

type switched struct {
	server
	next client
}

func (s switched) Return(ctx context.Context, r *req) (*resp, error) {
	out, err := s.next.Return(ctx, r) // want `Return returns SHOP_ERROR_BASKET of another service`
	switch mapping.CodeOf(err) {
	case shopv1err.Basket:
		return nil, err
	default:
		return out, nil
	}
}

type byCode struct {
	server
	next client
}

func (s byCode) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.next.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service`
	if mapping.CodeOf(err) == shopv1err.Payment {
		return nil, err
	}
	return nil, nil
}

func isPayment(err error) bool { return errors.Is(err, shopv1err.Payment) }

type byPredicate struct {
	server
	next client
}

func (s byPredicate) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.next.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service`
	if isPayment(err) {
		return nil, err
	}
	return nil, nil
}

type byReason struct {
	server
	next client
}

func (s byReason) Return(ctx context.Context, r *req) (_ *resp, err error) {
	if _, err = s.next.Return(ctx, r); errors.Is(err, shopv1err.BasketFull) { // want `Return returns SHOP_ERROR_BASKET/FULL of another service`
		return
	}
	return nil, nil
}

type passed struct {
	server
	next client
}

func (s passed) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.next.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service`
	if errors.Is(err, shopv1err.Payment) {
		return nil, deep.Through("pay", err)
	}
	return nil, nil
}

type inHelper struct {
	server
	next client
}

func (s inHelper) Return(ctx context.Context, r *req) (*resp, error) { return nil, s.pay(ctx, r) }

func (s inHelper) pay(ctx context.Context, r *req) error {
	_, err := s.next.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service`
	if errors.Is(err, shopv1err.Payment) {
		return err
	}
	return nil
}

type methodValue struct {
	server
	next client
}

func (s methodValue) Return(ctx context.Context, r *req) (*resp, error) {
	call := s.next.Return
	_, err := call(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service`
	if errors.Is(err, shopv1err.Payment) {
		return nil, err
	}
	return nil, nil
}

type literal struct {
	server
	next client
}

func (s literal) Return(ctx context.Context, r *req) (*resp, error) {
	err := deep.Run(func() error {
		_, err := s.next.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service`
		return err
	})
	if errors.Is(err, shopv1err.Payment) {
		return nil, err
	}
	return nil, nil
}

type looped struct {
	server
	next client
}

func (s looped) Return(ctx context.Context, r *req) (*resp, error) {
	for range 3 {
		out, err := s.next.Return(ctx, r) // want `Return returns SHOP_ERROR_PAYMENT of another service`
		switch {
		case err == nil:
			return out, nil
		case errors.Is(err, shopv1err.Payment):
			return nil, fmt.Errorf("pay: %w", err)
		default:
			continue
		}
	}
	return nil, shopv1err.Closed
}

type streamed struct {
	server
	next shopv1connect.ShopServiceClient
}

func (s streamed) Return(ctx context.Context, r *req) (*resp, error) {
	stream, err := s.next.Watch(ctx, connect.NewRequest(new(shopv1.WatchRequest)))
	if err != nil {
		return nil, err
	}
	for stream.Receive() {
	}
	if err := stream.Err(); errors.Is(err, shopv1err.OutOfStock) { // want `Return returns SHOP_ERROR_OUT_OF_STOCK of another service`
		return nil, err
	}
	return nil, nil
}

func call[Q, S any](ctx context.Context, f func(context.Context, *Q) (*S, error), q *Q) (*S, error) {
	return f(ctx, q)
}

type embedded struct {
	shopv1connect.ShopServiceClient
}

type deeper struct {
	server
	next embedded
}

func (s deeper) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.next.Return(ctx, connect.NewRequest(r)) // want `Return returns SHOP_ERROR_PAYMENT of another service`
	if errors.Is(err, shopv1err.Payment) {
		return nil, err
	}
	return nil, nil
}

func uselessDeferred() (err error) {
	defer func() { err = shopv1err.Closed.WithField("a", "b").Relay() }() // want `Relay changes nothing`
	return nil
}

func uselessMethodValue() error {
	relay := shopv1err.Closed.New("").Relay
	return relay() // want `Relay changes nothing`
}

func uselessFrom() error {
	e, _ := mapping.From(shopv1err.Closed)
	return e.Relay() // want `Relay changes nothing`
}

type fineGrpc struct {
	server
	next grpcClient
}

func (s fineGrpc) Return(ctx context.Context, r *req) (*resp, error) {
	out, err := s.next.Return(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("again: %w", err)
	}
	return out, nil
}

type fineSwitch struct {
	server
	next client
}

func (s fineSwitch) Return(ctx context.Context, r *req) (*resp, error) {
	out, err := s.next.Return(ctx, r)
	switch mapping.CodeOf(err) {
	case shopv1err.Payment:
		return nil, shopv1err.Payment.Wrap(err)
	case shopv1err.Basket, shopv1err.Closed:
		return nil, shopv1err.Closed.Wrap(err)
	}
	return out, err
}

type finePredicate struct {
	server
	next client
}

func (s finePredicate) Return(ctx context.Context, r *req) (*resp, error) {
	out, err := s.next.Return(ctx, r)
	if isPayment(err) {
		return nil, shopv1err.NewPayment("5 €").Wrap(err)
	}
	return out, err
}

type fineIgnored struct {
	server
	next client
}

func (s fineIgnored) Return(ctx context.Context, r *req) (*resp, error) {
	out, err := s.next.Return(ctx, r)
	if errors.Is(err, shopv1err.Payment) {
		return new(resp), nil
	}
	return out, err
}

type fineRetried struct {
	server
	next client
}

func (s fineRetried) Return(ctx context.Context, r *req) (*resp, error) {
	var err error
	for range 3 {
		var out *resp
		if out, err = s.next.Return(ctx, r); !errors.Is(err, shopv1err.Payment) {
			return out, err
		}
	}
	return nil, shopv1err.Payment.Wrap(err)
}

type fineOwn struct{ server }

func (fineOwn) Return(context.Context, *req) (*resp, error) {
	err := deep.Run(func() error { return shopv1err.Payment })
	if errors.Is(err, shopv1err.Payment) {
		return nil, err
	}
	return nil, nil
}

type fineDeferred struct {
	server
	next client
}

func (s fineDeferred) Return(ctx context.Context, r *req) (_ *resp, err error) {
	defer func() {
		if e, ok := mapping.From(err); ok {
			err = e.Relay()
		}
	}()
	return s.next.Return(ctx, r)
}

type fineGeneric struct {
	server
	next client
}

func (s fineGeneric) Return(ctx context.Context, r *req) (*resp, error) {
	out, err := call(ctx, s.next.Return, r)
	if err != nil {
		return nil, err
	}
	return out, nil
}

type fineStream struct {
	server
	next grpcClient
}

func (s fineStream) Return(ctx context.Context, _ *req) (*resp, error) {
	stream, err := s.next.Watch(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := stream.Recv(); err != nil {
		return nil, err
	}
	return nil, nil
}

type fineJoined struct {
	server
	next client
}

func (s fineJoined) Return(ctx context.Context, r *req) (*resp, error) {
	_, err := s.next.Return(ctx, r)
	if errors.Is(err, shopv1err.Payment) {
		return nil, errors.Join(shopv1err.Payment, err)
	}
	return nil, err
}

func fineClient(ctx context.Context, next client) error {
	_, err := next.Return(ctx, nil)
	if errors.Is(err, shopv1err.Payment) {
		return err // no handler: its caller may still look at it
	}
	return nil
}

func fineRelayOfAny(err error) error {
	e, ok := mapping.From(err)
	if !ok {
		return err
	}
	return e.Relay()
}

func fineRelayOfClient(ctx context.Context, next client) error {
	_, err := next.Return(ctx, nil)
	if e, ok := errors.AsType[*mapping.Error](err); ok {
		return e.Relay()
	}
	return err
}

type fineChannel struct {
	server
	next client
}

func (s fineChannel) Return(ctx context.Context, r *req) (*resp, error) {
	errs := make(chan error, 1)
	go func() {
		_, err := s.next.Return(ctx, r)
		errs <- err
	}()
	select {
	case err := <-errs:
		return nil, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
