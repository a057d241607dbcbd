// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fix // also without a name

import (
	// The first one.
	_ "errors"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

func blank(err error) bool {
	return err == shopv1err.Closed // want `== misses`
}
