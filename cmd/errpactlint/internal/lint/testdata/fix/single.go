// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package fix // has one import here

import "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"

func single(err error) bool {
	return err == shopv1err.Closed // want `== misses`
}
