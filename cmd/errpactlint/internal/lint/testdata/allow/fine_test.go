// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package allow

import "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"

func fineTest(err error) error {
	return shopv1err.Closed.New(err.Error()) //errpact:allow leak tests are left out anyway
}
