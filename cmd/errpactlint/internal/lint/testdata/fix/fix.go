// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package fix has comparisons that can be fixed.
package fix

import (
	"io"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func fix(err error) bool {
	if err == shopv1err.Closed { // want `== misses`
		return true
	}
	if shopv1err.Payment != err { // want `!= misses`
		return true
	}
	return err == io.EOF
}

func closedCode() mapping.Code { return shopv1err.Closed }
