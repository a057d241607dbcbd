// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package rules has the rules of a server with a database.
package rules

import (
	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

var sqlCodes = mapping.SQLCodes{
	NotFound: shopv1err.OutOfStock,
	Database: shopv1err.Closed,
	Constraints: map[string]*mapping.Error{
		"basket_key": shopv1err.BasketFull.WithField("basket", "is full"),
	},
}

// All has the rules.
func All() []mapping.Rule {
	rules := mapping.SQLRules(sqlCodes)
	return append(rules, mapping.FSRules(mapping.FSCodes{NotFound: shopv1err.OutOfStock})...)
}
