// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package undeclared

import (
	"context"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func sell(err *error) {
	if *err != nil {
		*err = shopv1err.OutOfStock.Wrap(*err) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which` `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	}
}

func sellAt(_ int, err *error) { sell(err) }

type atTheEnd struct{ server }

func (atTheEnd) Return(context.Context, *req) (_ *resp, err error) {
	defer sell(&err)
	return nil, shopv1err.Payment
}

type farAtTheEnd struct{ server }

func (farAtTheEnd) Return(context.Context, *req) (_ *resp, err error) {
	defer deep.Sell(&err)
	return nil, shopv1err.Payment // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which .* made at pointer.go:\d+`
}

type inLiteral struct{ server }

func (inLiteral) Return(context.Context, *req) (_ *resp, err error) {
	defer func() { deep.Sell(&err) }()
	return nil, shopv1err.Payment // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type keeping struct{ server }

func (keeping) Return(context.Context, *req) (*resp, error) {
	var err error
	deep.Keep(&err, shopv1err.OutOfStock) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	return nil, err
}

type keepingField struct {
	server
	err error
}

func (k *keepingField) Return(context.Context, *req) (*resp, error) {
	deep.Keep(&k.err, shopv1err.OutOfStock) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
	return nil, k.err
}

type keepingVariable struct{ server }

var errKept error

func (keepingVariable) Return(context.Context, *req) (*resp, error) {
	deep.Keep(&errKept, shopv1err.OutOfStock)
	return nil, errKept // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type throughTwo struct{ server }

func (throughTwo) Return(context.Context, *req) (*resp, error) {
	err := error(shopv1err.Payment)
	sellAt(1, &err)
	return nil, err
}

type fineAnnotated struct{ server }

func (fineAnnotated) Return(context.Context, *req) (_ *resp, err error) {
	defer deep.Annotate(&err, "return")
	if err = deep.Find(); err != nil {
		return nil, shopv1err.Payment.Wrap(err)
	}
	return nil, nil
}
