// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fix

import (
	stderrors "errors"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func renamed(err error) (bool, error) {
	return err == shopv1err.Closed, stderrors.New("x") // want `== misses`
}
