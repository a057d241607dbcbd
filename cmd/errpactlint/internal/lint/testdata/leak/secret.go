// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package leak

import (
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

func findSecret(e *mapping.Error) []error {
	return []error{
		shopv1err.Closed.WithMetadata("password", "x"), // want `WithMetadata shows callers "password", which is the name of a secret: leave it out \[leak\]`
		e.WithMetadata("userPassword", "x"),            // want `"userPassword"`
		e.WithMetadata("refresh_token", "x"),           // want `"refresh_token"`
		e.WithMetadata("token", "x"),                   // want `"token"`
	}
}

func fineSecret(e *mapping.Error, name string) error {
	return e.WithMetadata("passwordMinLength", "12").WithMetadata("pageToken", "x").WithMetadata(name, "x")
}
