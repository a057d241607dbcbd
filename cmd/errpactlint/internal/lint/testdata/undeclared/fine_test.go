// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package undeclared

import (
	"context"

	codes "github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
)

// fineTest is a test's stand-in.
type fineTest struct{ server }

func (fineTest) Return(context.Context, *req) (*resp, error) { return nil, codes.OutOfStock }
