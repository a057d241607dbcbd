// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package undeclared

import (
	"context"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/deep"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func made0() func() error  { return deep.Find }
func made1() func() error  { return made0() }
func made2() func() error  { return made1() }
func made3() func() error  { return made2() }
func made4() func() error  { return made3() }
func made5() func() error  { return made4() }
func made6() func() error  { return made5() }
func made7() func() error  { return made6() }
func made8() func() error  { return made7() }
func made9() func() error  { return made8() }
func made10() func() error { return made9() }
func made11() func() error { return made10() }

type chained struct{ server }

func (chained) Return(context.Context, *req) (*resp, error) {
	return nil, made11()() // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
}

type copies struct{ do func() error }

func (c copies) a() copies { return copies{c.do} }
func (c copies) b() copies { return copies{c.do} }
func (c copies) c() copies { return copies{c.do} }
func (c copies) d() copies { return copies{c.do} }
func (c copies) e() copies { return copies{c.do} }
func (c copies) f() copies { return copies{c.do} }
func (c copies) g() copies { return copies{c.do} }
func (c copies) h() copies { return copies{c.do} }

type copying struct {
	server
	copies copies
}

func newCopying() copying {
	return copying{copies: copies{func() error {
		return shopv1err.OutOfStock // want `Return returns SHOP_ERROR_OUT_OF_STOCK, which`
	}}}
}

func (c copying) Return(context.Context, *req) (*resp, error) {
	return nil, c.copies.a().h().do()
}
