// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package deep

import (
	"fmt"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

// Sell makes OutOfStock of an error.
func Sell(err *error) {
	if *err != nil {
		*err = shopv1err.OutOfStock.Wrap(*err)
	}
}

// Annotate adds a text to an error.
func Annotate(err *error, text string) { annotate(text, err) }

func annotate(text string, err *error) {
	if err != nil && *err != nil {
		*err = fmt.Errorf("%s: %w", text, *err)
	}
}

// Keep stores an error if there is none yet.
func Keep(err *error, other error) {
	if *err == nil {
		*err = other
	}
}
