// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package exhaustive

import (
	"context"
	"errors"
	"fmt"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1connectv2"
	. "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func fineDefault(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) {
	case OutOfStock:
	default:
	}
}

func fineAll(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) {
	case OutOfStock, Basket, Closed:
	}
}

func fineIs(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch {
	case errors.Is(err, OutOfStock), errors.Is(err, BasketEmpty), errors.Is(err, Closed):
	}
}

func fineOr(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch {
	case err == nil:
	case errors.Is(err, OutOfStock) || errors.Is(err, BasketEmpty) || errors.Is(err, Closed):
	}
}

func fineOther(ctx context.Context, c client, other error) {
	_, err := c.Buy(ctx, nil)
	switch {
	case errors.Is(err, OutOfStock):
	case errors.Is(other, OutOfStock):
	}
}

func fineParameter(err error) {
	switch mapping.CodeOf(err) {
	case OutOfStock:
	}
}

func fineLegacy(ctx context.Context, c shopv1connectv2.LegacyServiceClient) {
	_, err := c.Ping(ctx, nil)
	switch mapping.CodeOf(err) {
	case OutOfStock:
	}
}

func fineMixed(ctx context.Context, c client, other error) {
	_, err := c.Buy(ctx, nil)
	if err == nil {
		err = other
	}
	switch mapping.CodeOf(err) {
	case OutOfStock:
	}
}

func fineReturned(ctx context.Context, c client) error {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) {
	case OutOfStock:
		return nil
	}
	return err
}

func fineLogged(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) {
	case OutOfStock:
		return
	}
	if err != nil {
		fmt.Println("other", err)
	}
}

func fineNumbers(n int) {
	switch n {
	case 2:
	}
	switch {
	}
}

func fineAgain(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) {
	case OutOfStock, Basket, Closed:
	}
	_, err = c.Return(ctx, nil)
	switch mapping.CodeOf(err) {
	case Payment, Basket, Closed:
	}
}

func fineUnknownCase(ctx context.Context, c client, code mapping.Code) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err) {
	case OutOfStock, code:
	}
}

func fineBool(ctx context.Context, c client, ok bool) {
	_, err := c.Buy(ctx, nil)
	switch {
	case ok:
	case errors.Is(err, OutOfStock):
	}
}

func fineConnectCode(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch mapping.CodeOf(err).ConnectCode() {
	case OutOfStock.ConnectCode():
	}
}

func fineWrapped(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	err = fmt.Errorf("buy: %w", err)
	switch mapping.CodeOf(err) {
	case OutOfStock:
	}
}

func fineOneCase(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	if errors.Is(err, OutOfStock) {
		return
	}
}

func fineMoreReasons(ctx context.Context, c client) {
	_, err := c.Buy(ctx, nil)
	switch code := mapping.CodeOf(err); code {
	case OutOfStock, Basket, Payment, Closed:
	}
}

type fineStruct struct{ err error }

func (s *fineStruct) set(ctx context.Context, c client) {
	_, s.err = c.Buy(ctx, nil)
	switch mapping.CodeOf(s.err) {
	case OutOfStock:
	}
}
