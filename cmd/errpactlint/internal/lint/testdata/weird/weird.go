// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package weird has code that few write.
package weird

import (
	"context"
	"errors"
	"iter"
	"unsafe"

	shopv1 "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

type handler[T any] struct {
	shopv1.UnimplementedShopServiceServer
}

func (handler[T]) Return(context.Context, *shopv1.ReturnRequest) (*shopv1.ReturnResponse, error) {
	return nil, shopv1err.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type sequence struct {
	shopv1.UnimplementedShopServiceServer
}

func all() iter.Seq2[int, error] {
	return func(yield func(int, error) bool) { _ = yield(1, shopv1err.OutOfStock) && yield(2, nil) }
}

func (sequence) Return(context.Context, *shopv1.ReturnRequest) (*shopv1.ReturnResponse, error) {
	for _, err := range all() {
		if err != nil {
			return nil, err // want `Return may return any error: a value that its caller passes cannot be followed`
		}
	}
	return nil, nil
}

type promoted struct{ sequence }

type deep struct{ *deep }

type list[T interface{ ~[]E }, E error] struct{ of T }

func (l list[T, E]) first() error { return l.of[0] }

type number int

func (number) Error() string { return "" }

func odd(n number, p *int, m map[string]func() error, c chan func() (int, error)) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err, _ = r.(error)
		}
	}()
loop:
	for {
		select {
		case f := <-c:
			_, err = f()
			break loop
		default:
			err = m["x"]()
			goto end
		}
	}
end:
	if *(*int)(unsafe.Pointer(p)) == 0 {
		return n
	}
	var f func(int) error
	f = func(i int) error {
		if i == 0 {
			return err
		}
		return f(i - 1)
	}
	return errors.Join(f(3), list[[]number, number]{}.first(), [2]error{}[1], struct{ error }{n}.error)
}

type inner = mapping.Error

type embeds struct{ *inner }

func (e embeds) get() error { return e.inner }

func values() []func() error {
	e := shopv1err.Closed.New("")
	return []func() error{e.Unwrap, embeds{e}.get, embeds{}.get}
}

var _ = func() error { return errors.Join(values()[0](), (func() error)(nil)()) }()

var first, second error

func init() { first, second = second, first }

func both() error { return errors.Join(first, second) }
