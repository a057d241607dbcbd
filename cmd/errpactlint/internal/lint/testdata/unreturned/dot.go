// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package unreturned

import . "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"

type dotted struct{ server }

func (dotted) Watch(*watch, stream) error { return Closed } // want `Watch never returns SHOP_ERROR_OUT_OF_STOCK, which`

type fineDotted struct{ server }

func (fineDotted) Watch(*watch, stream) error { return OutOfStock }
