// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package compare compares errors in ways that miss some.
package compare

import (
	"errors"

	"connectrpc.com/connect"

	"github.com/errpact/errpact/cmd/errpactlint/internal/lint/testdata/gen/acme/shop/v1/shopv1err"
	"github.com/errpact/errpact/mapping"
)

var errGone = shopv1err.OutOfStock.New("gone")

func find(err error, e *mapping.Error) bool {
	switch {
	case err == shopv1err.Closed: // want `== misses errors made of the code, and wrapped ones: use errors.Is\(err, shopv1err.Closed\) \[compare\]`
	case err != shopv1err.Closed: // want `!= misses errors`
	case shopv1err.Closed == err: // want `== misses errors`
	case err == errGone: // want `== misses errors`
	case e == errGone: // want `== misses errors`
	case shopv1err.OutOfStockLastOne == mapping.CodeOf(err): // want `has no reason`
	case e.Code() == shopv1err.OutOfStockLastOne: // want `has no reason, so that it never equals shopv1err.OutOfStockLastOne`
	case mapping.CodeOf(err) != shopv1err.BasketEmpty: // want `has no reason`
	}
	switch err {
	case nil, shopv1err.Closed: // want `a switch on an error misses errors made of the code, and wrapped ones: use switch mapping.CodeOf\(err\)`
	}
	switch err {
	case errGone: // want `a switch on an error misses`
	}
	switch mapping.CodeOf(err) {
	case shopv1err.OutOfStockLastOne: // want `has no reason`
	case shopv1err.Closed:
	}
	if _, ok := err.(*mapping.Error); ok { // want `a type assertion misses wrapped errors: use mapping.From\(err\)`
		return true
	}
	if _, ok := err.(mapping.Code); ok { // want `a type assertion misses`
		return true
	}
	_ = err.(*mapping.Error) // want `a type assertion misses`
	_ = err.(*connect.Error) // want `a type assertion misses wrapped errors: use errors.AsType\[\*connect.Error\]\(err\)`
	switch {
	case errors.Is(err, shopv1err.NewPayment("x")): // want `errors.Is never finds an error that was made for the comparison: use errors.Is\(err, shopv1err.Payment\) \[compare\]`
	case errors.Is(err, shopv1err.Closed.New("").WithMetadata("a", "b")): // want `use errors.Is\(err, shopv1err.Closed\)`
	case errors.Is(err, shopv1err.OutOfStockLastOne.WithMetadata("a", "b")): // want `use errors.Is\(err, shopv1err.OutOfStockLastOne\)`
	case errors.Is(err, e.WithMetadata("a", "b")): // want `use its entry`
	case errors.Is(shopv1err.Closed, err): // want `errors.Is has the error second: use errors.Is\(err, shopv1err.Closed\)`
	}
	switch err.(type) {
	case *mapping.Error: // want `a type assertion misses`
	}
	switch e := err.(type) {
	case mapping.Code: // want `a type assertion misses`
		return e == shopv1err.Closed
	}
	return false
}
