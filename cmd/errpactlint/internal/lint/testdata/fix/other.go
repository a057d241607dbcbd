// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fix

import (
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/fix/errors"
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func other(err error) (bool, error) {
	return err == shopv1err.Closed, errors.New("x") // want `== misses`
}
