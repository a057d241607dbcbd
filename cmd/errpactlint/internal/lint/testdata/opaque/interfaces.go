// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package opaque

import (
	"context"
	"encoding/json"
	"errors"
	"os"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type several struct {
	server
	stock deep.Stock
}

func (s several) Return(context.Context, *req) (*resp, error) {
	return nil, s.stock.Count() // want `Return may return the error of deep.Stock.Count as it is, and no rule of this package or its imports maps it, such as one made at stock.go:\d+ \[opaque\]` `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type throughWrappers struct {
	server
	stock deep.Stock
}

func (t throughWrappers) Return(_ context.Context, r *req) (*resp, error) {
	if r == nil {
		return nil, deep.Recount(t.stock) // want `the error of deep.Stock.Count as it is` `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	}
	return nil, recount(t.stock)
}

func recount(stock deep.Stock) error {
	if err := deep.Recount(stock); err != nil {
		return err
	}
	return stock.Count()
}

type counter interface{ count(name string) error }

type first struct{ next func() error }

func (f first) count(name string) error {
	if name == "" {
		return f.next()
	}
	return errGone
}

type second struct{ counter }

func (s second) count(name string) error {
	if err := s.counter.count(name); err != nil {
		return err
	}
	return json.Unmarshal(nil, &name)
}

type ownSeveral struct {
	server
	counter counter
}

func (o ownSeveral) Return(context.Context, *req) (*resp, error) {
	err := o.counter.count("x") // want `the error of opaque.counter.count as it is, and no rule of this package or its imports maps it, such as one made at \w+.go:\d+ \[opaque\]`
	return nil, err
}

type passing struct {
	server
	stock deep.Stock
}

func (p passing) Return(context.Context, *req) (*resp, error) {
	_, err := os.Open("x") // want `the error of os.Open as it is`
	return nil, p.stock.Move(err)
}

// step has one implementation, which calls one of several.
type step interface{ step() error }

type onlyStep struct{ stock deep.Stock }

func (o onlyStep) step() error {
	if err := o.stock.Lock(); err != nil { // want `the error of deep.Stock.Lock as it is`
		return err
	}
	return os.Remove("x") // want `the error of os.Remove as it is`
}

type stepping struct {
	server
	step step
}

func (s stepping) Return(context.Context, *req) (*resp, error) { return nil, s.step.step() }

type fineOrder struct {
	server
	stock deep.Stock
}

func (f fineOrder) Return(context.Context, *req) (*resp, error) { return nil, f.stock.Order() }

type fineLock struct {
	server
	stock deep.Stock
}

func (f fineLock) Return(context.Context, *req) (*resp, error) {
	err := f.stock.Lock()
	if errors.Is(err, deep.ErrRow) {
		return nil, shopv1err.Basket.Wrap(err)
	}
	return nil, err
}

type fineMove struct {
	server
	stock deep.Stock
}

func (f fineMove) Return(context.Context, *req) (*resp, error) {
	return nil, f.stock.Move(shopv1err.Payment)
}

type fineWrapped struct {
	server
	stock deep.Stock
}

func (f fineWrapped) Return(context.Context, *req) (*resp, error) {
	if err := f.stock.Count(); err != nil {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, nil
}

type recognisedToo struct {
	server
	finder Finder
}

func (r recognisedToo) Return(context.Context, *req) (*resp, error) {
	err := r.finder.Find() // want `the error of opaque.errGone as it is`
	if errors.Is(err, errGone) {
		return nil, err
	}
	return nil, err
}

type recognisedOfSeveral struct {
	server
	stock deep.Stock
}

func (r recognisedOfSeveral) Return(context.Context, *req) (*resp, error) {
	err := r.stock.Count() // want `the error of deep.Stock.Count as it is`
	if errors.Is(err, errGone) {
		return nil, err
	}
	return nil, err // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}
