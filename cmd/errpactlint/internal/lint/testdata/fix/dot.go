// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fix

import (
	. "errors"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func dot(err error) bool {
	return err == shopv1err.Closed || err == New("x") // want `== misses`
}

func dotLocal(Is, err error) bool {
	return err == shopv1err.Closed && Is == nil // want `== misses`
}
