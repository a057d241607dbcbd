// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package undeclared

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	codes "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

type constant struct{ server }

func (constant) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Fail(codes.OutOfStock) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type ownConstant struct{ server }

func (o ownConstant) Return(context.Context, *req) (*resp, error) {
	return nil, o.fail(codes.OutOfStock, "x") // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

func (ownConstant) fail(code mapping.Code, text string) error { return code.New(text) }

type pointer struct{ server }

func (pointer) Return(context.Context, *req) (*resp, error) {
	return nil, deep.FailAt(&codes.OutOfStock) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type pointerToOwn struct{ server }

func (pointerToOwn) Return(context.Context, *req) (*resp, error) {
	code := codes.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
	return nil, failAt(&code, 1)
}

func failAt(code *mapping.Code, _ int) error { return code.WithMetadata("a", "b") }

type pointerToVariable struct{ server }

var own = codes.OutOfStock

func (pointerToVariable) Return(context.Context, *req) (*resp, error) {
	return nil, failAt(&own, 1) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type methodValue struct{ server }

func (methodValue) Return(context.Context, *req) (*resp, error) {
	fail := codes.OutOfStock.New
	return nil, fail("x") // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type catalogueValue struct{ server }

func (catalogueValue) Return(context.Context, *req) (*resp, error) {
	code := codes.Catalogue.Code
	return nil, code(100) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type functions struct{ server }

func (functions) Return(context.Context, *req) (*resp, error) {
	for _, step := range []func() error{deep.Find, nil} {
		if err := step(); err != nil { // want +1 `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
			return nil, err
		}
	}
	return nil, nil
}

type appending struct{ server }

func (appending) Return(context.Context, *req) (*resp, error) {
	var errs []error
	errs = append(errs, codes.Payment)
	errs = append(errs, codes.OutOfStock) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	return nil, errors.Join(errs...)
}

type appendingForeign struct{ server }

func (appendingForeign) Return(context.Context, *req) (*resp, error) {
	errs := []error{codes.Payment}
	errs = append(errs, codes.OutOfStock) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	return nil, cmp.Or(errs...)
}

type either struct{ server }

func (either) Return(_ context.Context, r *req) (*resp, error) {
	target := codes.OutOfStock
	if r == nil {
		target = codes.Payment
	}
	if err := deep.Find(); !errors.Is(err, target) {
		return nil, err // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
	}
	return nil, nil
}

type started struct{ server }

func (started) Return(context.Context, *req) (*resp, error) {
	g := new(errgroup.Group)
	g.TryGo(deep.Find)
	g.Go(func() error {
		g.Go(func() error {
			return codes.OutOfStockLastOne // want `Return may return SHOP_ERROR_OUT_OF_STOCK/LAST_ONE, which`
		})
		return nil
	})
	return nil, g.Wait() // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type group struct{ server }

func (group) Return(context.Context, *req) (*resp, error) {
	var wait sync.WaitGroup
	errs := make([]error, 2)
	wait.Go(func() { errs[0] = codes.Payment })
	wait.Go(func() { errs[1] = codes.OutOfStock }) // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	wait.Wait()
	return nil, errors.Join(errs...)
}

type whole[T any] struct {
	server
	of T
}

func (*whole[T]) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Pick(codes.OutOfStock, codes.Payment) // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type builder struct{ server }

func (builder) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Build(codes.OutOfStock).Err() // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
}

type set struct{ server }

var errSet error

func init() { errSet = codes.OutOfStock }

func (set) Return(context.Context, *req) (*resp, error) {
	return nil, errSet // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type fineConstant struct{ server }

func (fineConstant) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Fail(codes.Payment)
}

type finePointer struct{ server }

func (finePointer) Return(context.Context, *req) (*resp, error) {
	return nil, deep.FailAt(&codes.Payment)
}

type fineMethodValue struct{ server }

func (fineMethodValue) Return(context.Context, *req) (*resp, error) {
	wrap := codes.Basket.Wrap
	return nil, wrap(deep.Find())
}

type fineAppending struct{ server }

func (fineAppending) Return(_ context.Context, r *req) (*resp, error) {
	var fields []mapping.Field
	for range 3 {
		fields = append(fields, mapping.Field{Path: "a", Description: "b"})
	}
	return nil, codes.Basket.WithFields(fields...)
}

type fineForeign struct{ server }

func (fineForeign) Return(context.Context, *req) (*resp, error) {
	var errs []error
	errs = append(errs, nil, codes.Payment)
	if err := cmp.Or(errs...); err != nil {
		return nil, err
	}
	return nil, cmp.Or(codes.Basket, codes.Payment)
}

type fineGeneric[T any] struct {
	server
	of T
}

func (fineGeneric[T]) Return(context.Context, *req) (*resp, error) {
	return nil, deep.Pick(codes.Payment, codes.OutOfStock)
}

type getter interface {
	get(n int) error
	sealed()
}

type cached[T any] struct{ of T }

func (cached[T]) get(n int) error {
	if n == 0 {
		return codes.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	}
	return nil
}

func (cached[T]) sealed() {}

type stored struct{}

func (stored) get(int) error { return codes.Payment }
func (stored) sealed()       {}

type getting struct {
	server
	getter getter
}

func (g getting) Return(context.Context, *req) (*resp, error) { return nil, g.getter.get(1) }
