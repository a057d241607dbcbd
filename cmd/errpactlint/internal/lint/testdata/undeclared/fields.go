// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package undeclared

import (
	"context"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type storing struct{ server }

func (storing) Return(context.Context, *req) (*resp, error) {
	r := new(deep.Result)
	r.Err = shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	return nil, r.Held()
}

type fineStoring struct{ server }

func (fineStoring) Return(context.Context, *req) (*resp, error) {
	e := new(deep.Event)
	e.Err = shopv1err.Basket
	return nil, e.Held()
}

type failing struct {
	server
	err error
}

func (f *failing) fail(err error) error {
	if f.err == nil {
		f.err = err
	}
	return f.err
}

func (f *failing) step() {
	_ = f.fail(shopv1err.OutOfStock) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

func (f *failing) Return(context.Context, *req) (*resp, error) {
	f.step()
	return nil, f.fail(shopv1err.Basket)
}
