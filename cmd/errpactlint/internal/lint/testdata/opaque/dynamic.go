// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package opaque

import (
	"context"
	"os"

	"golang.org/x/sync/singleflight"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

type own interface{ do() error }

type unimplemented struct {
	server
	own own
}

func (u unimplemented) Return(context.Context, *req) (*resp, error) {
	return nil, u.own.do() // want `any error: the interface call opaque.own.do cannot be followed`
}

type fineOwn struct {
	server
	own known
}

type known interface{ know() error }

type knower struct{}

func (knower) know() error { return shopv1err.Payment }

func (q fineOwn) Return(context.Context, *req) (*resp, error) { return nil, q.own.know() }

type shelf struct {
	server
	shelf deep.Shelf
}

func (s shelf) Return(context.Context, *req) (*resp, error) {
	return nil, s.shelf.Take() // want `any error: the interface call deep.Shelf.Take cannot be followed`
}

type mocked struct {
	server
	mockable mockable
}

type mockable interface{ mock() error }

type mock struct{ returns []any }

func (m *mock) EXPECT() *mock { return m }

func (m *mock) mock() error {
	err, _ := m.returns[0].(error)
	return err
}

func (m mocked) Return(context.Context, *req) (*resp, error) {
	return nil, m.mockable.mock() // want `any error: the interface call opaque.mockable.mock cannot be followed`
}

type single struct {
	server
	group singleflight.Group
}

func (s *single) Return(context.Context, *req) (*resp, error) {
	_, err, _ := s.group.Do("x", func() (any, error) {
		if s == nil {
			return nil, shopv1err.Payment
		}
		return os.Open("x") // want `the error of os.Open as it is`
	})
	return nil, err
}
