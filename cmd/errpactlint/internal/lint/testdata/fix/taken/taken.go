// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package taken has the name of package errors for itself.
package taken

import "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"

func taken(err error) bool {
	return err == shopv1err.Closed // want `== misses`
}
