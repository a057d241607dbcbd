// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package compare

import (
	"errors"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func fineTargets(err error, code mapping.Code) bool {
	return errors.Is(err, code) || errors.Is(err, errGone) || errors.Is(code, err) ||
		errors.Is(mapping.CodeOf(err), shopv1err.Closed) || errors.Is(shopv1err.OutOfStockLastOne, shopv1err.OutOfStock)
}
