// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package undeclared

import (
	"context"
	"strings"
	"sync"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type setOnce struct {
	server
	once sync.Once
}

func charge(r *req) error {
	if r == nil {
		return nil
	}
	return shopv1err.Payment
}

func (s *setOnce) Return(_ context.Context, r *req) (*resp, error) {
	err := charge(r)
	if err != nil {
		return nil, err
	}
	s.once.Do(func() {
		err = shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	})
	return nil, err
}

type recovering struct{ server }

func (recovering) Return(_ context.Context, r *req) (_ *resp, err error) {
	defer func() {
		if recover() != nil {
			err = shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
		}
	}()
	if err = charge(r); err != nil {
		panic(err)
	}
	return
}

type ranging struct{ server }

func items(yield func(int) bool) { yield(1) }

func (ranging) Return(_ context.Context, r *req) (*resp, error) {
	err := charge(r)
	if err != nil {
		return nil, err
	}
	for i := range items {
		if i > 1 {
			err = shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
		}
	}
	return nil, err
}

type concurrent struct{ server }

func (concurrent) Return(_ context.Context, r *req) (*resp, error) {
	err := charge(r)
	if err != nil {
		return nil, err
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		err = shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	})
	wait.Wait()
	return nil, err
}

type sharing struct{ server }

func (sharing) Return(_ context.Context, r *req) (*resp, error) {
	err := charge(r)
	set := func() {
		err = shopv1err.OutOfStock // want `Return may return SHOP_ERROR_OUT_OF_STOCK, which`
	}
	get := func() error {
		if err = charge(r); err != nil {
			return err
		}
		set()
		return err
	}
	return nil, get()
}

type mappingRunes struct{ server }

func (mappingRunes) Return(context.Context, *req) (*resp, error) {
	var err error
	_ = strings.Map(func(c rune) rune {
		if c == 'x' {
			err = shopv1err.OutOfStock // want `SHOP_ERROR_OUT_OF_STOCK, which`
		}
		return c
	}, "x")
	return nil, err
}
